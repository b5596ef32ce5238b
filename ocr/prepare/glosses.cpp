#include "ocr/prepare/internal/areas.h"
#include "ocr/prepare/internal/asides.h"
#include "ocr/prepare/internal/notes.h"

#include <algorithm>
#include <cmath>

namespace shiqu::ocr {
namespace {

constexpr double kFromRight = 0.4;      ///< of the cell's width: where glosses stand
constexpr double kSmall = 0.38;         ///< pitches: no glyph of a gloss is wider or higher
constexpr double kMerged = 0.85;        ///< pitches: up to three that touch are one piece
constexpr double kLargestStroke = 0.3;  ///< pitches, of a small glyph
constexpr double kTogether = 0.22;      ///< pitches: farther apart are two glosses, or marks
constexpr double kWholeGlyph = 0.8;     ///< of the usual width of the text's glyphs
constexpr double kLarger = 1.6;     ///< than the gloss is the text beside it: half a note is not
constexpr double kLeastHigh = 0.6;  ///< pitches
constexpr std::size_t kLeastGlyphs = 3;

using Pieces = std::vector<Piece>;

RectPx box_of(const Pieces& pieces) {
  RectPx box;
  for (const Piece& piece : pieces) {
    box = bounding_box(box, piece.box);
  }
  return box;
}

bool holds(const RectPx& box, const RectPx& part) {
  return intersection(part, box) == part;
}

/// Ink one below the other; pieces come from above.
std::vector<RectPx> rows_of(const Pieces& pieces, int apart) {
  std::vector<RectPx> out;
  for (const Piece& piece : pieces) {
    if (!out.empty() && piece.box.y <= out.back().bottom() + apart) {
      out.back() = bounding_box(out.back(), piece.box);
    } else {
      out.push_back(piece.box);
    }
  }
  return out;
}

/// Pieces of each column of text, from above.
std::vector<Pieces> pieces_by_cell(const std::vector<Cell>& cells, const Pieces& pieces, int first,
                                   int last) {
  std::vector<Pieces> out(cells.size());
  for (const Piece& piece : pieces) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (cells[i].kind == model::LineKind::Column && piece.middle.x >= cells[i].left &&
          piece.middle.x < cells[i].right && piece.middle.y >= first && piece.middle.y < last) {
        out[i].push_back(piece);
      }
    }
  }
  for (Pieces& of_cell : out) {
    std::sort(of_cell.begin(), of_cell.end(),
              [](const Piece& a, const Piece& b) { return a.box.y < b.box.y; });
  }
  return out;
}

class Finder {
 public:
  Finder(const std::vector<Pieces>& by_cell, double pitch) : pitch_(pitch) {
    std::vector<int> widths;
    for (const Pieces& pieces : by_cell) {
      // Without what may be a gloss: its own rows would hide those of the text.
      Pieces large;
      std::copy_if(pieces.begin(), pieces.end(), std::back_inserter(large),
                   [&](const Piece& piece) { return piece.box.width > px(kSmall); });
      for (const RectPx& row : rows_of(large, 0)) {
        if (row.height >= px(0.3)) {
          widths.push_back(row.width);
        }
      }
    }
    if (!widths.empty()) {
      const auto middle = widths.begin() + static_cast<std::ptrdiff_t>(widths.size() / 2);
      std::nth_element(widths.begin(), middle, widths.end());
      usual_ = *middle;
    }
  }

  [[nodiscard]] std::vector<RectPx> in(const Cell& cell, const Pieces& pieces) const {
    const double from = cell.right - kFromRight * (cell.right - cell.left);
    Pieces chain;
    std::vector<RectPx> out;
    const auto close = [&] {
      if (is_gloss(chain, pieces, cell)) {
        out.push_back(box_of(chain));
      }
      chain.clear();
    };
    for (const Piece& piece : pieces) {
      const RectPx& box = piece.box;
      // Thin posts at the border, and high ones anywhere, are left over from rules.
      const bool thin = box.width <= px(0.08) && box.height >= 2 * box.width;
      const bool post =
          thin && (box.right() > cell.right - px(0.06) || box.height > px(kLargestStroke));
      if (box.x < from || box.width > px(kSmall) || box.height > px(kMerged) || post) {
        continue;
      }
      if (!chain.empty() && box.y > box_of(chain).bottom() + px(kTogether)) {
        close();
      }
      chain.push_back(piece);
    }
    close();
    return out;
  }

 private:
  [[nodiscard]] int px(double pitches) const { return static_cast<int>(pitches * pitch_); }

  [[nodiscard]] bool is_gloss(const Pieces& chain, const Pieces& all, const Cell& cell) const {
    const RectPx box = box_of(chain);
    if (box.height < px(kLeastHigh) || box.width > px(kSmall) || box.width < px(0.1)) {
      return false;
    }
    const std::vector<RectPx> glyphs = rows_of(chain, px(0.01));
    // Three characters are more than three strokes (彡).
    if (glyphs.size() < kLeastGlyphs || chain.size() <= kLeastGlyphs) {
      return false;
    }
    int left = cell.right;
    int right = cell.left;
    for (const Piece& piece : all) {
      if (piece.middle.y >= box.y && piece.middle.y < box.bottom() && !holds(box, piece.box)) {
        left = std::min(left, piece.box.x);
        right = std::max(right, piece.box.right());
      }
    }
    const auto apart = std::count_if(glyphs.begin(), glyphs.end(), [&](const RectPx& glyph) {
      return std::none_of(all.begin(), all.end(), [&](const Piece& piece) {
        const bool beside = piece.box.y < glyph.bottom() && piece.box.bottom() > glyph.y;
        return beside && !holds(box, piece.box) && piece.box.right() > glyph.x;
      });
    });
    const bool larger = right - left >= std::max(kWholeGlyph * usual_, kLarger * box.width);
    return larger && apart * 10 >= 7 * std::ssize(glyphs);
  }

  double pitch_;
  int usual_ = 0;  ///< width of the text's glyphs
};

}  // namespace

std::vector<RectPx> find_glosses(const LayerMasks& layers, const ColumnGrid& grid,
                                 const std::vector<Register>& registers) {
  if (registers.empty() || grid.borders.size() < 2 || (grid.ruled && is_table(registers))) {
    return {};
  }
  const std::vector<Cell> cells = cells_of(layers, grid, registers);
  const int least = std::max(3, static_cast<int>(0.0012 * grid.pitch * grid.pitch));
  const Pieces pieces =
      find_pieces(layers.text, least, static_cast<int>(1.25 * grid.pitch), grid.borders);
  const std::vector<Pieces> by_cell =
      pieces_by_cell(cells, pieces, registers.front().top, registers.back().bottom);
  const Finder finder(by_cell, grid.pitch);
  std::vector<RectPx> out;
  for (std::size_t i = cells.size(); i-- > 0;) {
    const std::vector<RectPx> found = finder.in(cells[i], by_cell[i]);
    if (found.empty()) {
      continue;
    }
    const RectPx ink = box_of(by_cell[i]);
    const std::vector<Stretch> stretches = find_stretches(
        layers.text, {cells[i].left, cells[i].right, ink.y, ink.bottom()}, grid.pitch);
    std::copy_if(found.begin(), found.end(), std::back_inserter(out), [&](const RectPx& gloss) {
      return std::none_of(stretches.begin(), stretches.end(), [&](const Stretch& stretch) {
        return stretch.notes && stretch.first < gloss.bottom() && stretch.last > gloss.y;
      });
    });
  }
  return out;
}

}  // namespace shiqu::ocr
