#pragma once

#include "storage/base/geometry.h"
#include "storage/imaging/image.h"

#include <vector>

namespace shiqu::ocr {

/// Gray8 of a page of any format in which coloured ink (seals, marks in red) is as light as its
/// lightest channel, measured against the paper: a red seal vanishes, black ink below it stays.
imaging::Image without_seals(const imaging::Image& page);

/// Boxes of coloured seals on a page of any format, in its pixels: dense coloured ink at least a
/// fortieth and at most half of the longer edge wide and high, no more than four times as long as
/// broad. Red rules, underlines and marks beside the text are none.
std::vector<RectPx> find_seals(const imaging::Image& page);

/// This share of the pixels of a page is darker than its light paper.
constexpr double kPaperShare = 0.8;

/// The level that `share` (0…1) of the pixels of a Gray8 image do not exceed.
int level_below(const imaging::Image& gray, double share);

/// Makes pale ink of a page (Gray8) as dark against its paper as black ink is, at most twice as
/// dark: thin strokes and rules of a faint page are found too. Others are left alone.
void blacken_ink(imaging::Image& gray);

/// Binary scans, and what was made darker, larger or smoother of them, show seals and stains as
/// stippling. Where a page has several times more specks than glyphs, specks away from glyphs take
/// the level of the paper around in `gray` (Gray8); in `for_analysis`, a copy made here, whatever
/// may be one does, also if strokes suffer. Other pages are left alone: false.
bool remove_stipple(imaging::Image& gray, imaging::Image& for_analysis);

}  // namespace shiqu::ocr
