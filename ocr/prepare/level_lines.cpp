#include "ocr/prepare/internal/areas.h"
#include "ocr/prepare/internal/asides.h"
#include "ocr/prepare/internal/pieces.h"

#include <algorithm>
#include <cmath>

namespace shiqu::ocr {
namespace {

constexpr double kAtFrame = 0.25;     ///< pitches: closer to it stands a raised heading
constexpr double kOneGlyph = 0.07;    ///< pitches: parts of a glyph are no farther apart
constexpr double kLeastGlyph = 0.22;  ///< pitches, the longer side
constexpr double kLargest = 1.4;
constexpr double kApart = 2.2;  ///< heights of the line between two of its glyphs
constexpr std::ptrdiff_t kLeastGlyphs = 3;
constexpr double kBesideBorder = 0.08;  ///< pitches: a rule is no farther from its border
constexpr double kRest = 0.12;          ///< pitches: what is left of a rule is no wider
constexpr double kCrosses = 0.6;        ///< share of a line's height along which a rule crosses it
constexpr double kMostCrossed = 1 / 3.0;  ///< of the rules: the others are show-through
constexpr std::ptrdiff_t kEvenGlyphs = 5;
constexpr double kEven = 0.15;        ///< shares of their distance by which even glyphs differ
constexpr double kOtherPitch = 0.04;  ///< share of the columns' pitch
constexpr double kOffColumns = 0.15;  ///< pitches from the middle of a column, on the average

RectPx grown(const RectPx& box, int by) {
  return {box.x - by, box.y - by, box.width + 2 * by, box.height + 2 * by};
}

/// Pieces close to each other as one box: a glyph, or several glyphs that nearly touch.
std::vector<RectPx> joined(const std::vector<RectPx>& pieces, int near) {
  std::vector<RectPx> out;
  for (RectPx box : pieces) {
    bool grew = true;
    while (grew) {
      grew = false;
      for (std::size_t i = out.size(); i-- > 0;) {
        if (!intersection(grown(box, near), out[i]).empty()) {
          box = bounding_box(box, out[i]);
          out.erase(out.begin() + static_cast<std::ptrdiff_t>(i));
          grew = true;
        }
      }
    }
    out.push_back(box);
  }
  return out;
}

bool on_one_line(const RectPx& line, const RectPx& glyph) {
  const int both = std::min(line.bottom(), glyph.bottom()) - std::max(line.y, glyph.y);
  return both * 2 > std::min(line.height, glyph.height);
}

/// Ink around which horizontal text is looked for.
struct Field {
  std::vector<RectPx> pieces;
  SizePx size;
  double pitch = 0;

