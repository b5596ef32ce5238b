#pragma once

#include "storage/imaging/image.h"

namespace shiqu::ocr {

/// Binary scans show seals and stains as stippling. Where a page that is all but black and white
/// has many times more specks than glyphs, specks away from glyphs are made white in `gray`
/// (Gray8); in `for_analysis`, a copy made here, whatever may be one is, also if strokes suffer.
/// Other pages are left alone: false.
bool remove_stipple(imaging::Image& gray, imaging::Image& for_analysis);

}  // namespace shiqu::ocr
