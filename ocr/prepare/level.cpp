#include "ocr/prepare/internal/level.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>

namespace shiqu::ocr {
namespace {

/// Level at a place inside the image, between four pixels; `bytes` are the image's.
std::uint8_t sample(const std::uint8_t* bytes, SizePx size, double x, double y) {
  const double inside_x = std::clamp<double>(x, 0, size.width - 1);
  const double inside_y = std::clamp<double>(y, 0, size.height - 1);
  const int left = static_cast<int>(inside_x);
  const int top = static_cast<int>(inside_y);
  const int right = std::min(size.width - 1, left + 1);
  const std::uint8_t* upper = bytes + std::ptrdiff_t{top} * size.width;
  const std::uint8_t* lower = top + 1 < size.height ? upper + size.width : upper;
  const double fx = inside_x - left;
  const double fy = inside_y - top;
  const double above = upper[left] * (1 - fx) + upper[right] * fx;
  const double below = lower[left] * (1 - fx) + lower[right] * fx;
  return static_cast<std::uint8_t>(above * (1 - fy) + below * fy + 0.5);
}

}  // namespace

PointPx point_before_turn(PointPx point, SizePx size, double angle_deg) noexcept {
  const double angle = angle_deg * std::numbers::pi / 180;
  const double dx = point.x - size.width / 2.0;
  const double dy = point.y - size.height / 2.0;
  return {size.width / 2.0 + dx * std::cos(angle) - dy * std::sin(angle),
          size.height / 2.0 + dx * std::sin(angle) + dy * std::cos(angle)};
}

imaging::Image turned(const imaging::Image& gray, double angle_deg) {
  imaging::Image out(imaging::PixelFormat::Gray8, gray.size());
  const std::uint8_t* const bytes = gray.bytes().data();
  for (int y = 0; y < out.height(); ++y) {
    std::uint8_t* const row = out.row(y).data();
    // Along a row the place on the original moves by the same step.
    const PointPx first = point_before_turn({0.5, y + 0.5}, gray.size(), angle_deg);
    const PointPx second = point_before_turn({1.5, y + 0.5}, gray.size(), angle_deg);
    const double step_x = second.x - first.x;
    const double step_y = second.y - first.y;
    for (int x = 0; x < out.width(); ++x) {
      row[x] = sample(bytes, gray.size(), first.x - 0.5 + x * step_x, first.y - 0.5 + x * step_y);
    }
  }
  return out;
}

}  // namespace shiqu::ocr