  [[nodiscard]] int px(double pitches) const { return static_cast<int>(pitches * pitch); }
};

/// A line of glyphs beside each other.
struct Candidate {
  RectPx box;
  std::vector<RectPx> glyphs;
};

/// Of a frame or a rule.
bool is_rest(const Field& field, const RectPx& piece) {
  return piece.width < field.px(kRest) && piece.height > 3 * piece.width;
}

/// `glyphs`: all of the rows around the line.
bool is_line(const Field& field, const Candidate& line, const std::vector<RectPx>& glyphs) {
  const RectPx& box = line.box;
  const bool at_edge = box.x <= 1 || box.y <= 1 || box.right() + 1 >= field.size.width ||
                       box.bottom() + 1 >= field.size.height;
  if (at_edge || std::ssize(line.glyphs) < kLeastGlyphs || box.height < field.px(kLeastGlyph) ||
      box.height > field.px(kLargest) || box.width < 2.5 * box.height) {
    return false;
  }
  // Of one size: 一 is low, two glyphs that touch are wide.
  const auto whole =
      std::count_if(line.glyphs.begin(), line.glyphs.end(), [&](const RectPx& glyph) {
        return glyph.height * 10 >= box.height * 6 && glyph.width * 10 >= box.height * 3 &&
               glyph.width * 2 <= box.height * 3;
      });
  const bool crowded = std::any_of(glyphs.begin(), glyphs.end(), [&](const RectPx& other) {
    return intersection(box, other) != other && other.height * 3 > box.height &&
           !intersection(grown(box, box.height / 2), other).empty();
  });
  return whole >= kLeastGlyphs && whole * 10 >= std::ssize(line.glyphs) * 6 && !crowded;
}

/// Lines in the rows [first, last), from above.
std::vector<Candidate> lines_between(const Field& field, int first, int last) {
  std::vector<RectPx> inside;
  for (const RectPx& piece : field.pieces) {
    if (piece.y >= first && piece.bottom() <= last && !is_rest(field, piece)) {
      inside.push_back(piece);
    }
  }
  std::vector<RectPx> all = joined(inside, field.px(kOneGlyph));
  std::sort(all.begin(), all.end(), [](const RectPx& a, const RectPx& b) { return a.x < b.x; });
  std::vector<RectPx> glyphs = all;
  std::vector<Candidate> out;
  while (!glyphs.empty()) {
    Candidate line{glyphs.front(), {glyphs.front()}};
    std::vector<RectPx> others;
    for (std::size_t i = 1; i < glyphs.size(); ++i) {
      const int least_height = field.px(0.3);
      const bool near =
          glyphs[i].x - line.box.right() <= kApart * std::max(line.box.height, least_height);
      const RectPx both = bounding_box(line.box, glyphs[i]);
      if (near && on_one_line(line.box, glyphs[i]) && both.height <= field.px(kLargest)) {
        line.glyphs.push_back(glyphs[i]);
        line.box = both;
      } else {
        others.push_back(glyphs[i]);
      }
    }
    glyphs = std::move(others);
    if (is_line(field, line, all)) {
      out.push_back(std::move(line));
    }
  }
  std::sort(out.begin(), out.end(),
            [](const Candidate& a, const Candidate& b) { return a.box.y < b.box.y; });
  return out;
}

/// True when nothing else stands in the rows of the line but rests of frame and rules.
bool stands_alone(const Field& field, const Candidate& line) {
  const RectPx rows{0, line.box.y, field.size.width, line.box.height};
  return std::none_of(field.pieces.begin(), field.pieces.end(), [&](const RectPx& piece) {
    return intersection(piece, line.box).empty() && !intersection(piece, rows).empty() &&
           piece.height * 3 > line.box.height && !is_rest(field, piece);
  });
}

/// Share of the borders between columns within the line along which a rule crosses it.
double crossed(const LayerMasks& layers, const ColumnGrid& grid, const Candidate& line) {
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
bool has_own_pitch(const ColumnGrid& grid, const Candidate& line) {
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
bool stands_astride(const ColumnGrid& grid, const Candidate& line) {
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
bool leaves_columns(const LayerMasks& layers, const ColumnGrid& grid, const Candidate& line) {
  return grid.ruled ? crossed(layers, grid, line) <= kMostCrossed
                    : has_own_pitch(grid, line) || stands_astride(grid, line);
}

}  // namespace

std::vector<RectPx> find_level_lines(const LayerMasks& layers,
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
  std::vector<RectPx> out;
  const auto add_outside = [&](int first, int last) {
    for (const Candidate& line : lines_between(field, first, last)) {
      out.push_back(line.box);
    }
  };
  const int away = field.px(kAtFrame);
  if (registers.front().line_above) {
    add_outside(0, registers.front().outer_top - away);
  }
  for (const Register& rows : registers) {
    for (const Candidate& line : lines_between(amid, rows.top, rows.bottom)) {
      if (stands_alone(amid, line) && leaves_columns(layers, grid, line)) {
        out.push_back(line.box);
      }
    }
  }
  if (registers.back().line_below) {
    add_outside(registers.back().outer_bottom + away, field.size.height);
  }
  return out;
}

std::vector<Register> divided(const std::vector<Register>& registers,
                              const std::vector<RectPx>& lines) {
  std::vector<Register> out;
  for (Register rows : registers) {
    for (const RectPx& line : lines) {
      if (line.y < rows.top || line.bottom() > rows.bottom) {
        continue;
      }
      Register above = rows;
      above.bottom = above.outer_bottom = line.y;
      above.line_below = false;
      out.push_back(above);
      rows.top = rows.outer_top = line.bottom();
      rows.line_above = false;
    }
    out.push_back(rows);
  }
  return out;
}

}  // namespace shiqu::ocr
