#pragma once

#include "storage/imaging/image.h"

#include <vector>

namespace shiqu::ocr {

/// Sides of the picture of one character that the glyph network takes.
constexpr int kGlyphSidePx = 48;

/// A column as windows are cut from it: Gray8, kGlyphSidePx wide, its aspect kept. `column`: Gray8
/// or Rgb8, upright.
imaging::Image glyph_column(const imaging::Image& column);

/// Appends the window around one character to `out`: kGlyphSidePx rows of as many values, upright,
/// levels less their mean over the window, divided by their deviation plus 8 (paper alone stays
/// faint). Across it takes the whole column; along it 1.25 times `advance`, so that the edges of
/// the neighbours are seen. `column`: of glyph_column(). `middle`: of the character, `advance`:
/// from one to the next, both in rows of it; advance at least 1.
void add_glyph_window(const imaging::Image& column, double middle, double advance,
                      std::vector<float>& out);

}  // namespace shiqu::ocr
