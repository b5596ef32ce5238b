#include "ocr/places.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>

namespace shiqu::ocr {
namespace {

constexpr double kLeastInk = 0.15;  ///< probability of any character that makes a weak place

double p_of(const std::vector<StepGuess>& step, char32_t character) {
  for (const StepGuess& guess : step) {
    if (guess.character == character) {
      return std::exp(static_cast<double>(guess.log_p));
    }
  }
  return 0;
}

char32_t best_of(const std::vector<StepGuess>& step) {
  const auto best = std::max_element(
      step.begin(), step.end(), [](const auto& a, const auto& b) { return a.log_p < b.log_p; });
  return best == step.end() ? kBlank : best->character;
}

/// Runs of steps whose best guess is the same character, and runs of steps between them that show
/// some ink though blank is more probable.
Places runs_of(const Steps& steps) {
  std::vector<char32_t> best;
  for (const auto& step : steps) {
    best.push_back(best_of(step));
  }
  const auto shows = [&](std::size_t t) { return t < best.size() && best[t] != kBlank; };
  Places out;
  bool weak_before = false;
  for (std::size_t t = 0; t < steps.size(); ++t) {
    const bool beside = (t > 0 && shows(t - 1)) || shows(t + 1);  // the skirt of a peak
    const bool weak = !shows(t) && !beside && 1 - p_of(steps[t], kBlank) > kLeastInk;
    const bool goes_on = shows(t) ? t > 0 && best[t] == best[t - 1] : weak && weak_before;
    if (goes_on) {
      out.back().last_step = static_cast<int>(t);
    } else if (shows(t) || weak) {
      out.push_back({static_cast<int>(t), static_cast<int>(t), {}, 1});
    }
    weak_before = weak;
  }
  return out;
}

void look(const Steps& steps, Place& place) {
  std::map<char32_t, double> seen;
  for (int t = place.first_step; t <= place.last_step; ++t) {
    const auto& step = steps[static_cast<std::size_t>(t)];
    for (const StepGuess& guess : step) {
      if (guess.character != kBlank) {
        double& p = seen[guess.character];
        p = std::max(p, std::exp(static_cast<double>(guess.log_p)));
      }
    }
    place.nothing *= p_of(step, kBlank);
  }
  double sum = 0;
  for (const auto& [character, p] : seen) {
    sum += p;
  }
  for (const auto& [character, p] : seen) {
    // Of several steps each shows the character once; what none shows stays unsaid.
    place.guesses.push_back(
        {character, p / std::max(sum, 1 - place.nothing) * (1 - place.nothing)});
  }
  std::sort(place.guesses.begin(), place.guesses.end(),
            [](const Guess& a, const Guess& b) { return a.p > b.p; });
}

}  // namespace

Places find_places(const Steps& steps) {
  Places out = runs_of(steps);
  for (Place& place : out) {
    look(steps, place);
  }
  return out;
}

}  // namespace shiqu::ocr
