#pragma once

#include "storage/base/process.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace shiqu::test {

/// Gives foreign bytes to the real decode worker, as capture does, from a parent that must outlive
/// them all.
class HostileRun {
 public:
  /// `archive`: one that exists.
  explicit HostileRun(std::filesystem::path archive);

  /// One file through the whole way to a master.
  void decode(const std::filesystem::path& file);
  /// The same for bytes that lie in no file yet; `name` is kept with a crash.
  void decode_bytes(const std::string& bytes, const std::string& name);
  /// What concerns this program's own parsers, in this process: JSON, SQLite, text.
  void parse(const std::filesystem::path& file);

  std::map<std::string, int> outcomes;  ///< "decoded", "refused: corrupt", "CRASHED: …" → how many
  std::vector<std::string> crashes;     ///< names of what killed a worker
  int hangs = 0;                        ///< took more than 10 s
  double slowest_s = 0;
  std::uint64_t largest_bytes = 0;  ///< resident memory of a worker at its most

 private:
  void call(const std::string& name);
  void measure_memory();

  std::filesystem::path archive_;
  std::filesystem::path input_;
  std::filesystem::path output_;
  WorkerProcess worker_;
};

/// `bytes` with a few bytes altered, numbers made extreme, ranges copied, taken out or cut off.
std::string mutated(std::string bytes, std::mt19937& random);

}  // namespace shiqu::test
