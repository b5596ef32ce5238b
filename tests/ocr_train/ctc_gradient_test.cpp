#include "ocr/train/internal/ctc_gradient.h"

#include "ocr/train/learner.h"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

using namespace shiqu::ocr::train;

namespace {

constexpr std::int64_t kClasses = 4;
constexpr std::size_t kSteps = 5;

std::vector<float> some_scores() {
  std::vector<float> out;
  for (std::size_t i = 0; i < kSteps * kClasses; ++i) {
    out.push_back(std::sin(static_cast<float>(i * i) * 1.7F));
  }
  return out;
}

std::vector<float> softmax(std::vector<float> scores) {
  for (std::size_t t = 0; t < kSteps; ++t) {
    float sum = 0;
    for (std::size_t c = 0; c < kClasses; ++c) {
      scores[t * kClasses + c] = std::exp(scores[t * kClasses + c]);
      sum += scores[t * kClasses + c];
    }
    for (std::size_t c = 0; c < kClasses; ++c) {
      scores[t * kClasses + c] /= sum;
    }
  }
  return scores;
}

/// −ln of the summed probability of every path that collapses to the truth.
double by_all_paths(const std::vector<float>& scores, const std::vector<std::int64_t>& truth) {
  const std::vector<float> p = softmax(scores);
  double sum = 0;
  for (int path = 0; path < 1024; ++path) {  // 4⁵
    std::vector<std::int64_t> best;
    double here = 1;
    for (std::size_t t = 0; t < kSteps; ++t) {
      const int of_class = (path >> (2 * t)) & 3;
      best.push_back(of_class);
      here *= static_cast<double>(p[t * kClasses + static_cast<std::size_t>(of_class)]);
    }
    sum += collapsed(best) == truth ? here : 0;
  }
  return -std::log(sum);
}

}  // namespace

TEST_CASE("the CTC loss sums over all paths that collapse to the truth") {
  const std::vector<std::vector<std::int64_t>> truths{{1}, {2, 3}, {1, 1}, {3, 1, 2}};
  for (const std::vector<std::int64_t>& truth : truths) {
    std::vector<float> p = softmax(some_scores());
    CHECK(ctc_gradient(p, kClasses, truth) ==
          doctest::Approx(by_all_paths(some_scores(), truth)).epsilon(1e-5));
  }
}

TEST_CASE("the CTC gradient is the slope of the loss") {
  const std::vector<std::int64_t> truth{1, 1, 2};
  std::vector<float> gradient = softmax(some_scores());
  ctc_gradient(gradient, kClasses, truth);

  for (std::size_t i = 0; i < gradient.size(); ++i) {
    CAPTURE(i);
    std::vector<float> more = some_scores();
    std::vector<float> less = some_scores();
    more[i] += 0.01F;
    less[i] -= 0.01F;
    const double slope = (by_all_paths(more, truth) - by_all_paths(less, truth)) / 0.02;
    CHECK(static_cast<double>(gradient[i]) == doctest::Approx(slope).epsilon(0.01));
  }
}

TEST_CASE("a truth longer than the steps teaches nothing") {
  std::vector<float> p = softmax(some_scores());

  CHECK(ctc_gradient(p, kClasses, std::vector<std::int64_t>{1, 1, 1, 2}) == 0);
  for (const float one : p) {
    CHECK(one == 0);
  }
}
