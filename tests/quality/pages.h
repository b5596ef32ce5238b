#pragma once

#include "storage/imaging/image.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>

namespace fixture {

using shiqu::imaging::Image;
using shiqu::imaging::PixelFormat;

/// A page given by its ink at each point: 0 paper, 1 full ink; sampled 3 × 3 per pixel.
inline Image page_of(shiqu::SizePx size, const std::function<bool(double, double)>& ink,
                     double paper_level = 225, double ink_level = 35) {
  Image out(PixelFormat::Gray8, size);
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      int covered = 0;
      for (int sub = 0; sub < 9; ++sub) {
        covered += ink(x + (sub % 3 + 0.5) / 3, y + (sub / 3 + 0.5) / 3) ? 1 : 0;
      }
      out.row(y)[static_cast<std::size_t>(x)] =
          static_cast<std::uint8_t>(paper_level + (ink_level - paper_level) * covered / 9.0 + 0.5);
    }
  }
  return out;
}

/// Upright rules 60 px apart with boxes of 30 px for glyphs between them.
inline bool leaf_ink(double x, double y) {
  if (x < 60 || x > 665 || y < 60 || y > 940) {
    return false;
  }
  const double in_x = std::fmod(x, 60);
  const double in_y = std::fmod(y, 40);
  const bool outline = in_x > 15 && in_x < 45 && in_y > 5 && in_y < 35 &&
                       !(in_x > 18 && in_x < 42 && in_y > 8 && in_y < 32);
  return in_x < 3 || outline;
}

/// The leaf turned clockwise, so that lines fall to the right.
inline Image leaf(double turned_deg = 0, double paper_level = 225, double ink_level = 35) {
  const double angle = turned_deg * std::numbers::pi / 180;
  return page_of(
      {720, 1000},
      [=](double x, double y) {
        const double dx = x - 360;
        const double dy = y - 500;
        return leaf_ink(360 + dx * std::cos(angle) + dy * std::sin(angle),
                        500 - dx * std::sin(angle) + dy * std::cos(angle));
      },
      paper_level, ink_level);
}

inline Image blank() {
  return page_of({720, 1000}, [](double, double) { return false; });
}

/// Gaussian blur along x, then along y.
inline Image blurred(const Image& gray, double sigma_px) {
  const int reach = static_cast<int>(std::ceil(3 * sigma_px));
  const auto pass = [&](const Image& from, bool level) {
    Image out(PixelFormat::Gray8, from.size());
    for (int y = 0; y < from.height(); ++y) {
      for (int x = 0; x < from.width(); ++x) {
        double sum = 0;
        double weights = 0;
        for (int i = -reach; i <= reach; ++i) {
          const int px = std::clamp(x + (level ? i : 0), 0, from.width() - 1);
          const int py = std::clamp(y + (level ? 0 : i), 0, from.height() - 1);
          const double weight = std::exp(-i * i / (2 * sigma_px * sigma_px));
          sum += weight * from.row(py)[static_cast<std::size_t>(px)];
          weights += weight;
        }
        out.row(y)[static_cast<std::size_t>(x)] = static_cast<std::uint8_t>(sum / weights + 0.5);
      }
    }
    return out;
  };
  return pass(pass(gray, true), false);
}

}  // namespace fixture
