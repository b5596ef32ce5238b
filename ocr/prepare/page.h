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
  /// Parts of `box` to be taken for paper: rows without ink, where the other side of the leaf
  /// shines through, and what is read as another area.
  std::vector<RectPx> blank;
  bool level = false;  ///< a line of horizontal text on a page of columns
};

/// Where the upright lines of a straightened page came from: the pixel at (x, y) stood at
/// (x + shift, y). Shifts are known at xs × ys (rising) and drawn straight between.
struct Bend {
  std::vector<double> xs;
  std::vector<double> ys;
  std::vector<double> shifts;  ///< [index in xs · ys.size() + index in ys], px

  [[nodiscard]] double shift_at(double x, double y) const noexcept;
};

/// What is known about a page before it is prepared.
struct PageForm {
  int quarter_turns = 0;    ///< clockwise turns that make it upright; any integer
  bool horizontal = false;  ///< after that turn columns are lines of horizontal text: no halves
};

/// A page ready for an engine.
struct PreparedPage {
  imaging::Image gray;      ///< Gray8, upright, level, columns straight, size of the turned page
  int quarter_turns = 0;    ///< by which the page was turned clockwise first, 0…3
  bool horizontal = false;  ///< areas are horizontal lines, stood on end; first line at the right
  double turned_deg = 0;    ///< how far `gray` was turned anticlockwise to be level; 0: not at all
  Bend bend;                ///< how columns were straightened after turning; empty: not at all
  bool ruled = false;       ///< columns come from rules; false: from the gaps between ink
  std::vector<ReadingArea> areas;      ///< in reading order: columns right to left
  std::vector<model::Region> regions;  ///< in pixels of the page as given

  /// The box along the edges of the page as it was given around `box` of `gray`, cut at its edges.
  [[nodiscard]] RectPx on_page(const RectPx& box) const noexcept;

 private:
  [[nodiscard]] RectPx before_straightening(const RectPx& box) const noexcept;
};

/// Receives pictures of the steps ("ink", "text", "rules", "areas", "regions"), Gray8 or Rgb8,
/// for debugging.
using DebugImageSink = std::function<void(std::string_view, const imaging::Image&)>;

/// Finds what to read on a page of vertical text: takes seals that are coloured or paler than the
/// text, and the stippling of binary scans, away, levels the page (up to 5°, when the angle is
/// certain and above 0.2°), finds frame and columns by the period of rules or gaps, straightens
/// bent columns, divides the page into registers where a line does, keeps raised headings, splits
/// half-width notes into right and left halves. Level lines above the frame come first, then
/// columns right to left, register by register, level lines below it, centre strips (版心), titles
/// in the margin, notes above the frame (眉批) and glosses beside the text, each of its own kind.
/// Areas are cut close around the ink; those without ink are left out; a blank page gives none.
/// `page`: any format, at least 64 × 64 px; borrowed. Errors: InvalidInput (too small), Cancelled.
/// Any thread; pure; `stop` is polled between steps.
Result<PreparedPage> prepare_page(const imaging::Image& page, std::stop_token stop = {},
                                  const DebugImageSink& debug = {});

/// The same for a page that must be turned first; on_page still tells places on `page` as given.
Result<PreparedPage> prepare_page(const imaging::Image& page, const PageForm& form,
                                  std::stop_token stop = {}, const DebugImageSink& debug = {});

}  // namespace shiqu::ocr
