#pragma once

#include "ocr/train/glyphs.h"
#include "ocr/train/internal/plane.h"

#include <array>

namespace shiqu::ocr::train {

/// Lines are inked at twice the size the recogniser sees.
constexpr int kInkScale = 2;

/// Where and how a glyph stands on the turned line; px of the ink plane.
struct Stamp {
  double x = 0;       ///< middle, along the line
  double y = 0;       ///< middle, across it
  double along = 60;  ///< px of the em along the line (the height of the upright glyph)
  double across = 60;
  double turn_rad = 0;
  double shear = 0;
  std::array<double, 4> bend{};  ///< moves the corners of the em, in em: no two strokes alike
};

/// Adds the glyph, turned 90° anticlockwise, to the ink (0…1).
void stamp(Plane& ink, const Glyph& glyph, const Stamp& where);

/// Rules along both edges and the frame at the ends, as far as chance wants them.
void rule(Plane& ink, Random& random);

/// Wood grain, spread and worn ink, dry brush, holes.
void wear(Plane& ink, Random& random);

/// A few specks.
void speckle(Plane& ink, Random& random);

/// The coarse black and white texture a binarised seal leaves over part of the line; denser where
/// `seal` (0…1, may be empty) has ink.
void coarsen(Plane& ink, const Plane& seal, Random& random);

}  // namespace shiqu::ocr::train
