#include "ocr/prepare/internal/level_glyphs.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace shiqu::ocr {
namespace {

constexpr double kOneGlyph = 0.07;    ///< pitches: parts of a glyph are no farther apart
constexpr double kStrokes = 0.25;     ///< pitches: strokes of a glyph are lower, and closer
constexpr double kLeastGlyph = 0.22;  ///< pitches, the longer side
constexpr double kLargest = 1.4;
constexpr double kApart = 2.2;  ///< heights of the line between two of its glyphs
constexpr std::ptrdiff_t kLeastGlyphs = 3;
constexpr double kRest = 0.12;  ///< pitches: what is left of a rule is no wider

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

/// Level strokes one above the other (二, 三), which nothing joins, as one box.
std::vector<RectPx> with_strokes_joined(std::vector<RectPx> boxes, int near) {
  const auto is_stroke = [&](const RectPx& box) {
    return box.height <= near && box.width >= 2 * box.height;
  };
  std::sort(boxes.begin(), boxes.end(), [](const RectPx& a, const RectPx& b) { return a.y < b.y; });
  std::vector<RectPx> out;
  std::vector<std::size_t> stacks;  // of out: made of strokes
  for (const RectPx& box : boxes) {
    const auto above = std::find_if(stacks.begin(), stacks.end(), [&](std::size_t i) {
      const RectPx& stack = out[i];
      const int both = std::min(stack.right(), box.right()) - std::max(stack.x, box.x);
      return box.y - stack.bottom() <= near && 2 * both > std::max(stack.width, box.width);
    });
    if (is_stroke(box) && above != stacks.end()) {
      out[*above] = bounding_box(out[*above], box);
      continue;
    }
    if (is_stroke(box)) {
      stacks.push_back(out.size());
    }
    out.push_back(box);
  }
  return out;
}

bool on_one_line(const RectPx& line, const RectPx& glyph) {
  const int both = std::min(line.bottom(), glyph.bottom()) - std::max(line.y, glyph.y);
  return both * 2 > std::min(line.height, glyph.height);
}

/// `glyphs`: all of the rows around the line.
bool is_line(const Field& field, const LevelGlyphs& line, const std::vector<RectPx>& glyphs) {
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

}  // namespace

RectPx grown(const RectPx& box, int by) noexcept {
  return {box.x - by, box.y - by, box.width + 2 * by, box.height + 2 * by};
}

bool is_rest(const Field& field, const RectPx& piece) {
  return piece.width < field.px(kRest) && piece.height > 3 * piece.width;
}

std::vector<LevelGlyphs> lines_between(const Field& field, int first, int last) {
  std::vector<RectPx> inside;
  for (const RectPx& piece : field.pieces) {
    if (piece.y >= first && piece.bottom() <= last && !is_rest(field, piece)) {
      inside.push_back(piece);
    }
  }
  std::vector<RectPx> all =
      with_strokes_joined(joined(inside, field.px(kOneGlyph)), field.px(kStrokes));
  std::sort(all.begin(), all.end(), [](const RectPx& a, const RectPx& b) { return a.x < b.x; });
  std::vector<RectPx> glyphs = all;
  std::vector<LevelGlyphs> out;
  while (!glyphs.empty()) {
    LevelGlyphs line{glyphs.front(), {glyphs.front()}};
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
            [](const LevelGlyphs& a, const LevelGlyphs& b) { return a.box.y < b.box.y; });
  return out;
}

}  // namespace shiqu::ocr
