#include "ocr/score/statistics.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <functional>

namespace shiqu::ocr::score {
namespace {

/// SplitMix64 (Steele, Lea and Flood 2014): the standard library's distributions differ between
/// implementations, and figures must not.
class Draws {
 public:
  explicit Draws(std::uint64_t seed) : state_(seed) {}
  /// Evenly from 0 … count − 1; `count` is small beside 2³².
  std::size_t below(std::size_t count) {
    state_ += 0x9E3779B97F4A7C15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    z ^= z >> 31U;
    return static_cast<std::size_t>(((z >> 32U) * count) >> 32U);
  }

 private:
  std::uint64_t state_;
};

double rate(const Unit& sum) {
  return sum.errors / std::max(1.0, sum.characters);
}

void add(Unit& sum, const Unit& one) {
  sum.errors += one.errors;
  sum.characters += one.characters;
}

/// By linear interpolation between the order statistics.
double quantile(const std::vector<double>& sorted, double share) {
  const double at = share * static_cast<double>(sorted.size() - 1);
  const auto low = static_cast<std::size_t>(at);
  const std::size_t high = std::min(low + 1, sorted.size() - 1);
  return sorted[low] + (at - static_cast<double>(low)) * (sorted[high] - sorted[low]);
}

Interval bounds(std::size_t units, const BootstrapSettings& settings,
                const std::function<double(Draws&)>& draw) {
  if (units == 0 || settings.rounds < 1) {
    return {};
  }
  Draws draws(settings.seed);
  std::vector<double> values;
  for (int round = 0; round < settings.rounds; ++round) {
    values.push_back(draw(draws));
  }
  std::sort(values.begin(), values.end());
  const double tail = (1 - settings.level) / 2;
  return {quantile(values, tail), quantile(values, 1 - tail)};
}

}  // namespace

Interval bootstrap(std::span<const Unit> units, const BootstrapSettings& settings) {
  return bounds(units.size(), settings, [&](Draws& draws) {
    Unit sum;
    for (std::size_t i = 0; i < units.size(); ++i) {
      add(sum, units[draws.below(units.size())]);
    }
    return rate(sum);
  });
}

Interval bootstrap_difference(std::span<const Unit> a, std::span<const Unit> b,
                              const BootstrapSettings& settings) {
  assert(a.size() == b.size());
  return bounds(a.size(), settings, [&](Draws& draws) {
    Unit sum_a;
    Unit sum_b;
    for (std::size_t i = 0; i < a.size(); ++i) {
      const std::size_t drawn = draws.below(a.size());
      add(sum_a, a[drawn]);
      add(sum_b, b[drawn]);
    }
    return rate(sum_a) - rate(sum_b);
  });
}

Calibration calibration_of(std::span<const Judgement> judgements) {
  Calibration out;
  for (const Judgement& one : judgements) {
    const double place = std::ceil(one.confidence * static_cast<double>(kBins)) - 1;
    const auto at =
        static_cast<std::size_t>(std::clamp(place, 0.0, static_cast<double>(kBins - 1)));
    ++out.bins[at].count;
    out.bins[at].confidence += one.confidence;
    out.bins[at].right += one.right ? 1 : 0;
  }
  out.count = static_cast<std::int64_t>(judgements.size());
  const double all = std::max(1.0, static_cast<double>(out.count));
  for (Bin& bin : out.bins) {
    out.error += std::abs(bin.right - bin.confidence) / all;
    out.confidence += bin.confidence / all;
    out.right += bin.right / all;
    const double count = std::max(1.0, static_cast<double>(bin.count));
    bin.confidence /= count;
    bin.right /= count;
  }
  return out;
}

}  // namespace shiqu::ocr::score
