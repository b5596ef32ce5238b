#pragma once

#include "ocr/evaluate.h"
#include "ocr/score/align.h"
#include "ocr/score/texts.h"
#include "ocr/score/variants.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace shiqu::ocr::score {

/// Why a character is wrong. Damage is not told apart: nothing but a person's mark in the truth
/// could say that the ink is gone, and a low confidence is no proof of it.
enum class ErrorClass : std::uint8_t {
  Layout,   ///< a line or a long piece of one missing or surplus: kLongPiece characters on end,
            ///< or at least kShortLine that are nearly all of a line
  Order,    ///< the same, but the missing piece was read elsewhere on the page
  Variant,  ///< another form of the right character: equal when folded
  MissingClass,  ///< the model has no such character: it could not be read
  Confusable,    ///< another character, though the model knows the right one
  LeftOut,       ///< a character or few without a counterpart in the reading
  Invented       ///< a character or few without a counterpart in the truth
};
constexpr std::size_t kErrorClasses = 7;
constexpr std::int32_t kLongPiece = 5;
constexpr std::int32_t kShortLine = 3;
std::string_view name_of(ErrorClass error) noexcept;  ///< "layout" "missing_class" …

/// An error: one edit that is no match.
struct Fault {
  Edit edit;
  ErrorClass error = ErrorClass::Confusable;
  std::int32_t piece = -1;  ///< faults of one piece (Layout, Order) share it; -1: stands alone
};

struct LineScore {
  TruthKind kind = TruthKind::Column;
  std::int64_t characters = 0;
  std::int64_t strict = 0;  ///< errors
  std::int64_t folded = 0;
};

/// A page's reading measured against its truth.
struct PageScore {
  std::string set;
  std::string name;
  bool read = false;  ///< false: there is no reading, every character counts as left out
  Truth truth;
  Reading reading;
  std::vector<Edit> edits;       ///< from truth to reading
  std::vector<Fault> faults;     ///< those that are no match, in the same order
  CharacterErrorRate strict;     ///< of `edits`
  CharacterErrorRate folded;     ///< of a way of its own between the folded texts
  std::vector<LineScore> lines;  ///< one per line of the truth; surplus counts to the line before
  bool classes_known = false;    ///< MissingClass can be told from Confusable
};

using CharacterSet = std::unordered_set<char32_t>;

/// `known`: what the model that read can give, in normal form; null: not known. Any thread; pure.
PageScore score_page(Truth truth, std::optional<Reading> reading, const VariantClasses& variants,
                     const CharacterSet* known = nullptr);

}  // namespace shiqu::ocr::score
