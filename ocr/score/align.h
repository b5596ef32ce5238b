#pragma once

#include "ocr/score/variants.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace shiqu::ocr::score {

enum class Step : std::uint8_t { Match, Substitute, Delete, Insert };

/// One step of the way from truth to reading.
struct Edit {
  Step step = Step::Match;
  std::int32_t truth = 0;  ///< place in the truth; of an Insert: of the character it stands before
  std::int32_t read = 0;   ///< place in the reading; of a Delete: of the character it stands before
  bool operator==(const Edit&) const = default;
};

/// Errors: substitutions, characters left out (deletions) or read though they are not there.
std::int64_t errors_of(const std::vector<Edit>& edits) noexcept;

/// What decides between equally short ways; each may be null.
struct Likeness {
  const VariantClasses* variants = nullptr;
  /// Of each character of the reading: what else the reader held possible there.
  const std::vector<std::u32string>* offered = nullptr;
};

/// A way with the fewest errors (Levenshtein 1966), in order. Of several such the one with the
/// fewest gaps and then the likeliest substitutions: variants of each other, then characters the
/// reader offered, then others. So a column that was left out stays in one piece, 眾 is put beside
/// 衆 rather than beside its neighbour, and 撰實 read as 授 is 撰 misread and 實 left out when the
/// reader thought of 撰.
///
/// Gotoh's three tables (1982) within a band that is doubled until the way surely lies in it
/// (Ukkonen 1985): time and memory grow with the length times the number of errors, at worst with
/// the product of the lengths, a byte each. Any thread; pure.
std::vector<Edit> align(std::u32string_view truth, std::u32string_view read,
                        const Likeness& likeness = {});

}  // namespace shiqu::ocr::score
