#pragma once

#include "ocr/prepare/internal/strokes.h"

#include <vector>

namespace shiqu::ocr {

/// A stretch of one column: full-width text, or two half-width columns beside each other.
struct Stretch {
  bool notes = false;
  int first = 0;
  int last = 0;    ///< one past
  int middle = 0;  ///< x of the free path between the halves
};

/// Where a column stands: [left, right) × [first, last).
struct ColumnBox {
  int left = 0;
  int right = 0;
  int first = 0;
  int last = 0;
};

/// Cuts a column into stretches from top to bottom. A path of least crossing ink runs down the
/// column, either in "text" (where rows whose middle stays free cost) or between two halves of a
/// note (where strokes that cross the path cost).
std::vector<Stretch> find_stretches(const InkMask& text, const ColumnBox& column, double pitch);

/// A column that was cut.
struct NotedColumn {
  ColumnBox box;
  std::vector<Stretch> stretches;
};

/// A single row of a note is told from a glyph of a left and a right part only where the note goes
/// on: at the head of a column after one that ends with a note, and at the foot of a column before
/// one that begins with a note. `columns` in the order they are read.
void carry_notes(const InkMask& text, std::vector<NotedColumn>& columns, double pitch);

/// Two or three glyphs in a row that are each made of a left and a right part (即此, 明明) look
/// like halves too, but their parts are as high as a glyph of text or meet at another place
/// in each. A short stretch is a note when a straight gap runs down it and its parts are smaller,
/// or when one half has three small glyphs.
bool is_supported(const InkMask& text, const ColumnBox& column, const Stretch& stretch,
                  double pitch);

}  // namespace shiqu::ocr
