#pragma once

#include "storage/base/geometry.h"
#include "storage/base/result.h"
#include "storage/imaging/image.h"
#include "storage/model/text.h"

#include <functional>
#include <stop_token>
#include <string_view>
#include <vector>

namespace shiqu::ocr {

/// One area to read: a column or part of it, in pixels of PreparedPage::gray.
struct ReadingArea {
  model::LineKind kind = model::LineKind::Column;
  RectPx box;
};

/// A page ready for an engine.
struct PreparedPage {
  imaging::Image gray;    ///< Gray8, level, same size as the page
  double turned_deg = 0;  ///< how far `gray` was turned anticlockwise to be level; 0: not at all
  bool ruled = false;     ///< columns come from rules; false: from the gaps between ink
  std::vector<ReadingArea> areas;  ///< in reading order: columns right to left

  /// The upright box on the original page around `box` of `gray`, cut at the page's edges.
  [[nodiscard]] RectPx on_page(const RectPx& box) const noexcept;
};

/// Receives pictures of the steps ("ink", "areas"), Gray8 or Rgb8, for debugging.
using DebugImageSink = std::function<void(std::string_view, const imaging::Image&)>;

/// Finds what to read on a page of vertical text: levels it (up to 5°, when the angle is certain
/// and above 0.2°), finds frame and column rules, cuts columns at the rules or, without them, at
/// the gaps of the ink's projection, keeps raised headings, makes the centre strip (版心) an area
/// of its own kind, and splits half-width notes into right and left halves. Areas without ink are
/// left out; a blank page gives none. `page`: any format, at least 64 × 64 px; borrowed.
/// Errors: InvalidInput (too small), Cancelled. Any thread; pure; `stop` is polled between steps.
Result<PreparedPage> prepare_page(const imaging::Image& page, std::stop_token stop = {},
                                  const DebugImageSink& debug = {});

}  // namespace shiqu::ocr
