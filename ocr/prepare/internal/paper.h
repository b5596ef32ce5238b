#pragma once

#include "storage/base/geometry.h"
#include "storage/imaging/image.h"

#include <optional>

namespace shiqu::ocr {

/// This share of the pixels of a page is darker than its light paper.
constexpr double kPaperShare = 0.8;

/// The level that `share` (0…1) of the pixels of a Gray8 image do not exceed.
int level_below(const imaging::Image& gray, double share);

/// Makes pale ink of a page (Gray8) as dark against its paper as black ink is, at most twice as
/// dark: thin strokes and rules of a faint page are found too. Others are left alone.
void blacken_ink(imaging::Image& gray);

/// The stippling of a page, which is how binary scans show seals and stains.
struct Stipple {
  imaging::Image for_analysis;  ///< Gray8: the page without whatever may belong to it
  std::optional<RectPx> seal;   ///< the square that is full of it, in pixels of the page
};

/// Binary scans, and what was made darker, larger or smoother of them, show seals and stains as
/// stippling. Where a page has several times more specks than glyphs, specks away from glyphs take
/// the level of the paper around in `gray` (Gray8); in Stipple::for_analysis whatever may be one
/// does, also if strokes suffer. Other pages are left alone.
std::optional<Stipple> remove_stipple(imaging::Image& gray);

}  // namespace shiqu::ocr
