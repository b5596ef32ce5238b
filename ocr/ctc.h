#pragma once

#include "ocr/language.h"

#include <vector>

namespace shiqu::ocr {

/// What a line network says at one step along the line: the characters it holds possible, blank
/// (kBlank) among them, with natural logarithms of their probabilities.
struct StepGuess {
  char32_t character = 0;
  float log_p = 0;
};
using Steps = std::vector<std::vector<StepGuess>>;
constexpr char32_t kBlank = 0;

/// One character read.
struct ReadCharacter {
  char32_t character = 0;
  int first_step = 0;  ///< steps that show it, both inclusive
  int last_step = 0;
  double confidence = 0;  ///< 0…1, of the network alone; see calibrate()
  struct Other {
    char32_t character = 0;
    double confidence = 0;
  };
  std::vector<Other> others;  ///< what else the network saw there, best first
};

struct CtcSettings {
  const LanguageModel* language = nullptr;  ///< none: the network alone
  double language_weight = 0.6;             ///< λ: score = log p(network) + λ · log p(language)
  double length_bonus = 4.0;  ///< per character, against the language's liking for short texts
  int beam = 12;              ///< prefixes kept at each step
  double least_p = 0.002;     ///< guesses below this are not tried: the prior never overrides
                              ///< clear ink
  int others = 9;             ///< alternatives kept per character
};

/// The most probable text of a line by prefix beam search (Graves and Jaitly 2014; Hannun et al.
/// 2014) with the language as a gentle prior, aligned to the steps by its best path. Pure.
std::vector<ReadCharacter> decode(const Steps& steps, const CtcSettings& settings);

}  // namespace shiqu::ocr
