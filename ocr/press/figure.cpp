#include "ocr/press/internal/forme.h"

#include <algorithm>
#include <cmath>

namespace shiqu::ocr::press {
namespace {

/// A brush on one part of a forme.
class Brush {
 public:
  Brush(Forme& forme, const RectPx& area, std::uint16_t number, double line_px)
      : forme_(forme), area_(area), number_(number), radius_(line_px / 2) {}

  /// A stroke from one point to another; both in shares of the area.
  void stroke(PointPx from, PointPx to) {
    const double dx = (to.x - from.x) * area_.width;
    const double dy = (to.y - from.y) * area_.height;
    const int steps = std::max(1, static_cast<int>(std::hypot(dx, dy)));
    for (int i = 0; i <= steps; ++i) {
      dab(area_.x + from.x * area_.width + dx * i / steps,
          area_.y + from.y * area_.height + dy * i / steps);
    }
  }

 private:
  void dab(double x, double y) {
    const int reach = static_cast<int>(std::ceil(radius_));
    for (int py = static_cast<int>(y) - reach; py <= static_cast<int>(y) + reach; ++py) {
      for (int px = static_cast<int>(x) - reach; px <= static_cast<int>(x) + reach; ++px) {
        if (px < area_.x || px >= area_.right() || py < area_.y || py >= area_.bottom()) {
          continue;
        }
        const double covered = std::clamp(radius_ + 0.5 - std::hypot(px - x, py - y), 0.0, 1.0);
        if (covered > 0) {
          std::uint8_t& ink = forme_.ink.row(py)[px];
          ink = std::max(ink, static_cast<std::uint8_t>(std::lround(covered * 255)));
          forme_.owner.row(py)[px] = number_;
        }
      }
    }
  }

  Forme& forme_;
  RectPx area_;
  std::uint16_t number_;
  double radius_;
};

/// A ridge from the left to the right side, with lines of shade that fall from it.
void hills(Brush& brush, double level, double height, Prng& prng) {
  PointPx before{0, level};
  for (double x = 0.03; x <= 1.0; x += 0.03) {
    const PointPx next{
        x, level - height * std::abs(std::sin(7 * x + 5 * level)) * prng.between(0.7, 1)};
    brush.stroke(before, next);
    if (prng.chance(0.6)) {
      brush.stroke(next, {x + prng.between(-0.03, 0.03), next.y + prng.between(0.03, 0.09)});
    }
    before = next;
  }
}

void tree(Brush& brush, double x, double foot, Prng& prng) {
  const double top = foot - prng.between(0.12, 0.2);
  brush.stroke({x, foot}, {x, top});
  for (double y = top; y < foot - 0.04; y += 0.02) {
    const double wide = prng.between(0.05, 0.12);
    brush.stroke({x, y}, {x - wide, y + 0.03});
    brush.stroke({x, y}, {x + wide, y + 0.03});
  }
}

}  // namespace

void cut_figure(Forme& forme, const RectPx& area, std::uint16_t number, double line_px,
                Prng& prng) {
  Brush brush(forme, area, number, line_px);
  for (const double level : {0.25, 0.45, 0.62}) {
    hills(brush, level, 0.18, prng);
  }
  for (double x = 0.12; x < 0.95; x += 0.19) {
    tree(brush, x, prng.between(0.72, 0.82), prng);
  }
  for (double y = 0.86; y < 0.99; y += 0.03) {
    for (double x = 0; x < 0.95; x += 0.1) {
      brush.stroke({x, y}, {x + 0.05, y - 0.01});
      brush.stroke({x + 0.05, y - 0.01}, {x + 0.1, y});
    }
  }
}

}  // namespace shiqu::ocr::press
