#pragma once

#include "storage/imaging/image.h"
#include "storage/model/text.h"

#include <span>

namespace shiqu::ocr {

/// Gives every glyph of a vertical line a box on its ink. `centres`: where along the column an
/// engine saw each glyph, in pixels of `gray` from its top, rising; empty when it did not say
/// (Tesseract's vertical models report boxes outside the image): then the ink between its first and
/// last row is cut into cells of equal height. Cuts between glyphs go where they cross least ink,
/// near the middle between two centres; then each box shrinks to the ink of its cell. Column rules
/// inside the area are not ink. `area`: the line's place on `gray` (Gray8). The line's own box
/// becomes the box around its glyphs.
void place_glyphs(const imaging::Image& gray, const RectPx& area, std::span<const double> centres,
                  model::Line& line);

}  // namespace shiqu::ocr
