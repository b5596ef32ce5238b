#pragma once

#include "storage/imaging/image.h"

namespace shiqu::ocr {

/// Binary scans show seals and stains as stippling. Where a page that is all but black and white
/// has many times more specks than glyphs, the specks are made white, for analysis and reading
/// alike. `gray`: Gray8. Other pages are left alone.
void remove_stipple(imaging::Image& gray);

}  // namespace shiqu::ocr
