#include "ocr/prepare/internal/areas.h"
#include "ocr/prepare/internal/asides.h"
#include "ocr/prepare/internal/level_glyphs.h"
#include "ocr/prepare/internal/pieces.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace shiqu::ocr {
namespace {

constexpr double kAtFrame = 0.25;       ///< pitches: closer to it stands a raised heading
constexpr double kBesideBorder = 0.08;  ///< pitches: a rule is no farther from its border
constexpr double kCrosses = 0.6;        ///< share of a line's height along which a rule crosses it
constexpr double kMostCrossed = 1 / 3.0;  ///< of the rules: the others are show-through
constexpr std::ptrdiff_t kEvenGlyphs = 4;
constexpr double kEven = 0.15;        ///< shares of their distance by which even glyphs differ
constexpr double kOtherPitch = 0.04;  ///< share of the columns' pitch
constexpr double kOffColumns = 0.15;  ///< pitches from the middle of a column, on the average
constexpr std::ptrdiff_t kLeastBeside = 4;  ///< glyphs of a line with columns beside it
constexpr std::size_t kLeastColumns = 3;    ///< in the place of which it stands
constexpr double kBeside = 0.3;  ///< pitches: the middle of a column it divides is no farther off
constexpr double kCloser = 1.4;  ///< times closer to each other than to anything else

/// True when nothing else stands in the rows of the line but rests of frame and rules.
bool stands_alone(const Field& field, const LevelGlyphs& line) {
  const RectPx rows{0, line.box.y, field.size.width, line.box.height};
  return std::none_of(field.pieces.begin(), field.pieces.end(), [&](const RectPx& piece) {
    return intersection(piece, line.box).empty() && !intersection(piece, rows).empty() &&
           piece.height * 3 > line.box.height && !is_rest(field, piece);
  });
}

/// Share of the borders between columns within the line along which a rule crosses it.
double crossed(const LayerMasks& layers, const ColumnGrid& grid, const LevelGlyphs& line) {
  const int reach = std::max(2, static_cast<int>(kBesideBorder * grid.pitch));
  int borders = 0;
  int crossing = 0;
  for (const int border : grid.borders) {
    if (border <= line.box.x || border >= line.box.right()) {
      continue;
    }
    int rows = 0;
    for (int y = line.box.y; y < line.box.bottom(); ++y) {
      rows += layers.upright.in_row(y, std::max(0, border - reach), border + reach + 1) > 0 ? 1 : 0;
    }
    ++borders;
    crossing += rows >= kCrosses * line.box.height ? 1 : 0;
  }
  return borders < 2 ? 1 : static_cast<double>(crossing) / borders;
}

int middle_of(const RectPx& glyph) {
  return glyph.x + glyph.width / 2;
}

/// True when the glyphs stand evenly, but closer or wider than the columns.
bool has_own_pitch(const ColumnGrid& grid, const LevelGlyphs& line) {
  if (std::ssize(line.glyphs) < kEvenGlyphs) {
    return false;
  }
  const int length = middle_of(line.glyphs.back()) - middle_of(line.glyphs.front());
  const double pitch = length / static_cast<double>(std::ssize(line.glyphs) - 1);
  for (std::size_t i = 1; i < line.glyphs.size(); ++i) {
    const int step = middle_of(line.glyphs[i]) - middle_of(line.glyphs[i - 1]);
    if (std::abs(step - pitch) > kEven * pitch) {
      return false;
    }
  }
  return std::abs(pitch - grid.pitch) > kOtherPitch * grid.pitch;
}

/// True when some glyphs stand astride a border, and all of them hardly where the columns do.
bool stands_astride(const ColumnGrid& grid, const LevelGlyphs& line) {
  bool astride = false;
  double aside = 0;
  for (const RectPx& glyph : line.glyphs) {
    double least = grid.pitch;
    for (std::size_t i = 0; i < grid.borders.size(); ++i) {
      const int border = grid.borders[i];
      astride = astride ||
                (border > glyph.x + glyph.width / 5 && border < glyph.right() - glyph.width / 5);
      if (i > 0) {
        least = std::min(least, std::abs(middle_of(glyph) - (grid.borders[i - 1] + border) / 2.0));
      }
    }
    aside += least;
  }
  return astride && aside > kOffColumns * grid.pitch * static_cast<double>(std::ssize(line.glyphs));
}

/// True when the columns do not go on through the line.
bool leaves_columns(const LayerMasks& layers, const ColumnGrid& grid, const LevelGlyphs& line) {
  return grid.ruled ? crossed(layers, grid, line) <= kMostCrossed
                    : has_own_pitch(grid, line) || stands_astride(grid, line);
}

/// How far the glyphs of a line are apart, of half of them at most.
int usual_gap(const LevelGlyphs& line) {
  std::vector<int> gaps;
  for (std::size_t i = 1; i < line.glyphs.size(); ++i) {
    gaps.push_back(std::max(1, line.glyphs[i].x - line.glyphs[i - 1].right()));
  }
  const auto middle = gaps.begin() + static_cast<std::ptrdiff_t>(gaps.size() / 2);
  std::nth_element(gaps.begin(), middle, gaps.end());
  return *middle;
}

/// True when its glyphs are closer to each other than to what stands above, below and beside them
/// (unless a rule stands between): those of neighbouring columns are not.
bool reads_across(const LayerMasks& layers, const Field& amid, const LevelGlyphs& line) {
  const RectPx& box = line.box;
  const RectPx around = grown(box, static_cast<int>(kCloser * usual_gap(line)));
  return std::none_of(amid.pieces.begin(), amid.pieces.end(), [&](const RectPx& piece) {
    if (intersection(piece, around).empty() || !intersection(piece, box).empty() ||
        piece.height * 3 <= box.height || is_rest(amid, piece)) {
      return false;
    }
    const int from = piece.x < box.x ? piece.right() : box.right();
    const int to = piece.x < box.x ? box.x : piece.x;
    int ruled = 0;
    for (int y = box.y; y < box.bottom(); ++y) {
      ruled += from < to && layers.upright.in_row(y, from, to) > 0 ? 1 : 0;
    }
    return ruled < kCrosses * box.height;
  });
}

/// The pieces of some columns.
Field within(const Field& field, int left, int right) {
  Field out{{}, field.size, field.pitch};
  std::copy_if(
      field.pieces.begin(), field.pieces.end(), std::back_inserter(out.pieces),
      [&](const RectPx& piece) { return middle_of(piece) >= left && middle_of(piece) < right; });
  return out;
}

bool is_higher(const LevelLine& a, const LevelLine& b) {
  return a.box.y < b.box.y;
}

bool crosses_any(const RectPx& box, const std::vector<LevelLine>& lines) {
  return std::any_of(lines.begin(), lines.end(),
                     [&](const LevelLine& line) { return !intersection(line.box, box).empty(); });
}

/// Lines one below the other divide the same columns: those of the longest.
void share_columns(std::vector<LevelLine>& lines) {
  std::sort(lines.begin(), lines.end(), is_higher);
  std::size_t first = 0;  // of a block
  for (std::size_t i = 1; i <= lines.size(); ++i) {
    const bool goes_on = i < lines.size() &&
                         lines[i].box.y - lines[i - 1].box.bottom() < 2 * lines[i].box.height &&
                         lines[i].left < lines[i - 1].right && lines[i - 1].left < lines[i].right;
    if (goes_on) {
      lines[i].left = std::min(lines[i].left, lines[i - 1].left);
      lines[i].right = std::max(lines[i].right, lines[i - 1].right);
      continue;
    }
    for (std::size_t k = first; k < i; ++k) {
      lines[k].left = lines[i - 1].left;
      lines[k].right = lines[i - 1].right;
    }
    first = i;
  }
}

/// Lines that stand in the place of some columns, with others beside them; none crosses `others`.
std::vector<LevelLine> lines_beside(const LayerMasks& layers, const Field& amid,
                                    const ColumnGrid& grid, const Register& rows,
                                    const std::vector<LevelLine>& others) {
  std::vector<LevelLine> out;
  const int beside = amid.px(kBeside);
  const std::size_t columns = grid.borders.empty() ? 0 : grid.borders.size() - 1;
  for (std::size_t count = columns; count-- > kLeastColumns;) {  // the longest lines first
    for (std::size_t first = 0; first + count <= columns; ++first) {
      const Field part = within(amid, grid.borders[first], grid.borders[first + count]);
      for (const LevelGlyphs& line : lines_between(part, rows.top, rows.bottom)) {
        if (std::ssize(line.glyphs) >= kLeastBeside && !crosses_any(line.box, others) &&
            !crosses_any(line.box, out) && reads_across(layers, amid, line) &&
            leaves_columns(layers, grid, line)) {
          out.push_back({line.box, line.box.x - beside, line.box.right() + beside});
        }
      }
    }
  }
  share_columns(out);
  return out;
}

}  // namespace

