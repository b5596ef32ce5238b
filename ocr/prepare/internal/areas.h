#pragma once

#include "ocr/prepare/internal/asides.h"
#include "ocr/prepare/internal/columns.h"
#include "ocr/prepare/internal/frame.h"
#include "ocr/prepare/internal/notes.h"
#include "ocr/prepare/internal/pieces.h"
#include "ocr/prepare/page.h"

#include <vector>

namespace shiqu::ocr {

/// A column of the grid before it is trimmed to its ink.
struct Cell {
  model::LineKind kind = model::LineKind::Column;
  int left = 0;  ///< [left, right) between two borders
  int right = 0;
};

/// The cells of a grid from left to right. Narrow cells and those with a fish tail 魚尾 are the
/// centre strip; so is what stands between the outermost border and an open side of the frame.
std::vector<Cell> cells_of(const LayerMasks& layers, const ColumnGrid& grid,
                           const std::vector<Register>& registers);

/// Rows [first, last).
struct RowRange {
  int first = 0;
  int last = 0;
};

/// Title, chapter, number of the leaf: what fish tails and long gaps divide in a centre strip, from
/// above. Lines along it (象鼻, rests of the frame) and the points of a fish tail are no text.
std::vector<RowRange> strip_parts(const InkMask& text, const ColumnBox& strip, double pitch);

/// What to read, in pixels of the masks: register by register, columns right to left (the cells of
/// a table column by column, each an area of its own); within a column main text, right half of a
/// note, its left half, main text …; centre strips last.
/// `asides`: what stood beside the text; their ink is no longer in the mask. Columns end at lines
/// of horizontal text. Without `with_notes` no column is divided into halves.
std::vector<ReadingArea> areas_of(const LayerMasks& layers, const ColumnGrid& grid,
                                  const std::vector<Register>& registers, const Asides& asides = {},
                                  bool with_notes = true);

}  // namespace shiqu::ocr
