#pragma once

#include <cstdint>
#include <string_view>

namespace shiqu::ocr {

/// Edit operations that turn what was read into the truth, summed over any number of texts.
struct CharacterErrorRate {
  std::int64_t errors = 0;      ///< substitutions + insertions + deletions
  std::int64_t characters = 0;  ///< of the truth
  std::int64_t substitutions = 0;
  std::int64_t insertions = 0;  ///< characters read that the truth does not have
  std::int64_t deletions = 0;   ///< characters of the truth that were not read

  /// errors ÷ characters, above 1 when much was invented; 0 for nothing against nothing, 1 per
  /// invented character when the truth is empty.
  [[nodiscard]] double rate() const noexcept;
  CharacterErrorRate& operator+=(const CharacterErrorRate& other) noexcept;
};

/// Compares two UTF-8 texts in normal form (ocr/score/normal.h), as Levenshtein distance over code
/// points; among equally short ways that of ocr/score/align.h is counted. Any thread; pure.
CharacterErrorRate character_error_rate(std::string_view truth, std::string_view read);

}  // namespace shiqu::ocr
