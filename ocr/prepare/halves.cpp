#include "ocr/prepare/internal/areas.h"
#include "ocr/prepare/internal/notes.h"

#include <algorithm>

namespace shiqu::ocr {
namespace {

constexpr double kLongNote = 2.8;     ///< pitches: a longer stretch speaks for itself
constexpr double kClearGap = 0.03;    ///< pitches between the halves of a note, straight down
constexpr double kSmallGlyph = 0.62;  ///< pitches: glyphs of notes are no higher

/// The widest upright strip about the middle of a column that stays all but free of ink.
int widest_gap(const InkMask& text, const ColumnBox& column, const Stretch& stretch, double pitch) {
  const int middle = (column.left + column.right) / 2;
  const int reach = static_cast<int>(0.2 * pitch);
  int widest = 0;
  int run = 0;
  for (int x = middle - reach; x < middle + reach; ++x) {
    int ink = 0;
    for (int y = stretch.first; y < stretch.last; ++y) {
      ink += text.at(x, y) ? 1 : 0;
    }
    run = ink * 40 <= stretch.last - stretch.first ? run + 1 : 0;
    widest = std::max(widest, run);
  }
  return widest;
}

/// The pieces of text one below the other between two sides, specks left out.
std::vector<RowRange> parts_of(const InkMask& text, int left, int right, const Stretch& stretch,
                               double pitch) {
  std::vector<RowRange> out;
  int run = 0;
  for (int y = stretch.first; y <= stretch.last; ++y) {
    if (y < stretch.last && text.in_row(y, left, right) > 0) {
      ++run;
      continue;
    }
    if (run >= 0.2 * pitch) {
      out.push_back({y - run, y});
    }
    run = 0;
  }
  return out;
}

}  // namespace

bool is_supported(const InkMask& text, const ColumnBox& column, const Stretch& stretch,
                  double pitch) {
  if (stretch.last - stretch.first >= kLongNote * pitch) {
    return true;
  }
  const int trim = (column.right - column.left) / 12;
  const auto left = parts_of(text, column.left + trim, stretch.middle, stretch, pitch);
  const auto right = parts_of(text, stretch.middle, column.right - trim, stretch, pitch);
  const auto small = [&](const RowRange& part) {
    return part.last - part.first <= kSmallGlyph * pitch;
  };
  const auto full = [&](const RowRange& part) {
    return !small(part) && part.last - part.first <= pitch;
  };
  const int gap = widest_gap(text, column, stretch, pitch);
  if (gap >= kClearGap * pitch) {
    const bool high = std::all_of(left.begin(), left.end(), full) &&
                      std::all_of(right.begin(), right.end(), full);
    return !high;
  }
  return std::max(std::count_if(left.begin(), left.end(), small),
                  std::count_if(right.begin(), right.end(), small)) >= 3;
}

}  // namespace shiqu::ocr
