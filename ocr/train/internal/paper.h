#pragma once

#include "ocr/train/internal/plane.h"
#include "storage/imaging/image.h"

namespace shiqu::ocr::train {

/// What lies on the paper; both of the same size, 0…1.
struct Layers {
  Plane ink;
  Plane seal;  ///< empty: none
};

/// Paper tone, light, what shines through, scanner resolution, noise, binarisation and JPEG, and in
/// the end the size the recogniser takes: Rgb8, `width_px` × kLineHeightPx. `least_height_px`: the
/// lowest resolution at which the characters can still be told apart.
imaging::Image scanned(const Layers& layers, int width_px, double least_height_px, Random& random);

}  // namespace shiqu::ocr::train
