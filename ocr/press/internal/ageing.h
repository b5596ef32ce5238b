#pragma once

#include "ocr/press/internal/forme.h"
#include "ocr/press/internal/noise.h"
#include "ocr/press/press.h"
#include "storage/imaging/image.h"

#include <optional>
#include <vector>

namespace shiqu::ocr::press {

/// Roughens and spreads (`ageing.bleed`) and wears (`ageing.loss`) the ink of a flat page.
void wear_ink(Plane<std::uint8_t>& ink, const Ageing& ageing, Prng& prng);

/// The next page as it shines through: mirrored and blurred. 0…255.
Plane<std::uint8_t> shine_through(const Plane<std::uint8_t>& other);

/// Where each pixel of the photographed page comes from on the flat page.
class Warp {
 public:
  Warp(SizePx size, double skew_deg, double curvature, Prng& prng);
  [[nodiscard]] PointPx source(int x, int y) const noexcept {
    const double from_x = x - middle_.x;
    const double from_y = y - middle_.y;
    return {cos_ * from_x + sin_ * from_y + middle_.x + shift_x_[static_cast<std::size_t>(y)],
            -sin_ * from_x + cos_ * from_y + middle_.y + shift_y_[static_cast<std::size_t>(x)]};
  }

 private:
  PointPx middle_;
  double cos_;
  double sin_;
  std::vector<double> shift_x_;  ///< by row
  std::vector<double> shift_y_;  ///< by column
};

/// What lies on the paper.
struct Sheet {
  const Forme* forme = nullptr;
  const Seal* seal = nullptr;                   ///< may be null
  const Plane<std::uint8_t>* behind = nullptr;  ///< from shine_through, may be null
};

/// The photographed page and where each owner's visible ink is in it.
struct Photograph {
  imaging::Image image;        ///< Rgb8
  std::vector<RectPx> glyphs;  ///< by glyph number - 1; empty when no ink is left
  RectPx frame;
  RectPx seal;
};

Photograph photograph(const Sheet& sheet, std::size_t glyph_count, const Warp& warp,
                      const Ageing& ageing, Prng& prng);

}  // namespace shiqu::ocr::press
