#include "storage/base/geometry.h"

#include <algorithm>

namespace shiqu {

RectPx intersection(const RectPx& a, const RectPx& b) noexcept {
  const int x = std::max(a.x, b.x);
  const int y = std::max(a.y, b.y);
  return {x, y, std::max(0, std::min(a.right(), b.right()) - x),
          std::max(0, std::min(a.bottom(), b.bottom()) - y)};
}

RectPx bounding_box(const RectPx& a, const RectPx& b) noexcept {
  if (a.empty()) {
    return b;
  }
  if (b.empty()) {
    return a;
  }
  const int x = std::min(a.x, b.x);
  const int y = std::min(a.y, b.y);
  return {x, y, std::max(a.right(), b.right()) - x, std::max(a.bottom(), b.bottom()) - y};
}

double intersection_over_union(const RectPx& a, const RectPx& b) noexcept {
  const std::int64_t common = intersection(a, b).area();
  const std::int64_t all = a.area() + b.area() - common;
  return all > 0 ? static_cast<double>(common) / static_cast<double>(all) : 0.0;
}

}  // namespace shiqu
