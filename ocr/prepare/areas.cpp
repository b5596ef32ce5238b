#include "ocr/prepare/internal/areas.h"

#include "ocr/prepare/internal/notes.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <span>
#include <utility>

namespace shiqu::ocr {
namespace {

using model::LineKind;

constexpr double kBlank = 0.6;  ///< pitches without ink: no gap between two glyphs is so wide
constexpr double kBesideBlank = 0.08;  ///< pitches of it left beside the ink

/// Pieces of one column of one register.
struct ColumnInk {
  std::vector<Piece> pieces;
  int first = 0;
  int last = 0;  ///< one past
};

/// A run of pieces one below the other.
struct Run {
  int first = 0;
  int last = 0;
  int left = 0;
  int right = 0;
};

class Builder {
 public:
  Builder(const LayerMasks& layers, const ColumnGrid& grid, const std::vector<Register>& registers,
          const Asides& asides, bool with_notes)
      : layers_(layers),
        grid_(grid),
        registers_(registers),
        level_lines_(asides.lines),
        glosses_(asides.glosses),
        with_notes_(with_notes),
        pitch_(grid.pitch),
        pieces_(find_pieces(layers.text, std::max(3, static_cast<int>(0.0012 * pitch_ * pitch_)),
                            static_cast<int>(1.25 * pitch_), grid.borders)) {
    std::sort(pieces_.begin(), pieces_.end(),
              [](const Piece& a, const Piece& b) { return a.box.y < b.box.y; });
  }

  std::vector<ReadingArea> areas() {
    const std::vector<Cell> cells = cells_of(layers_, grid_, registers_);
    std::vector<Cell> columns;
    std::vector<Cell> others;
    std::partition_copy(cells.rbegin(), cells.rend(), std::back_inserter(columns),
                        std::back_inserter(others),
                        [](const Cell& cell) { return cell.kind == LineKind::Column; });
    if (grid_.ruled && is_table(registers_)) {
      for (const Cell& cell : columns) {
        for (const Register& rows : registers_) {
          add_parts({&cell, 1}, rows);
        }
      }
    } else {
      for (const Register& rows : registers_) {
        add_parts(columns, rows);
      }
    }
    for (const Register& rows : registers_) {  // horizontal text does not divide a centre strip
      for (const Cell& cell : others) {
        add_aside(cell, rows);
      }
    }
    return std::move(body_);
  }

 private:
  [[nodiscard]] int px(double pitches) const {
    return static_cast<int>(std::lround(pitches * pitch_));
  }

  /// Runs of pieces in a cell; rows as far as a raised heading goes.
  [[nodiscard]] std::vector<Run> runs_of(const Cell& cell, const Register& rows) const {
    const bool first_register = rows.top == registers_.front().top;
    const int top = rows.line_above ? (first_register ? rows.outer_top - px(1.4) : rows.outer_top)
                                    : rows.top - px(0.1);
    const int bottom = rows.line_below ? rows.bottom + px(0.15) : rows.bottom + px(0.1);
    std::vector<Run> out;
    for (const Piece& piece : pieces_) {
      if (piece.middle.x < cell.left || piece.middle.x >= cell.right || piece.middle.y < top ||
          piece.middle.y >= bottom || is_dirt(piece, cell)) {
        continue;
      }
      const RectPx& box = piece.box;
      if (!out.empty() && box.y <= out.back().last + px(0.05)) {
        out.back().last = std::max(out.back().last, box.bottom());
        out.back().left = std::min(out.back().left, box.x);
        out.back().right = std::max(out.back().right, box.right());
      } else {
        out.push_back({box.y, box.bottom(), box.x, box.right()});
      }
    }
    return out;
  }

  /// Left over from a rule or a frame: upright, at the side of the cell.
  [[nodiscard]] bool is_dirt(const Piece& piece, const Cell& cell) const {
    const int aside = px(0.1);
    const RectPx& box = piece.box;
    const bool thin =
        box.width <= px(0.1) && (box.right() <= cell.left + aside || box.x >= cell.right - aside);
    const double side =
        std::min(std::abs(piece.middle.x - cell.left), std::abs(cell.right - piece.middle.x));
    const bool post = grid_.ruled && side <= 0.12 * pitch_ && box.height >= 2 * box.width &&
                      box.width <= px(0.22);
    return thin || post;
  }

