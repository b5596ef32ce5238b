#include "capture/quality/skew.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace shiqu::quality {
namespace {

constexpr double kCoarseStepDeg = 0.25;
constexpr double kFineStepDeg = 0.05;
constexpr std::size_t kMostPoints = 60'000;  // more ink does not make the peak sharper
constexpr std::size_t kFewestPoints = 200;

struct InkPoint {
  float along = 0;   ///< position across the lines at angle 0
  float across = 0;  ///< position along the lines, from the middle of the page
};

/// Points of ink for the search on one axis: every n-th, so that no page takes long.
std::vector<InkPoint> points_of(const InkMask& mask, bool upright) {
  const auto total = static_cast<std::size_t>(std::count(mask.ink.begin(), mask.ink.end(), 1));
  const std::size_t stride = total / kMostPoints + 1;
  std::vector<InkPoint> out;
  out.reserve(total / stride + 1);
  std::size_t seen = 0;
  for (int y = 0; y < mask.size.height; ++y) {
    for (int x = 0; x < mask.size.width; ++x) {
      if (!mask.at(x, y) || seen++ % stride != 0) {
        continue;
      }
      const auto dx = static_cast<float>(x - mask.size.width / 2);
      const auto dy = static_cast<float>(y - mask.size.height / 2);
      out.push_back(upright ? InkPoint{dx, dy} : InkPoint{dy, -dx});
    }
  }
  return out;
}

class AxisSearch {
 public:
  AxisSearch(const InkMask& mask, bool upright)
      : points_(points_of(mask, upright)),
        half_(static_cast<std::size_t>(mask.size.width + mask.size.height)),
        bins_(2 * half_ + 1) {}

  [[nodiscard]] bool enough() const noexcept { return points_.size() >= kFewestPoints; }

  double score(double angle_deg) {
    std::fill(bins_.begin(), bins_.end(), 0U);
    const auto slope = static_cast<float>(std::tan(angle_deg * std::numbers::pi / 180));
    for (const InkPoint& point : points_) {
      const float bin = point.along + point.across * slope + static_cast<float>(half_) + 0.5F;
      ++bins_[static_cast<std::size_t>(bin)];
    }
    double sum = 0;
    for (const std::uint32_t count : bins_) {
      sum += static_cast<double>(count) * count;
    }
    return sum;
  }

  Skew find(double limit_deg, const std::stop_token& stop) {
    std::vector<double> scores;
    Skew best;
    double highest = -1;
    const int steps = static_cast<int>(std::lround(limit_deg / kCoarseStepDeg));
    for (int i = -steps; i <= steps && !stop.stop_requested(); ++i) {
      const double angle = i * kCoarseStepDeg;
      scores.push_back(score(angle));
      if (scores.back() > highest) {
        highest = scores.back();
        best.angle_deg = angle;
      }
    }
    if (stop.stop_requested()) {
      return {};
    }
    refine(best.angle_deg, highest);
    const auto middle = scores.begin() + static_cast<std::ptrdiff_t>(scores.size() / 2);
    std::nth_element(scores.begin(), middle, scores.end());
    best.confidence = highest > 0 ? 1 - *middle / highest : 0;
    return best;
  }

 private:
  void refine(double& angle_deg, double& highest) {
    const double centre = angle_deg;
    for (double off = -kCoarseStepDeg; off <= kCoarseStepDeg; off += kFineStepDeg) {
      const double value = score(centre + off);
      if (value > highest) {
        highest = value;
        angle_deg = centre + off;
      }
    }
  }

  std::vector<InkPoint> points_;
  std::size_t half_;
  std::vector<std::uint32_t> bins_;
};

}  // namespace

Skew measure_skew(const InkMask& mask, double limit_deg, SkewAxis axis, std::stop_token stop) {
  Skew best;
  for (const bool upright : {true, false}) {
    if (axis == (upright ? SkewAxis::Level : SkewAxis::Upright)) {
      continue;
    }
    AxisSearch search(mask, upright);
    if (!search.enough()) {
      return {};
    }
    const Skew found = search.find(limit_deg, stop);
    if (stop.stop_requested()) {
      return {};
    }
    if (found.confidence > best.confidence) {
      best = found;
    }
  }
  return best;
}

}  // namespace shiqu::quality
