#include "ocr/train/internal/ink.h"

#include <algorithm>
#include <cmath>

namespace shiqu::ocr::train {
namespace {

float coverage_at(const Glyph& glyph, double x, double y) {
  const double from_x = x - glyph.left - 0.5;
  const double from_y = y - glyph.top - 0.5;
  const int x0 = static_cast<int>(std::floor(from_x));
  const int y0 = static_cast<int>(std::floor(from_y));
  if (x0 < -1 || y0 < -1 || x0 >= glyph.width || y0 >= glyph.height) {
    return 0;
  }
  const auto at = [&](int px, int py) {
    return px < 0 || py < 0 || px >= glyph.width || py >= glyph.height
               ? 0.0F
               : static_cast<float>(glyph.coverage[static_cast<std::size_t>(py) *
                                                       static_cast<std::size_t>(glyph.width) +
                                                   static_cast<std::size_t>(px)]);
  };
  const auto part_x = static_cast<float>(from_x - x0);
  const auto part_y = static_cast<float>(from_y - y0);
  const float above = at(x0, y0) + (at(x0 + 1, y0) - at(x0, y0)) * part_x;
  const float below = at(x0, y0 + 1) + (at(x0 + 1, y0 + 1) - at(x0, y0 + 1)) * part_x;
  return (above + (below - above) * part_y) * (1.0F / 255);
}

/// 0 where a rule is broken.
std::vector<float> broken(Random& random, int length) {
  std::vector<float> out(static_cast<std::size_t>(length), 1.0F);
  if (!random.chance(0.6)) {
    return out;
  }
  const std::size_t gaps = 1 + random.below(6);
  for (std::size_t gap = 0; gap < gaps; ++gap) {
    const std::size_t begin = random.below(out.size());
    const std::size_t end = std::min(out.size(), begin + 10 + random.below(240));
    std::fill(out.begin() + static_cast<std::ptrdiff_t>(begin),
              out.begin() + static_cast<std::ptrdiff_t>(end), 0.0F);
  }
  return out;
}

/// A line along the long direction, from y0 to y1 of its middle.
void long_rule(Plane& ink, Random& random, double y0, double y1, double thickness, float strength) {
  const std::vector<float> kept = broken(random, ink.width);
  const double wave = random.between(0, 0.8);
  const double pace = random.between(0.004, 0.03);
  const double phase = random.between(0, 6.28);
  for (int x = 0; x < ink.width; ++x) {
    const double middle = y0 + (y1 - y0) * x / ink.width + wave * std::sin(phase + pace * x);
    const int top = std::max(0, static_cast<int>(std::floor(middle - thickness / 2 - 1)));
    const int bottom =
        std::min(ink.height - 1, static_cast<int>(std::ceil(middle + thickness / 2 + 1)));
    for (int y = top; y <= bottom; ++y) {
      const double inside = thickness / 2 + 0.5 - std::abs(y + 0.5 - middle);
      const auto value = static_cast<float>(std::clamp(inside, 0.0, 1.0));
      float& pixel = ink.row(y)[x];
      pixel = std::max(pixel, value * strength * kept[static_cast<std::size_t>(x)]);
    }
  }
}

/// A line across, ragged and now and then broken.
void bar(Plane& ink, Random& random, double x, double thickness, double lean, float strength) {
  const bool gap = random.chance(0.25);
  const int gap_top = static_cast<int>(random.between(-20, ink.height));
  const int gap_bottom = gap ? gap_top + static_cast<int>(random.between(6, 50)) : gap_top;
  const double ragged = random.between(0, 1.5);
  for (int y = 0; y < ink.height; ++y) {
    if (y >= gap_top && y < gap_bottom) {
      continue;
    }
    const double middle = x + lean * (y - ink.height / 2.0) + ragged * random.between(-1, 1);
    const int left = std::max(0, static_cast<int>(middle - thickness / 2));
    const int right = std::min(ink.width - 1, static_cast<int>(middle + thickness / 2));
    for (int px = left; px <= right; ++px) {
      ink.row(y)[px] = std::max(ink.row(y)[px], strength);
    }
  }
}

void spread_or_wear(Plane& ink, Random& random) {
  const double sigma = random.between(0.5, 1.7);
  const double level = random.between(0.26, 0.64 - 0.13 * (sigma - 0.5));
  const auto slope = static_cast<float>(random.between(2.5, 12));
  const auto amplitude = static_cast<float>(random.between(0.0, 0.26));
  const double cell = random.between(1.5, 5);
  const Plane grain = smooth_noise(random, ink.width, ink.height, cell, cell);
  ink = blurred(ink, sigma);
  for (std::size_t i = 0; i < ink.values.size(); ++i) {
    const float raised =
        ink.values[i] + amplitude * grain.values[i] * (ink.values[i] > 0.02F ? 1.0F : 0.4F);
    ink.values[i] = std::clamp((raised - static_cast<float>(level)) * slope + 0.5F, 0.0F, 1.0F);
  }
}

void dry_brush(Plane& ink, Random& random) {
  const double cell = random.between(5, 40);
  const Plane field =
      smooth_noise(random, ink.width, ink.height, cell, cell * random.between(0.5, 1));
  const auto depth = static_cast<float>(random.between(0.3, 1.6));
  const auto from = static_cast<float>(random.between(0.0, 0.5));
  for (std::size_t i = 0; i < ink.values.size(); ++i) {
    ink.values[i] *= std::clamp(1 - depth * std::max(0.0F, field.values[i] - from), 0.0F, 1.0F);
  }
}

void holes(Plane& ink, Random& random) {
  const double density = random.between(0.01, 0.16);
  const int grain = 1 + static_cast<int>(random.below(2));
  for (int y = 0; y < ink.height; y += grain) {
    for (int x = 0; x < ink.width; x += grain) {
      if (random.chance(density)) {
        for (int dy = 0; dy < grain && y + dy < ink.height; ++dy) {
          std::fill_n(ink.row(y + dy) + x, std::min(grain, ink.width - x), 0.0F);
        }
      }
    }
  }
}

}  // namespace

void stamp(Plane& ink, const Glyph& glyph, const Stamp& where) {
  const double reach_x = where.along * 0.72 + 2;
  const double reach_y = where.across * 0.72 + 2;
  const int x0 = std::max(0, static_cast<int>(where.x - reach_x));
  const int x1 = std::min(ink.width - 1, static_cast<int>(where.x + reach_x));
  const int y0 = std::max(0, static_cast<int>(where.y - reach_y));
  const int y1 = std::min(ink.height - 1, static_cast<int>(where.y + reach_y));
  const double cosine = std::cos(where.turn_rad);
  const double sine = std::sin(where.turn_rad);
  for (int y = y0; y <= y1; ++y) {
    for (int x = x0; x <= x1; ++x) {
      const double dx = x + 0.5 - where.x;
      const double dy = y + 0.5 - where.y;
      // Along the line is down the glyph; against y is to its right.
      const double down = (cosine * dx + sine * dy) / where.along;
      const double right = -(cosine * dy - sine * dx) / where.across + where.shear * down;
      const double bent = right * down;
      const double u = right + where.bend[0] * bent + where.bend[1] * (down * down - 0.08);
      const double v = down + where.bend[2] * bent + where.bend[3] * (right * right - 0.08);
      const float value = coverage_at(glyph, u * kGlyphEmPx, v * kGlyphEmPx);
      float& pixel = ink.row(y)[x];
      pixel = std::max(pixel, value);
    }
  }
}

void rule(Plane& ink, Random& random) {
  for (int side = 0; side < 2; ++side) {
    if (!random.chance(0.5)) {
      continue;
    }
    const double inset = random.between(-2, 14);
    const double lean = random.between(-4, 4);
    const double thickness = random.between(1, random.chance(0.2) ? 10 : 5);
    const double y = side == 0 ? inset : ink.height - inset;
    const auto strength = static_cast<float>(random.between(0.5, 1));
    long_rule(ink, random, y - lean / 2, y + lean / 2, thickness, strength);
    if (random.chance(0.12)) {
      const double second = y + (side == 0 ? 1 : -1) * random.between(5, 12);
      long_rule(ink, random, second - lean / 2, second + lean / 2, thickness / 2, strength);
    }
  }
  for (int end = 0; end < 2; ++end) {
    if (!random.chance(end == 0 ? 0.3 : 0.16)) {
      continue;
    }
    const double inset = random.between(-2, 22);
    const double thickness = random.between(2, 12);
    const double x = end == 0 ? inset : ink.width - inset;
    const double lean = random.between(-0.04, 0.04);
    const auto strength = static_cast<float>(random.between(0.6, 1));
    bar(ink, random, x, thickness, lean, strength);
    if (random.chance(0.5)) {
      bar(ink, random, x + (end == 0 ? 1 : -1) * (thickness / 2 + random.between(5, 14)),
          random.between(2, 4), lean, strength);
    }
  }
}

void wear(Plane& ink, Random& random) {
  if (random.chance(0.25)) {
    dry_brush(ink, random);
  }
  if (random.chance(0.78)) {
    spread_or_wear(ink, random);
  }
  if (random.chance(0.2)) {
    const Plane soft = blurred(ink, random.between(1.5, 3));
    const auto strength = static_cast<float>(random.between(0.3, 0.9));
    for (std::size_t i = 0; i < ink.values.size(); ++i) {
      ink.values[i] = std::max(ink.values[i], std::min(1.0F, soft.values[i] * strength * 1.3F));
    }
  }
  if (random.chance(0.1)) {
    holes(ink, random);
  }
}

void speckle(Plane& ink, Random& random) {
  if (!random.chance(0.3)) {
    return;
  }
  const std::size_t count = 1 + random.below(14);
  for (std::size_t i = 0; i < count; ++i) {
    const double x = random.between(0, ink.width);
    const double y = random.between(0, ink.height);
    const double radius = random.between(0.7, random.chance(0.1) ? 7 : 3);
    const int bottom = static_cast<int>(std::min<double>(ink.height, y + radius));
    const int right = static_cast<int>(std::min<double>(ink.width, x + radius));
    for (int py = std::max(0, static_cast<int>(y - radius)); py < bottom; ++py) {
      for (int px = std::max(0, static_cast<int>(x - radius)); px < right; ++px) {
        if (std::hypot(px - x, py - y) <= radius) {
          ink.row(py)[px] = 1;
        }
      }
    }
  }
}

void coarsen(Plane& ink, const Plane& seal, Random& random) {
  const auto width = static_cast<std::size_t>(ink.width);
  const int begin = random.chance(0.5) ? 0 : static_cast<int>(random.below(width));
  const int end = std::min(ink.width, begin + 80 + static_cast<int>(random.below(width)));
  const double cell = random.between(1, 3.5);
  const Plane grain = smooth_noise(random, ink.width, ink.height, cell, cell);
  const Plane blotch = smooth_noise(random, ink.width, ink.height, 40, 30);
  const auto black = static_cast<float>(random.between(0.55, 1.2));
  const auto denser = static_cast<float>(seal.values.empty() ? 0 : random.between(0.3, 0.9));
  const float white = random.chance(0.4) ? static_cast<float>(random.between(-1.3, -0.7)) : -9.0F;
  for (int y = 0; y < ink.height; ++y) {
    for (int x = begin; x < end; ++x) {
      const float mask = seal.values.empty() ? 0.0F : denser * (2 * seal.row(y)[x] - 1);
      const float value = grain.row(y)[x] + 0.3F * blotch.row(y)[x];
      if (value + mask > black) {
        ink.row(y)[x] = 1;
      } else if (value < white) {
        ink.row(y)[x] = 0;
      }
    }
  }
}

}  // namespace shiqu::ocr::train
