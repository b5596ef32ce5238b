#pragma once

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

struct Guess {
  char32_t character = 0;
  double p = 0;
};

/// A place along a line where a character stands, or perhaps nothing.
struct Place {
  int first_step = 0;  ///< steps that show it, both inclusive
  int last_step = 0;
  std::vector<Guess> guesses;  ///< p sums to at most 1 - nothing; best first
  double nothing = 1;          ///< probability that no character stands here
  double trust = 1;            ///< 0…1; how much of the best guess a second look left of it

  /// Along the line, in steps: step t covers t to t + 1.
  [[nodiscard]] double middle() const noexcept { return (first_step + last_step + 1) / 2.0; }
};
using Places = std::vector<Place>;

/// A connectionist network (CTC, Graves et al. 2006) marks each character by a peak: runs of steps
/// whose best guess is the same character, and runs of steps between them that show some ink though
/// blank is more probable; with what the network sees there, of each character the step that shows
/// most of it. Pure.
Places find_places(const Steps& steps);

}  // namespace shiqu::ocr
