#include "ocr/second_look.h"

#include <doctest/doctest.h>

#include <cmath>
#include <numeric>
#include <vector>

using namespace shiqu::ocr;

namespace {

double sum_of(const Place& place) {
  return std::accumulate(place.guesses.begin(), place.guesses.end(), 0.0,
                         [](double sum, const Guess& guess) { return sum + guess.p; });
}

double p_of(const Place& place, char32_t character) {
  for (const Guess& guess : place.guesses) {
    if (guess.character == character) {
      return guess.p;
    }
  }
  return 0;
}

const Place kSunOrSay{4, 5, {{U'日', 0.5}, {U'曰', 0.4}, {U'目', 0.05}}, 0.05};

Place at(int first, int last) {
  return {first, last, {{U'一', 0.5}}, 0.1};
}

}  // namespace

TEST_CASE(
    "a second look can turn a doubtful guess, not how sure it is that something stands there") {
  Place place = kSunOrSay;
  const std::vector<StepGuess> scores{{U'日', -3.0F}, {U'曰', 1.0F}, {U'目', 0.0F}};

  weigh(place, scores, {.weight = 0.5});

  REQUIRE(place.guesses.size() == 3);
  CHECK(place.guesses.front().character == U'曰');
  CHECK(place.guesses.front().p == doctest::Approx(0.5));
  // Ratios: those of before times e^(½ · difference of the scores).
  CHECK(p_of(place, U'日') / p_of(place, U'曰') == doctest::Approx(0.5 / 0.4 * std::exp(-2)));
  CHECK(p_of(place, U'目') / p_of(place, U'曰') == doctest::Approx(0.05 / 0.4 * std::exp(-0.5)));
  CHECK(sum_of(place) <= 1 - place.nothing + 1e-9);
}

TEST_CASE("the guesses of a place never add up to more than that something stands there") {
  Place place{0, 0, {{U'日', 0.3}, {U'曰', 0.01}, {U'目', 0.01}}, 0.68};
  const std::vector<StepGuess> scores{{U'日', -8.0F}, {U'曰', 0.0F}, {U'目', 0.0F}};
  weigh(place, scores, {.weight = 1});
  CHECK(place.guesses.front().character != U'日');
  CHECK(sum_of(place) == doctest::Approx(1 - place.nothing));
}

TEST_CASE("however bad its score, a guess is not ruled out") {
  Place place = kSunOrSay;
  const std::vector<StepGuess> scores{{U'日', 0.0F}, {U'曰', -500.0F}};  // none of 目
  weigh(place, scores, {.weight = 0.5, .least = -8});
  CHECK(p_of(place, U'曰') / p_of(place, U'日') == doctest::Approx(0.4 / 0.5 * std::exp(-4)));
  CHECK(p_of(place, U'目') / p_of(place, U'日') == doctest::Approx(0.05 / 0.5 * std::exp(-4)));
}

TEST_CASE("what only the second look sees is added, and little of it") {
  Place place = kSunOrSay;
  const std::vector<StepGuess> scores{{U'日', 0.0F}, {U'曰', 0.0F}, {U'白', 0.0F}};
  weigh(place, scores, {.new_p = 0.001});
  CHECK(p_of(place, U'白') == doctest::Approx(0.001));
  CHECK(place.guesses.front().character == U'日');
}

TEST_CASE("where the second network does not know the first guess, nothing changes") {
  Place place = kSunOrSay;
  const std::vector<StepGuess> scores{{U'曰', 5.0F}};
  weigh(place, scores, {});
  REQUIRE(place.guesses.size() == 3);
  CHECK(p_of(place, U'日') == 0.5);
  CHECK(p_of(place, U'曰') == 0.4);
  Place empty{0, 0, {}, 0.5};
  weigh(empty, scores, {});
  CHECK(empty.guesses.empty());
}

TEST_CASE("what neither network would read by itself is not trusted") {
  Place agreed = kSunOrSay;
  const std::vector<StepGuess> same{{U'日', 3.0F}, {U'曰', -1.0F}};
  weigh(agreed, same, {.weight = 0.5});
  CHECK(agreed.trust == doctest::Approx(1));
  Place turned = kSunOrSay;
  const std::vector<StepGuess> mostly_other{{U'日', 0.0F}, {U'曰', 1.0F}, {U'白', 0.0F}};
  weigh(turned, mostly_other, {.weight = 0.5});
  CHECK(turned.guesses.front().character == U'曰');
  CHECK(turned.trust == doctest::Approx(0.4 / 0.5));
  Place strange = kSunOrSay;
  const std::vector<StepGuess> neither{{U'日', -6.0F}, {U'曰', -6.0F}, {U'雲', 0.0F}};
  weigh(strange, neither, {.weight = 0.5});
  CHECK(strange.guesses.front().character == U'日');
  CHECK(strange.guesses.front().p == doctest::Approx(0.5));
  CHECK(strange.trust == doctest::Approx(std::exp(-3)));
}

TEST_CASE("a place is doubtful below the limit alone") {
  CHECK(is_doubtful(kSunOrSay, {.sure = 0.95}));
  CHECK_FALSE(is_doubtful(kSunOrSay, {.sure = 0.5}));
  CHECK_FALSE(is_doubtful({0, 0, {}, 1}, {}));
}

TEST_CASE("the distance of characters is that to the nearer neighbour, but not to a part") {
  const Places even{at(0, 0), at(6, 6), at(12, 12), at(18, 18)};
  CHECK(advance_around(even, 0) == doctest::Approx(6));
  CHECK(advance_around(even, 2) == doctest::Approx(6));
  const Places close{at(0, 0), at(6, 6), at(12, 12), at(17, 17), at(23, 23), at(29, 29)};
  CHECK(advance_around(close, 3) == doctest::Approx(5));
  const Places parted{at(0, 0), at(6, 6), at(8, 8), at(14, 14), at(20, 20), at(26, 26)};
  CHECK(advance_around(parted, 1) == doctest::Approx(6));
  CHECK(advance_around({at(3, 3)}, 0) == doctest::Approx(6));
  CHECK(advance_around({at(0, 0), at(90, 90)}, 0) == doctest::Approx(9));
}
