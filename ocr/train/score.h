#pragma once

#include "ocr/score/variants.h"
#include "ocr/train/batches.h"
#include "ocr/train/learner.h"
#include "storage/base/result.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace shiqu::ocr::train {

/// A real column with its truth and what the frozen network makes of it.
struct RealLine {
  std::string set;  ///< first folder of the page's path
  std::string page;
  std::string kind;  ///< "text", "note"
  std::u32string truth;
  Tensor features;
};

/// Columns of the pages that `folder`/columns.json lists, cut at their boxes; only those that are
/// all text or all notes. To measure with, never to learn from.
/// Errors: NotFound, Io, Corrupt (the list), those of decoding and of the network.
Result<std::vector<RealLine>> read_real_lines(const std::filesystem::path& folder,
                                              Backbone& backbone);

struct ErrorCount {
  std::int64_t strict = 0;
  std::int64_t folded = 0;
  std::int64_t characters = 0;
  ErrorCount& operator+=(const ErrorCount& other) noexcept;
};

struct ReadLine {
  const RealLine* line = nullptr;
  std::u32string read;
  ErrorCount errors;
};

/// Reads every line with the averaged weights, greedily.
std::vector<ReadLine> read_lines(const Learner& learner, const ClassList& classes,
                                 const std::vector<RealLine>& lines,
                                 const score::VariantClasses& variants);

/// "all 9.81/6.40 zongmu 6.60/…": strict/folded character error rates in %, by set and kind.
std::string score_text(const std::vector<ReadLine>& lines);

}  // namespace shiqu::ocr::train
