#pragma once

#include "storage/base/result.h"
#include "storage/imaging/image.h"

namespace shiqu::imaging {

/// Luma 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601) as Gray8; 16-bit input by its high byte.
Image to_gray8(const Image& image);

/// Rgb8 from any format.
Image to_rgb8(const Image& image);

/// Part of `image`; `area` is cut at the edges and must not be empty then.
Image crop(const Image& image, RectPx area);

/// Half size by 2 × 2 averaging (8-bit formats); odd edges repeat their last pixel.
Image halve(const Image& image);

/// Area-averaging shrink or bilinear enlargement to `size` (8-bit formats).
Image resize(const Image& image, SizePx size);

/// Fits into `longest_px` without enlarging.
Image fit(const Image& image, int longest_px);

/// Quarter turns clockwise, any integer.
Image rotate_quarters(const Image& image, int quarters);

/// Undoes an EXIF orientation 1…8 (EXIF 2.3, tag 274).
Image upright(const Image& image, int exif_orientation);

}  // namespace shiqu::imaging
