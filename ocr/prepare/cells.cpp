#include "ocr/prepare/internal/areas.h"

#include <algorithm>
#include <cmath>

namespace shiqu::ocr {
namespace {

using model::LineKind;

constexpr double kClearTail = 0.86;    ///< share of ink in the rows of a fish tail
constexpr double kFaintTail = 0.7;     ///< the same at a side of the page, where it may be cut
constexpr double kTextReach = 0.55;    ///< of the usual width of text: as wide is a row of text
constexpr double kFullColumn = 0.75;   ///< as full as that share of the fullest: no centre strip
constexpr double kHalfFull = 0.65;     ///< the same where no rules tell how wide a column is
constexpr double kMostOfStrip = 0.65;  ///< on no strip more rows are written
constexpr int kMostTails = 3;          ///< nor are there more fish tails

/// Fish tails 魚尾: rows almost full of ink, one after the other, away from the frame.
/// `share`: of a row that must be ink.
int fish_tails(const LayerMasks& layers, const Cell& cell, const Register& rows, double pitch,
               double share) {
  const int trim = (cell.right - cell.left) / 8;
  const int width = cell.right - cell.left - 2 * trim;
  const int margin = static_cast<int>(0.3 * pitch);
  const int needed = std::max(5, static_cast<int>(0.14 * pitch));
  int run = 0;
  int tails = 0;
  for (int y = rows.top + margin; y < rows.bottom - margin; ++y) {
    int ink = 0;
    for (int x = cell.left + trim; x < cell.right - trim; ++x) {
      ink += layers.text.at(x, y) || layers.upright.at(x, y) || layers.level.at(x, y) ? 1 : 0;
    }
    run = ink >= width * share ? run + 1 : 0;
    tails += run == needed ? 1 : 0;
  }
  return tails;
}

/// Width of the middle nine tenths of the ink in a cell.
int ink_width(const std::vector<int>& ink, const Cell& cell) {
  const int first = std::max(0, cell.left);
  const int last = std::min(static_cast<int>(ink.size()), cell.right);
  std::int64_t sum = 0;
  for (int x = first; x < last; ++x) {
    sum += ink[static_cast<std::size_t>(x)];
  }
  int left = first;
  int right = last;
  for (std::int64_t seen = 0; left < last; ++left) {
    seen += ink[static_cast<std::size_t>(left)];
    if (seen * 20 > sum) {
      break;
    }
  }
  for (std::int64_t seen = 0; right > left; --right) {
    seen += ink[static_cast<std::size_t>(right - 1)];
    if (seen * 20 > sum) {
      break;
    }
  }
  return sum > 0 ? right - left : 0;
}

/// Width of the ink of most cells.
int usual_ink_width(const LayerMasks& layers, const std::vector<Cell>& cells,
                    const Register& rows) {
  const std::vector<int> ink = ink_by_x(layers.text, rows.top, rows.bottom);
  std::vector<int> widths;
  for (const Cell& cell : cells) {
    widths.push_back(ink_width(ink, cell));
  }
  const auto middle = widths.begin() + static_cast<std::ptrdiff_t>(widths.size() / 2);
  std::nth_element(widths.begin(), middle, widths.end());
  return *middle;
}

/// Rows of a register that bear text in a cell, as a share of all: ink that reaches over half of
/// what is usual. Columns full of text bear much; of a centre strip, title, number and fish tails
/// leave half, where at most a line (象鼻) goes down the middle, half a width from the frame.
double written_share(const LayerMasks& layers, const Cell& cell, const Register& rows, int usual) {
  const int trim = (cell.right - cell.left) / 8;
  int written = 0;
  for (int y = rows.top; y < rows.bottom; ++y) {
    int first = cell.right;
    int last = cell.left;
    for (int x = cell.left + trim; x < cell.right - trim; ++x) {
      if (layers.text.at(x, y)) {
        first = std::min(first, x);
        last = x;
      }
    }
    written += last - first >= kTextReach * usual ? 1 : 0;
  }
  return static_cast<double>(written) / std::max(1, rows.bottom - rows.top);
}

/// Pixel columns that the level lines of the frame reach, from first to one past the last.
std::pair<int, int> frame_sides(const LayerMasks& layers, const Register& rows) {
  std::pair<int, int> out{layers.level.size.width, 0};
  const std::vector<int> above = ink_by_x(layers.level, rows.outer_top, rows.top);
  const std::vector<int> below = ink_by_x(layers.level, rows.bottom, rows.outer_bottom);
  for (int x = 0; x < layers.level.size.width; ++x) {
    if (above[static_cast<std::size_t>(x)] + below[static_cast<std::size_t>(x)] > 0) {
      out.first = std::min(out.first, x);
      out.second = x + 1;
    }
  }
  return out;
}

/// True when an upright line runs along a third of a border's height or more.
bool has_rule(const LayerMasks& layers, int border, const Register& rows, double pitch) {
  const int reach = std::max(2, static_cast<int>(0.06 * pitch));
  int lined = 0;
  for (int y = rows.top; y < rows.bottom; ++y) {
    lined += layers.upright.in_row(y, border - reach, border + reach + 1) > 0 ? 1 : 0;
  }
  return lined * 3 >= rows.bottom - rows.top;
}

/// Without rules: an outermost cell of small characters is a title or number in the margin.
void mark_small_text(const LayerMasks& layers, const std::vector<Register>& registers, double pitch,
                     std::vector<Cell>& cells) {
  Register whole = registers.front();
  whole.bottom = registers.back().bottom;
  const int usual = usual_ink_width(layers, cells, whole);
  const std::vector<int> ink = ink_by_x(layers.text, whole.top, whole.bottom);
  for (Cell* const cell : {&cells.front(), &cells.back()}) {
    const int width = ink_width(ink, *cell);
    if (width > 0 && width < 0.66 * usual && usual > 0.5 * pitch) {
      cell->kind = LineKind::Marginalia;
    }
  }
}

/// Without column rules: a cell beyond the upright line of the frame is no text either.
void mark_outside(const LayerMasks& layers, const std::vector<Register>& registers, double pitch,
                  std::vector<Cell>& cells) {
  const int first = registers.front().top;
  const int last = registers.back().bottom;
  const auto inked = [&](int x, int y) { return layers.upright.at(x, y) || layers.text.at(x, y); };
  const auto lined = [&](int border) {
    const int reach = static_cast<int>(0.35 * pitch);
    const int least = std::max(1, border - reach);
    const int most = std::min(layers.text.size.width - 1, border + reach);
    for (int x = least; x < most; ++x) {
      int rows = 0;
      for (int y = first; y < last; ++y) {
        rows += inked(x - 1, y) || inked(x, y) || inked(x + 1, y) ? 1 : 0;
      }
      if (rows * 5 > (last - first) * 4) {
        return true;
      }
    }
    return false;
  };
  if (cells.size() > 2 && lined(cells.front().right)) {
    cells.front().kind = LineKind::Marginalia;
  }
  if (cells.size() > 2 && lined(cells.back().left)) {
    cells.back().kind = LineKind::Marginalia;
  }
}

/// Narrow cells and those with a fish tail are centre strips.
void mark_strips(const LayerMasks& layers, const Register& rows, double pitch, bool ruled,
                 std::vector<Cell>& cells) {
  const int usual = usual_ink_width(layers, cells, rows);
  double fullest = 0;
  for (const Cell& cell : cells) {
    fullest = std::max(fullest, written_share(layers, cell, rows, usual));
  }
  for (Cell& cell : cells) {
    const bool outermost = ruled && (&cell == &cells.front() || &cell == &cells.back());
    const bool narrow = ruled && cell.right - cell.left < 0.8 * pitch;
    const double written = written_share(layers, cell, rows, usual);
    const bool emptier = written < (ruled ? kFullColumn : kHalfFull) * fullest;
    const auto tails = [&](double share) { return fish_tails(layers, cell, rows, pitch, share); };
    const int clear = tails(kClearTail);
    const bool at_side = outermost && written < kMostOfStrip && clear > 0 && clear <= kMostTails;
    if (narrow || at_side || (emptier && clear > 0) ||
        (emptier && outermost && tails(kFaintTail) > 0)) {
      cell.kind = LineKind::CentreStrip;
    }
  }
}

/// Ink of text between two sides, as a share of a usual column's.
double text_share(const LayerMasks& layers, int left, int right, const Register& rows) {
  std::int64_t ink = 0;
  const int trim = std::max(1, (right - left) / 10);
  for (int y = rows.top; y < rows.bottom; ++y) {
    ink += layers.text.in_row(y, left + trim, right - trim);
  }
  return static_cast<double>(ink) /
         std::max(1.0, static_cast<double>(right - left) * (rows.bottom - rows.top));
}

}  // namespace

std::vector<Cell> cells_of(const LayerMasks& layers, const ColumnGrid& grid,
                           const std::vector<Register>& registers) {
  std::vector<Cell> out;
  for (std::size_t i = 1; i < grid.borders.size(); ++i) {
    const Cell cell{LineKind::Column, grid.borders[i - 1], grid.borders[i]};
    if (cell.right - cell.left < 1.5 * grid.pitch) {  // wider: between two pages
      out.push_back(cell);
    }
  }
  if (out.empty() || registers.empty()) {
    return out;
  }
  if (!grid.ruled) {
    mark_outside(layers, registers, grid.pitch, out);
    mark_small_text(layers, registers, grid.pitch, out);
    mark_strips(layers, registers.front(), grid.pitch, false, out);
    return out;
  }
  const Register& rows = registers.front();
  const auto [first, last] = frame_sides(layers, rows);
  // An outermost border without a rule, beyond the frame: half a strip, cut by the scanner. With
  // a rule the frame's lines end too soon themselves: on pages cut above they are rests.
  const int beyond = static_cast<int>(0.2 * grid.pitch);
  if (first < last && out.front().left < first - beyond &&
      !has_rule(layers, out.front().left, rows, grid.pitch)) {
    out.front() = {LineKind::CentreStrip, first, out.front().right};
  }
  if (first < last && out.back().right > last + beyond &&
      !has_rule(layers, out.back().right, rows, grid.pitch)) {
    out.back() = {LineKind::CentreStrip, out.back().left, last};
  }
  const auto open = [&](int left, int right) {
    const double columns = (right - left) / grid.pitch;
    return columns >= 0.25 && columns <= 1.2 && text_share(layers, left, right, rows) > 0.01;
  };
  if (open(first, out.front().left)) {
    out.insert(out.begin(), {LineKind::CentreStrip, first, out.front().left});
  }
  if (open(out.back().right, last)) {
    out.push_back({LineKind::CentreStrip, out.back().right, last});
  }
  mark_strips(layers, rows, grid.pitch, true, out);
  return out;
}

}  // namespace shiqu::ocr
