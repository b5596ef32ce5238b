#include "ocr/prepare/internal/areas.h"
#include "ocr/prepare/internal/notes.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

namespace shiqu::ocr {
namespace {

constexpr double kAtEnd = 0.8;      ///< pitches from the end of the longest columns
constexpr double kLowest = 0.12;    ///< pitches: one row of a note is as high at least (一)
constexpr double kHighest = 0.55;   ///< and at most
constexpr double kLower = 0.78;     ///< times the height of the glyphs of the text
constexpr double kClearGap = 0.03;  ///< pitches between its halves, straight down
constexpr double kLeastHalf = 0.2;  ///< pitches: width of the ink of one half
constexpr double kMostHalf = 0.5;

/// Rows with ink one below the other.
std::vector<RowRange> rows_of(const InkMask& text, const ColumnBox& column, const Stretch& stretch,
                              double pitch) {
  std::vector<RowRange> out;
  const int apart = std::max(1, static_cast<int>(0.03 * pitch));
  for (int y = stretch.first; y < stretch.last; ++y) {
    if (text.in_row(y, column.left, column.right) == 0) {
      continue;
    }
    if (out.empty() || y - out.back().last > apart) {
      out.push_back({y, y});
    }
    out.back().last = y + 1;
  }
  return out;
}

/// Height of the glyphs of a column's text; glyphs that touch count as one.
double usual_height(const std::vector<RowRange>& rows, double pitch) {
  std::vector<int> heights;
  for (const RowRange& one : rows) {
    if (one.last - one.first >= 0.3 * pitch && one.last - one.first <= 1.2 * pitch) {
      heights.push_back(one.last - one.first);
    }
  }
  if (heights.empty()) {
    return pitch;
  }
  const auto middle = heights.begin() + static_cast<std::ptrdiff_t>(heights.size() / 2);
  std::nth_element(heights.begin(), middle, heights.end());
  return *middle;
}

/// The middle of the gap between two small glyphs beside each other; nothing when it is no such
/// row.
std::optional<int> middle_of(const InkMask& text, const ColumnBox& column, const RowRange& row,
                             double usual, double pitch) {
  const int height = row.last - row.first;
  if (height < kLowest * pitch || height > kHighest * pitch || height > kLower * usual) {
    return {};
  }
  const std::vector<int> ink = ink_by_x(text, row.first, row.last);
  const int centre = (column.left + column.right) / 2;
  const int reach = static_cast<int>(0.2 * pitch);
  int widest = 0;
  int middle = centre;
  int run = 0;
  for (int x = std::max(column.left, centre - reach); x < std::min(column.right, centre + reach);
       ++x) {
    run = ink[static_cast<std::size_t>(x)] == 0 ? run + 1 : 0;
    if (run > widest) {
      widest = run;
      middle = x - run / 2;
    }
  }
  const auto half = [&](int from, int to) {
    int first = to;
    int last = from;
    for (int x = from; x < to; ++x) {
      if (ink[static_cast<std::size_t>(x)] > 0) {
        first = std::min(first, x);
        last = x + 1;
      }
    }
    return (last - first) / pitch;
  };
  const auto fits = [](double width) { return width >= kLeastHalf && width <= kMostHalf; };
  const int trim = (column.right - column.left) / 12;
  const bool both =
      fits(half(column.left + trim, middle)) && fits(half(middle, column.right - trim));
  return widest >= kClearGap * pitch && both ? std::optional(middle) : std::nullopt;
}

/// Takes a row at one end of a column for a note if it is one.
void take_row(const InkMask& text, NotedColumn& column, bool at_head, double pitch) {
  auto& stretches = column.stretches;
  Stretch& stretch = at_head ? stretches.front() : stretches.back();
  const std::vector<RowRange> rows = rows_of(text, column.box, stretch, pitch);
  if (rows.size() < 2) {
    return;
  }
  const RowRange row = at_head ? rows.front() : rows.back();
  const std::optional<int> middle =
      middle_of(text, column.box, row, usual_height(rows, pitch), pitch);
  if (!middle) {
    return;
  }
  const Stretch note{true, row.first, row.last, *middle};
  if (at_head) {
    stretch.first = rows[1].first;
    stretches.insert(stretches.begin(), note);
  } else {
    stretch.last = rows[rows.size() - 2].last;
    stretches.push_back(note);
  }
}

}  // namespace

void carry_notes(const InkMask& text, std::vector<NotedColumn>& columns, double pitch) {
  if (columns.empty()) {
    return;
  }
  int head = columns.front().box.first;
  int foot = columns.front().box.last;
  for (const NotedColumn& column : columns) {
    head = std::min(head, column.box.first);
    foot = std::max(foot, column.box.last);
  }
  const int reach = static_cast<int>(kAtEnd * pitch);
  for (std::size_t i = 0; i + 1 < columns.size(); ++i) {
    NotedColumn& before = columns[i];
    NotedColumn& after = columns[i + 1];
    if (before.stretches.empty() || after.stretches.empty() || before.box.last < foot - reach ||
        after.box.first > head + reach) {
      continue;
    }
    const bool ends = before.stretches.back().notes;
    const bool begins = after.stretches.front().notes;
    if (ends && !begins) {
      take_row(text, after, true, pitch);
    } else if (begins && !ends) {
      take_row(text, before, false, pitch);
    }
  }
}

}  // namespace shiqu::ocr
