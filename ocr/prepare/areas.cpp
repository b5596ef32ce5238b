#include "ocr/prepare/internal/areas.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace shiqu::ocr {
namespace {

using model::LineKind;

struct Rows {
  int first = 0;
  int last = 0;  ///< one past

  [[nodiscard]] int length() const noexcept { return last - first; }
};

/// Ink of one row inside a cell, away from the rules at its sides; the frame's lines, which fill
/// the row, count as none.
int text_ink(const InkMask& mask, const Cell& cell, int y) {
  const int trim = (cell.right - cell.left) / 14;
  const int ink = mask.in_row(y, cell.left + trim, cell.right - trim);
  return ink * 100 > (cell.right - cell.left - 2 * trim) * 92 ? 0 : ink;
}

/// A run of inked rows and the most ink that one of them has.
struct InkRun {
  Rows rows;
  int widest = 0;
};

std::vector<InkRun> ink_runs(const InkMask& mask, const Cell& cell, const Rows& rows,
                             double pitch) {
  const int speck = std::max(2, static_cast<int>(0.02 * pitch));
  const int bridge = std::max(2, static_cast<int>(0.04 * pitch));
  std::vector<InkRun> out;
  for (int y = rows.first; y < rows.last; ++y) {
    const int ink = text_ink(mask, cell, y);
    if (ink < speck) {
      continue;
    }
    if (out.empty() || y - out.back().rows.last >= bridge) {
      out.push_back({{y, y}, 0});
    }
    out.back().rows.last = y + 1;
    out.back().widest = std::max(out.back().widest, ink);
  }
  return out;
}

/// True for what can be a glyph or a part of one; specks and what is left of the frame's lines
/// cannot. Above the frame (a raised heading) only a run as high as half a glyph counts.
bool is_text(const InkRun& run, const Grid& grid, double pitch) {
  const double height = run.rows.length() / pitch;
  if (grid.ruled && run.rows.first < grid.top) {
    return height >= 0.4 && height < 8;
  }
  const bool at_frame = grid.ruled && (run.rows.first < grid.top + 0.15 * pitch ||
                                       run.rows.last > grid.bottom - 0.1 * pitch);
  const bool stroke = !at_frame && height >= 0.03 && run.widest >= 0.3 * pitch;  // 一
  return height >= (at_frame ? 0.4 : 0.15) || stroke;
}

/// From the first to the last row of text in a cell.
std::optional<Rows> text_rows(const InkMask& mask, const Cell& cell, const Grid& grid) {
  const int above = static_cast<int>(1.3 * grid.pitch);
  const Rows all{std::max(0, grid.ruled ? grid.top - above : grid.top),
                 std::min(mask.size.height, grid.bottom)};
  std::optional<Rows> out;
  for (const InkRun& run : ink_runs(mask, cell, all, grid.pitch)) {
    if (is_text(run, grid, grid.pitch)) {
      out = Rows{out ? out->first : run.rows.first, run.rows.last};
    }
  }
  return out;
}

/// Ink of the right and the left half of some rows beside a free band in the middle.
struct Halves {
  int middle = 0;
  int band = 0;  ///< ink in the band around the middle
  int left = 0;
  int right = 0;
};

Halves halves_at(const InkMask& mask, const Cell& cell, const Rows& rows, int middle) {
  const int width = cell.right - cell.left;
  const int reach = std::max(1, width / 40);
  const int trim = width / 14;
  Halves out{middle, 0, 0, 0};
  for (int y = rows.first; y < rows.last; ++y) {
    out.band += mask.in_row(y, middle - reach, middle + reach + 1);
    out.left += mask.in_row(y, cell.left + trim, middle - reach);
    out.right += mask.in_row(y, middle + reach + 1, cell.right - trim);
  }
  return out;
}

/// The emptiest middle of some rows within an eighth of the width.
Halves best_middle(const InkMask& mask, const Cell& cell, const Rows& rows) {
  const int centre = (cell.left + cell.right) / 2;
  const int drift = (cell.right - cell.left) / 8;
  Halves best = halves_at(mask, cell, rows, centre);
  for (int off = 1; off <= drift; ++off) {
    for (const int middle : {centre - off, centre + off}) {
      const Halves other = halves_at(mask, cell, rows, middle);
      best = other.band < best.band ? other : best;
    }
  }
  return best;
}

/// Two notes beside each other: ink on both sides (a last note may fill the right side alone),
/// next to none between them.
bool are_notes(const Halves& halves) {
  const int ink = halves.left + halves.right;
  return ink > 0 && halves.band * 60 <= ink && halves.right * 6 >= ink;
}

/// Splits the rows of a column into stretches of main text and of notes. Windows of two glyphs
/// are judged one by one: one glyph such as 川 has a free middle, but a window also takes in its
/// neighbours.
struct Stretch {
  bool notes = false;
  Rows rows;
  int middle = 0;
};

/// Joins stretches of one kind; notes shorter than `least` are taken for main text first.
std::vector<Stretch> joined(std::vector<Stretch> pieces, int least) {
  std::vector<Stretch> out;
  for (Stretch& piece : pieces) {
    piece.notes = piece.notes && piece.rows.length() >= least;
    if (!out.empty() && out.back().notes == piece.notes) {
      out.back().rows.last = piece.rows.last;
    } else {
      out.push_back(piece);
    }
  }
  return out;
}

std::vector<Stretch> stretches_of(const InkMask& mask, const Cell& cell, const Rows& rows,
                                  double pitch) {
  std::vector<Stretch> out;
  const int step = std::max(4, static_cast<int>(0.25 * pitch));
  const int window = static_cast<int>(1.7 * pitch);
  for (int y = rows.first; y < rows.last; y += step) {
    const Rows piece{y, std::min(rows.last, y + step)};
    const int centre = (piece.first + piece.last) / 2;
    // A piece is part of a note when any window over it is: windows reach to both of its sides.
    bool notes = false;
    int middle = 0;
    for (int first = centre - window + step / 2; first <= centre - step / 2 && !notes;
         first += std::max(1, (window - step) / 3)) {
      const Rows seen{std::max(rows.first, first), std::min(rows.last, first + window)};
      if (seen.length() * 10 < window * 7) {
        continue;
      }
      const Halves halves = best_middle(mask, cell, seen);
      notes = are_notes(halves) && halves.left * 6 >= halves.right;
      middle = halves.middle;
    }
    out.push_back({notes, piece, middle});
  }
  return joined(joined(std::move(out), 0), static_cast<int>(pitch));
}

/// A box around the ink of an area, with a little paper around it; nothing when there is none.
void add_area(std::vector<ReadingArea>& out, const InkMask& mask, LineKind kind, RectPx box,
              double pitch) {
  int first = box.bottom();
  int last = box.y;
  for (int y = box.y; y < box.bottom(); ++y) {
    if (mask.in_row(y, box.x, box.right()) > 1) {
      first = std::min(first, y);
      last = y + 1;
    }
  }
  if (last - first < 0.06 * pitch) {
    return;
  }
  const int paper = static_cast<int>(0.06 * pitch) + 1;
  const RectPx wanted{box.x, first - paper, box.width, last - first + 2 * paper};
  out.push_back({kind, intersection(wanted, {0, 0, mask.size.width, mask.size.height})});
}

void add_column(std::vector<ReadingArea>& out, const InkMask& mask, const Grid& grid,
                const Cell& cell, const Rows& rows) {
  // Away from the rule itself, but not so far that strokes beside it are cut.
  const int trim = grid.ruled ? std::max(2, static_cast<int>(0.035 * grid.pitch)) : -2;
  const int left = std::max(0, cell.left + trim);
  const int right = std::min(mask.size.width, cell.right - trim);
  const auto box = [&](int x0, int x1, const Rows& part) {
    return RectPx{x0, part.first, x1 - x0, part.length()};
  };
  if (cell.kind != LineKind::Column || cell.right - cell.left < 0.8 * grid.pitch) {
    add_area(out, mask, cell.kind, box(left, right, rows), grid.pitch);
    return;
  }
  if (!grid.ruled) {  // cells cut at gaps are too uncertain to be halved
    add_area(out, mask, LineKind::Column, box(left, right, rows), grid.pitch);
    return;
  }
  for (const Stretch& stretch : stretches_of(mask, cell, rows, grid.pitch)) {
    if (!stretch.notes) {
      add_area(out, mask, LineKind::Column, box(left, right, stretch.rows), grid.pitch);
      continue;
    }
    add_area(out, mask, LineKind::NoteRight, box(stretch.middle, right, stretch.rows), grid.pitch);
    add_area(out, mask, LineKind::NoteLeft, box(left, stretch.middle, stretch.rows), grid.pitch);
  }
}

}  // namespace

std::vector<ReadingArea> areas_of(const InkMask& mask, const Grid& grid) {
  std::vector<ReadingArea> out;
  for (auto cell = grid.cells.rbegin(); cell != grid.cells.rend(); ++cell) {
    if (const auto rows = text_rows(mask, *cell, grid)) {
      add_column(out, mask, grid, *cell, *rows);
    }
  }
  return out;
}

}  // namespace shiqu::ocr
