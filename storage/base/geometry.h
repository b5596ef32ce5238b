#pragma once

#include <compare>
#include <cstdint>

namespace shiqu {

/// Pixels; origin is the top left corner, x grows to the right, y downwards.
struct SizePx {
  int width = 0;
  int height = 0;
  auto operator<=>(const SizePx&) const = default;
};

struct PointPx {
  double x = 0;
  double y = 0;
  auto operator<=>(const PointPx&) const = default;
};

/// Covers [x, x + width) × [y, y + height).
struct RectPx {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
  auto operator<=>(const RectPx&) const = default;

  [[nodiscard]] int right() const noexcept { return x + width; }
  [[nodiscard]] int bottom() const noexcept { return y + height; }
  [[nodiscard]] bool empty() const noexcept { return width <= 0 || height <= 0; }
  [[nodiscard]] std::int64_t area() const noexcept {
    return empty() ? 0 : static_cast<std::int64_t>(width) * height;
  }
};

/// The common part; empty when there is none.
RectPx intersection(const RectPx& a, const RectPx& b) noexcept;

/// The smallest rectangle around both; an empty one counts for nothing.
RectPx bounding_box(const RectPx& a, const RectPx& b) noexcept;

/// Area of the intersection ÷ area of the union, 0…1.
double intersection_over_union(const RectPx& a, const RectPx& b) noexcept;

}  // namespace shiqu
