#pragma once

#include "ocr/score/variants.h"

#include <cstdint>
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

/// A way with the fewest errors (Levenshtein 1966), in order. Of several such the one with the
/// fewest gaps and then the fewest substitutions between characters that are no variants of each
/// other: a column that was left out stays in one piece, and 眾 is put beside 衆 rather than beside
/// its neighbour. `variants` may be null: then all substitutions are alike.
///
/// Gotoh's three tables (1982) within a band that is doubled until the way surely lies in it
/// (Ukkonen 1985): time and memory grow with the length times the number of errors, at worst with
/// the product of the lengths, a byte each. Any thread; pure.
std::vector<Edit> align(std::u32string_view truth, std::u32string_view read,
                        const VariantClasses* variants = nullptr);

}  // namespace shiqu::ocr::score
