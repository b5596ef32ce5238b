#include "ocr/second_look.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <vector>

namespace shiqu::ocr {
namespace {

constexpr double kCloseBy = 0.6;  ///< of the usual distance: nearer places are parts of a character
constexpr double kLeastAdvance = 2;  ///< steps
constexpr double kUsualAdvance = 6;  ///< of a line with one place: a square character
constexpr double kMostAdvance = 9;

double usual_advance(const Places& places) {
  std::vector<double> advances;
  for (std::size_t i = 1; i < places.size(); ++i) {
    advances.push_back(places[i].middle() - places[i - 1].middle());
  }
  if (advances.empty()) {
    return kUsualAdvance;
  }
  const auto middle = advances.begin() + static_cast<std::ptrdiff_t>(advances.size() / 2);
  std::nth_element(advances.begin(), middle, advances.end());
  return *middle;
}

}  // namespace

bool is_doubtful(const Place& place, const SecondLookSettings& settings) noexcept {
  return !place.guesses.empty() && place.guesses.front().p < settings.sure;
}

double advance_around(const Places& places, std::size_t at) {
  const double usual = usual_advance(places);
  double out = usual;
  for (std::size_t i = at > 0 ? at : 1; i <= at + 1 && i < places.size(); ++i) {
    const double advance = places[i].middle() - places[i - 1].middle();
    out = advance > kCloseBy * usual ? std::min(out, advance) : out;
  }
  return std::clamp(out, kLeastAdvance, kMostAdvance);
}

void weigh(Place& place, std::span<const StepGuess> scores, const SecondLookSettings& settings) {
  std::map<char32_t, double> score_of;
  double best = std::numeric_limits<double>::lowest();
  for (const StepGuess& score : scores) {
    score_of[score.character] = score.log_p;
    best = std::max<double>(best, score.log_p);
  }
  if (place.guesses.empty() || !score_of.contains(place.guesses.front().character)) {
    return;
  }
  const double before = place.guesses.front().p;
  for (const auto& [character, score] : score_of) {
    const auto known = [of = character](const Guess& guess) { return guess.character == of; };
    if (std::none_of(place.guesses.begin(), place.guesses.end(), known)) {
      place.guesses.push_back({character, std::min(before, settings.new_p)});
    }
  }
  for (Guess& guess : place.guesses) {
    const auto found = score_of.find(guess.character);
    const double score = found == score_of.end() ? settings.least : found->second - best;
    guess.p *= std::exp(settings.weight * std::max(settings.least, score));
  }
  std::sort(place.guesses.begin(), place.guesses.end(),
            [](const Guess& a, const Guess& b) { return a.p > b.p; });
  place.trust = std::min(1.0, place.guesses.front().p / before);
  // The best one as probable as before, all together no more than that something stands there.
  double sum = 0;
  for (const Guess& guess : place.guesses) {
    sum += guess.p;
  }
  const double scale = std::min(before / place.guesses.front().p, (1 - place.nothing) / sum);
  for (Guess& guess : place.guesses) {
    guess.p *= scale;
  }
}

}  // namespace shiqu::ocr
