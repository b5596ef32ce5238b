#pragma once

#include "storage/base/result.h"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace shiqu::bench {

/// What one run of one side took.
struct Cost {
  double seconds = 0;
  double cpu_seconds = 0;  ///< of processor, by it and what it started: tells more when others work
  double peak_mb = 0;      ///< largest resident memory, of its own process
};

using Work = std::function<Status()>;

/// Runs `work` in a child process of its own, so that its memory can be told apart. The caller
/// stays small: what it holds counts for both sides. Errors: Internal (the work failed).
Result<Cost> cost_of(const Work& work);

/// A shell command as work: it replaces the child.
Work command(std::string line);

/// Ours against a peer that does the same job on the same input.
struct Comparison {
  std::string name;
  std::string peer;  ///< in words, for the table
  Work prepare;      ///< makes the input, once; not measured
  Work clean;        ///< before each run of either side; may be empty
  Work ours;
  Work theirs;
};

/// Medians of a comparison.
struct Outcome {
  std::string name;
  std::string peer;
  Cost ours;
  Cost theirs;
  [[nodiscard]] double ratio() const { return ours.seconds / theirs.seconds; }
};

/// One unmeasured round, then `rounds` in which the sides take turns: a busy machine slows both.
Result<Outcome> compare(const Comparison& comparison, int rounds);

/// `folder`: an empty folder for inputs and results. `mb`: size of the inputs, about.
std::vector<Comparison> storage_cases(const std::filesystem::path& folder, int mb);
/// Whole packages of masters; those of a package four times as large show whether memory stays.
/// Room for twelve times `mb` is needed on the disk.
std::vector<Comparison> package_cases(const std::filesystem::path& folder, int mb);
std::vector<Comparison> ocr_cases(const std::filesystem::path& folder);

}  // namespace shiqu::bench
