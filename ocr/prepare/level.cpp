#include "ocr/prepare/internal/level.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>

namespace shiqu::ocr {
namespace {

/// Level at a place inside the image, between four pixels; `bytes` are the image's.
std::uint8_t sample(std::span<const std::uint8_t> bytes, SizePx size, double x, double y) {
  const double inside_x = std::clamp(x, 0.0, size.width - 1.0);
  const double inside_y = std::clamp(y, 0.0, size.height - 1.0);
  const auto left = static_cast<std::size_t>(inside_x);
  const auto top = static_cast<std::size_t>(inside_y);
  const auto width = static_cast<std::size_t>(size.width);
  const std::size_t right = std::min(width - 1, left + 1);
  const std::size_t bottom = std::min(static_cast<std::size_t>(size.height) - 1, top + 1);
  const double fx = inside_x - static_cast<double>(left);
  const double fy = inside_y - static_cast<double>(top);
  const double above = bytes[top * width + left] * (1 - fx) + bytes[top * width + right] * fx;
  const double below = bytes[bottom * width + left] * (1 - fx) + bytes[bottom * width + right] * fx;
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
  const auto bytes = gray.bytes();
  for (int y = 0; y < out.height(); ++y) {
    const auto row = out.row(y);
    // Along a row the place on the original moves by the same step.
    const PointPx first = point_before_turn({0.5, y + 0.5}, gray.size(), angle_deg);
    const PointPx second = point_before_turn({1.5, y + 0.5}, gray.size(), angle_deg);
    const double step_x = second.x - first.x;
    const double step_y = second.y - first.y;
    for (std::size_t x = 0; x < row.size(); ++x) {
      const auto steps = static_cast<double>(x);
      row[x] = sample(bytes, gray.size(), first.x - 0.5 + steps * step_x,
                      first.y - 0.5 + steps * step_y);
    }
  }
  return out;
}

}  // namespace shiqu::ocr
