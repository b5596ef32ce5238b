#pragma once

#include "storage/imaging/image.h"
#include "storage/model/text.h"

namespace shiqu::ocr {

/// Gives every glyph of a vertical line a box when the engine gave none (Tesseract's vertical
/// models report boxes outside the image): the ink between its first and last row is cut into cells
/// of equal height, one a glyph, and each box is shrunk to the ink in its cell. `area`: the line's
/// place on `gray` (Gray8). The line's own box becomes the box around its glyphs.
void place_glyphs(const imaging::Image& gray, const RectPx& area, model::Line& line);

}  // namespace shiqu::ocr
