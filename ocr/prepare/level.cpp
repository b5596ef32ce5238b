#include "ocr/prepare/internal/level.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace shiqu::ocr {
namespace {

double sample(const imaging::Image& gray, double x, double y) {
  const double inside_x = std::clamp(x, 0.0, static_cast<double>(gray.width() - 1));
  const double inside_y = std::clamp(y, 0.0, static_cast<double>(gray.height() - 1));
  const int left = static_cast<int>(inside_x);
  const int top = static_cast<int>(inside_y);
  const int right = std::min(gray.width() - 1, left + 1);
  const int bottom = std::min(gray.height() - 1, top + 1);
  const double fx = inside_x - left;
  const double fy = inside_y - top;
  const auto at = [&](int px, int py) {
    return static_cast<double>(gray.row(py)[static_cast<std::size_t>(px)]);
  };
  return (at(left, top) * (1 - fx) + at(right, top) * fx) * (1 - fy) +
         (at(left, bottom) * (1 - fx) + at(right, bottom) * fx) * fy;
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
  for (int y = 0; y < out.height(); ++y) {
    const auto row = out.row(y);
    for (int x = 0; x < out.width(); ++x) {
      const PointPx from = point_before_turn({x + 0.5, y + 0.5}, gray.size(), angle_deg);
      row[static_cast<std::size_t>(x)] =
          static_cast<std::uint8_t>(sample(gray, from.x - 0.5, from.y - 0.5) + 0.5);
    }
  }
  return out;
}

}  // namespace shiqu::ocr