std::vector<LevelLine> find_level_lines(const LayerMasks& layers,
                                        const std::vector<Register>& registers,
                                        const ColumnGrid& grid) {
  if (registers.empty()) {
    return {};
  }
  Field field{{}, layers.text.size, grid.pitch};
  Field amid = field;  // of the columns alone: no centre strips, no rests of the frame
  const std::vector<Cell> cells = cells_of(layers, grid, registers);
  for (const Piece& piece :
       find_pieces(layers.text, std::max(3, static_cast<int>(0.0012 * grid.pitch * grid.pitch)),
                   layers.text.size.width, {})) {
    field.pieces.push_back(piece.box);
    if (std::any_of(cells.begin(), cells.end(), [&](const Cell& cell) {
          return cell.kind == model::LineKind::Column && piece.middle.x >= cell.left &&
                 piece.middle.x < cell.right;
        })) {
      amid.pieces.push_back(piece.box);
    }
  }
  std::vector<LevelLine> out;
  const auto add = [&](const LevelGlyphs& line) { out.push_back({line.box, 0, field.size.width}); };
  const auto add_outside = [&](int first, int last) {
    for (const LevelGlyphs& line : lines_between(field, first, last)) {
      add(line);
    }
  };
  const int away = field.px(kAtFrame);
  if (registers.front().line_above) {
    add_outside(0, registers.front().outer_top - away);
  }
  for (const Register& rows : registers) {
    for (const LevelGlyphs& line : lines_between(amid, rows.top, rows.bottom)) {
      if (stands_alone(amid, line) && leaves_columns(layers, grid, line)) {
        add(line);
      }
    }
    const std::vector<LevelLine> beside = lines_beside(layers, amid, grid, rows, out);
    out.insert(out.end(), beside.begin(), beside.end());
  }
  if (registers.back().line_below) {
    add_outside(registers.back().outer_bottom + away, field.size.height);
  }
  std::sort(out.begin(), out.end(), is_higher);
  return out;
}

std::vector<Register> divided(const Register& rows, const std::vector<LevelLine>& lines) {
  std::vector<Register> out;
  Register rest = rows;
  for (const LevelLine& line : lines) {
    if (line.box.y < rest.top || line.box.bottom() > rest.bottom) {
      continue;
    }
    Register above = rest;
    above.bottom = above.outer_bottom = line.box.y;
    above.line_below = false;
    out.push_back(above);
    rest.top = rest.outer_top = line.box.bottom();
    rest.line_above = false;
  }
  out.push_back(rest);
  return out;
}

}  // namespace shiqu::ocr
