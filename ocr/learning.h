#pragma once

#include "ocr/language.h"
#include "storage/base/result.h"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace shiqu::ocr {

/// Text of people, by where it stands.
struct LearningPage {
  std::string item;                ///< any name that is the same for all pages of an item
  std::vector<std::string> lines;  ///< UTF-8
};

/// How well lines that were kept back are foretold with one share.
struct ShareTrial {
  double share = 0;
  double perplexity = 0;  ///< exp of the mean −ln p: "as if so many characters were equally likely"
};

struct Learning {
  std::size_t characters = 0;  ///< letters alone, see without_space_and_punctuation
  std::size_t pages = 0;
  std::size_t items = 0;
  int parts = 0;                   ///< into which the text was split, by item or else by page
  bool by_item = false;            ///< false: there is one item only
  std::vector<ShareTrial> trials;  ///< share 0, the general language alone, stands first
  ShareTrial best;                 ///< of the least perplexity
  LanguageModel model;             ///< learnt from all of the text

  /// Only then is a model of use: it foretells at least kLeastGain better than none.
  [[nodiscard]] bool gains() const noexcept;
};

constexpr std::size_t kLeastCharacters = 2000;
constexpr double kLeastGain = 0.01;

/// Learns a station's language and tries it on text it has not seen: `pages` are split into at most
/// five parts, by item, or by page when there is one item; each part is foretold by what the
/// others teach, mixed into `general` with the shares 0, 0.1 … 0.7.
/// Errors: InvalidInput (less than `least_characters`, or a single page, which cannot be split).
/// Pure; about a second for 100,000 characters.
Result<Learning> learn_language(std::span<const LearningPage> pages, const LanguageModel& general,
                                std::size_t least_characters = kLeastCharacters);

}  // namespace shiqu::ocr