  /// True for what can be a glyph or a part of one; specks and what is left of the frame's lines
  /// cannot.
  [[nodiscard]] bool is_text(const Run& run, const Cell& cell, const Register& rows) const {
    const int height = run.last - run.first;
    const int width = run.right - run.left;
    const bool low = height < px(0.25);
    const bool at_sides = run.left <= cell.left + px(0.06) || run.right >= cell.right - px(0.06);
    if (rows.line_above && run.first < rows.top + px(0.35)) {
      if (run.first < rows.top + px(0.06)) {
        return height >= px(run.last < rows.top + px(0.1) ? 0.45 : 0.3) && width >= px(0.2);
      }
      if (low && (at_sides || run.last < rows.top + px(0.14))) {
        return false;
      }
    }
    if (rows.line_below && run.last > rows.bottom - px(0.35)) {
      if (run.last > rows.bottom - px(0.06)) {
        return height >= px(0.3) && width >= px(0.2);
      }
      if (low && (at_sides || run.first > rows.bottom - px(0.14))) {
        return false;
      }
    }
    return height >= px(0.2) || width >= px(0.3);
  }

  /// A run above the frame is a raised heading when it is as wide as a glyph and the text goes on
  /// below it.
  [[nodiscard]] bool is_raised(const Run& run, const Run* next) const {
    return run.right - run.left >= px(0.4) && next != nullptr && next->first - run.last < px(0.7);
  }

  [[nodiscard]] std::pair<int, int> text_rows(const Cell& cell, const Register& rows) const {
    std::vector<Run> kept;
    for (const Run& run : runs_of(cell, rows)) {
      if (is_text(run, cell, rows)) {
        kept.push_back(run);
      }
    }
    while (!kept.empty() && rows.line_above && kept.front().last < rows.top + px(0.2) &&
           kept.front().first < rows.outer_top &&
           !is_raised(kept.front(), kept.size() > 1 ? &kept[1] : nullptr)) {
      kept.erase(kept.begin());
    }
    std::pair<int, int> out{0, 0};
    for (const Run& run : kept) {
      out.first = out.second == 0 ? run.first : out.first;
      out.second = std::max(out.second, run.last);
    }
    return out;
  }

  /// Text beside a gloss stands aside in its column: ink on one side of the middle alone is no note
  /// there.
  [[nodiscard]] std::vector<Stretch> stretches_of(const Cell& cell, int first, int last) const {
    std::vector<Stretch> found =
        find_stretches(layers_.text, {cell.left, cell.right, first, last}, pitch_);
    const bool glossed = std::any_of(glosses_.begin(), glosses_.end(), [&](const RectPx& gloss) {
      return gloss.x >= cell.left && gloss.x < cell.right && gloss.bottom() > first &&
             gloss.y < last;
    });
    if (!glossed) {
      return found;
    }
    std::vector<Stretch> out;
    for (Stretch& stretch : found) {
      int beside = 0;
      for (int y = stretch.first; y < stretch.last; ++y) {
        beside += layers_.text.in_row(y, stretch.middle, cell.right) > 0 ? 1 : 0;
      }
      stretch.notes = stretch.notes && beside * 4 > stretch.last - stretch.first;
      if (!out.empty() && !out.back().notes && !stretch.notes) {
        out.back().last = stretch.last;
      } else {
        out.push_back(stretch);
      }
    }
    return out;
  }

  /// Of the lines of horizontal text those that divide a column.
  [[nodiscard]] std::vector<LevelLine> lines_over(const Cell& cell) const {
    std::vector<LevelLine> out;
    std::copy_if(level_lines_.begin(), level_lines_.end(), std::back_inserter(out),
                 [&](const LevelLine& line) {
                   return line.divides({cell.left, 0, cell.right - cell.left, 0});
                 });
    return out;
  }

  /// Columns of one register: neighbours that the same lines divide are read together, those above
  /// a line before those below it.
  void add_parts(std::span<const Cell> cells, const Register& rows) {
    while (!cells.empty()) {
      const std::vector<LevelLine> lines = lines_over(cells.front());
      std::size_t count = 1;
      while (count < cells.size() && lines_over(cells[count]) == lines) {
        ++count;
      }
      for (const Register& part : divided(rows, lines)) {
        add_columns(cells.first(count), part);
      }
      cells = cells.subspan(count);
    }
  }

  /// Columns of one part of a register, in the order they are read.
  void add_columns(std::span<const Cell> cells, const Register& rows) {
    std::vector<Cell> kept;
    std::vector<NotedColumn> cut;
    for (const Cell& cell : cells) {
      const auto [first, last] = text_rows(cell, rows);
      if (last - first < px(0.06)) {
        continue;
      }
      kept.push_back(cell);
      cut.push_back({{cell.left, cell.right, first, last},
                     with_notes_ ? stretches_of(cell, first, last)
                                 : std::vector<Stretch>{{false, first, last, 0}}});
    }
    if (with_notes_) {
      carry_notes(layers_.text, cut, pitch_);
    }
    for (std::size_t i = 0; i < cut.size(); ++i) {
      const Cell& cell = kept[i];
      for (const Stretch& stretch : cut[i].stretches) {
        const RowRange part{stretch.first, stretch.last};
        if (!stretch.notes) {
          add_area(LineKind::Column, cell, {cell.left, cell.right}, part);
          continue;
        }
        add_area(LineKind::NoteRight, cell, {stretch.middle, cell.right}, part);
        add_area(LineKind::NoteLeft, cell, {cell.left, stretch.middle}, part);
      }
    }
  }

