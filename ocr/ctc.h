#pragma once

#include "ocr/language.h"
#include "ocr/places.h"

#include <span>
#include <vector>

namespace shiqu::ocr {

/// One character read.
struct ReadCharacter {
  char32_t character = 0;
  int first_step = 0;  ///< steps that show it, both inclusive
  int last_step = 0;
  double confidence = 0;  ///< 0…1: how probable ink and language together make it; calibrated
  struct Other {
    char32_t character = 0;
    double confidence = 0;
  };
  std::vector<Other> others;  ///< what else may stand there, best first
};

struct CtcSettings {
  LanguageMix language;           ///< without a general model: the network alone
  double language_weight = 0.55;  ///< λ: score = log p(network) + λ · log p(language)
  double omission_cost = 3.0;     ///< natural log; of reading nothing where there is some ink, with
                                  ///< a language: about what a character costs there
  double least_p = 0.0001;        ///< guesses below this are not tried
  double least_p_beside_clear = 0.001;  ///< nor below this where another is all but certain: the
                                        ///< prior never overrides clear ink
  double fresh = 0.5;  ///< probability that a column does not go on with the text of the one before
  int beam = 20;       ///< texts kept after each place
  int others = 9;      ///< alternatives kept per character
};

/// The text of a line: the most probable one through its places, with the language as a gentle
/// prior. Searching places, not steps, keeps the prior from adding or swallowing characters. Pure.
std::vector<ReadCharacter> decode(const Places& places, const CtcSettings& settings);

/// The same for columns that follow one another in one text: the language knows what stands at the
/// foot of one when it reads the head of the next, and the other way round.
std::vector<std::vector<ReadCharacter>> decode_together(std::span<const Places* const> columns,
                                                        const CtcSettings& settings);

/// The same for a line that may be read from either end: the order that the language holds more
/// probable; the second end without a language, as old prints have it.
std::vector<ReadCharacter> decode_either_way(const Places& places, const CtcSettings& settings);

}  // namespace shiqu::ocr
