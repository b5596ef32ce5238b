#pragma once

#include "ocr/prepare/internal/rules.h"
#include "storage/base/geometry.h"
#include "storage/model/text.h"

#include <vector>

namespace shiqu::ocr {

/// One column of the page's grid before it is trimmed to its ink.
struct Cell {
  model::LineKind kind = model::LineKind::Column;
  int left = 0;  ///< [left, right) between the rules
  int right = 0;
};

/// The grid of a page: cells from left to right and the rows between which text may stand.
struct Grid {
  std::vector<Cell> cells;
  int top = 0;  ///< inner edge of the frame, or first row of ink
  int bottom = 0;
  double pitch = 0;  ///< usual width of a column
  bool ruled = false;
};

/// Cuts a page at its frame and rules. Without at least three rules at one distance from each
/// other: no cells.
Grid grid_from_rules(const InkMask& mask);
/// False when much of the ink stands beside the cells: what was taken for rules are none.
bool covers_ink(const InkMask& mask, const Grid& grid);
/// Cuts a page at the gaps in the projection of its ink.
Grid grid_from_gaps(const InkMask& mask);

}  // namespace shiqu::ocr