  /// A centre strip, or what stands in the margin.
  void add_aside(const Cell& cell, const Register& rows) {
    const auto [first, last] = text_rows(cell, rows);
    if (last - first < px(0.06)) {
      return;
    }
    if (cell.kind != LineKind::CentreStrip) {
      add_area(cell.kind, cell, {cell.left, cell.right}, {first, last});
      return;
    }
    const std::size_t before = body_.size();
    for (const RowRange& part :
         strip_parts(layers_.text, {cell.left, cell.right, first, last}, pitch_)) {
      add_area(cell.kind, cell, {cell.left, cell.right}, part);
    }
    RectPx all;
    for (std::size_t i = before; i < body_.size(); ++i) {
      all = bounding_box(all, body_[i].box);
    }
    for (std::size_t i = before; i < body_.size(); ++i) {  // one size of glyphs, one width
      body_[i].box = {all.x, body_[i].box.y, all.width, body_[i].box.height};
    }
  }

  /// A box around the pieces whose middle lies between `sides`, with a little paper.
  void add_area(LineKind kind, const Cell& cell, std::pair<int, int> sides, const RowRange& rows) {
    int left = sides.second;
    int right = sides.first;
    int first = rows.last;
    int last = rows.first;
    std::vector<std::pair<int, int>> blank;
    const int left_over = px(kind == LineKind::NoteRight ? 0.03 : 0.13);
    const int right_over = px(kind == LineKind::NoteLeft ? 0.03 : 0.13);
    for (const Piece& piece : pieces_) {
      const RectPx& box = piece.box;
      if (piece.middle.x < sides.first || piece.middle.x >= sides.second ||
          piece.middle.y < rows.first || piece.middle.y >= rows.last || is_dirt(piece, cell)) {
        continue;
      }
      if (last > first && box.y - last >= px(kBlank)) {  // pieces come from above
        blank.emplace_back(last + px(kBesideBlank), box.y - px(kBesideBlank));
      }
      left = std::min(left, std::max(box.x, sides.first - left_over));
      right = std::max(right, std::min(box.right(), sides.second + right_over));
      first = std::min(first, std::max(box.y, rows.first));
      last = std::max(last, std::min(box.bottom(), rows.last));
    }
    if (last - first < px(0.12) && right - left < px(0.25)) {
      return;
    }
    const bool note = kind == LineKind::NoteLeft || kind == LineKind::NoteRight;
    const int least = px(note ? 0.42 : 0.78);
    if (right - left < least) {  // short strokes alone: the width of a glyph around the middle
      const int middle =
          note || kind != LineKind::Column ? (left + right) / 2 : (sides.first + sides.second) / 2;
      left = std::min(left, middle - least / 2);
      right = std::max(right, middle + least / 2);
    }
    const int beside = std::max(1, px(0.03));
    const int above = std::max(2, px(0.06));
    const int wanted_left =
        kind == LineKind::NoteRight ? std::max(left - beside, sides.first - 1) : left - beside;
    const int wanted_right =
        kind == LineKind::NoteLeft ? std::min(right + beside, sides.second + 1) : right + beside;
    const RectPx wanted{wanted_left, first - above, wanted_right - wanted_left,
                        last - first + 2 * above};
    ReadingArea area{
        kind, intersection(wanted, {0, 0, layers_.text.size.width, layers_.text.size.height}), {}};
    for (const auto& [from, to] : blank) {
      area.blank.push_back({area.box.x, from, area.box.width, to - from});
    }
    body_.push_back(std::move(area));
  }

  const LayerMasks& layers_;
  const ColumnGrid& grid_;
  const std::vector<Register>& registers_;
  const std::vector<LevelLine>& level_lines_;
  const std::vector<RectPx>& glosses_;
  bool with_notes_;
  double pitch_;
  std::vector<Piece> pieces_;
  std::vector<ReadingArea> body_;
};

}  // namespace

std::vector<ReadingArea> areas_of(const LayerMasks& layers, const ColumnGrid& grid,
                                  const std::vector<Register>& registers, const Asides& asides,
                                  bool with_notes) {
  return Builder(layers, grid, registers, asides, with_notes).areas();
}

}  // namespace shiqu::ocr
