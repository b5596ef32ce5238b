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

class Finder {
 public:
  Finder(const LayerMasks& layers, double pitch)
      : pitch_(pitch),
        size_(layers.text.size),
        pieces_(find_pieces(layers.text, std::max(3, static_cast<int>(0.0012 * pitch * pitch)),
                            size_.width, {})) {}

  /// Lines in the rows [first, last).
  [[nodiscard]] std::vector<RectPx> between(int first, int last) const {
    std::vector<RectPx> inside;
    for (const Piece& piece : pieces_) {
      if (piece.box.y >= first && piece.box.bottom() <= last) {
        inside.push_back(piece.box);
      }
    }
    std::vector<RectPx> glyphs = joined(inside, px(kOneGlyph));
    std::sort(glyphs.begin(), glyphs.end(),
              [](const RectPx& a, const RectPx& b) { return a.x < b.x; });
    std::vector<RectPx> out;
    while (!glyphs.empty()) {
      std::vector<RectPx> line{glyphs.front()};
      std::vector<RectPx> others;
      RectPx box = glyphs.front();
      for (std::size_t i = 1; i < glyphs.size(); ++i) {
        const bool near = glyphs[i].x - box.right() <= kApart * std::max(box.height, px(0.3));
        if (near && on_one_line(box, glyphs[i])) {
          line.push_back(glyphs[i]);
          box = bounding_box(box, glyphs[i]);
        } else {
          others.push_back(glyphs[i]);
        }
      }
      if (is_line(line, box, others)) {
        out.push_back(box);
      }
      glyphs = std::move(others);
    }
    std::sort(out.begin(), out.end(), [](const RectPx& a, const RectPx& b) { return a.y < b.y; });
    return out;
  }

 private:
  [[nodiscard]] int px(double pitches) const { return static_cast<int>(pitches * pitch_); }

  [[nodiscard]] bool is_line(const std::vector<RectPx>& line, const RectPx& box,
                             const std::vector<RectPx>& others) const {
    const bool at_edge = box.x <= 1 || box.y <= 1 || box.right() + 1 >= size_.width ||
                         box.bottom() + 1 >= size_.height;
    if (at_edge || std::ssize(line) < kLeastGlyphs || box.height < px(kLeastGlyph) ||
        box.height > px(kLargest) || box.width < 2.5 * box.height) {
      return false;
    }
    // Of one size: 一 is low, two glyphs that touch are wide.
    const auto whole = std::count_if(line.begin(), line.end(), [&](const RectPx& glyph) {
      return glyph.height * 10 >= box.height * 6 && glyph.width * 10 >= box.height * 3 &&
             glyph.width * 2 <= box.height * 3;
    });
    const bool crowded = std::any_of(others.begin(), others.end(), [&](const RectPx& other) {
      return other.height * 3 > box.height &&
             !intersection(grown(box, box.height / 2), other).empty();
    });
    return whole >= kLeastGlyphs && whole * 10 >= std::ssize(line) * 6 && !crowded;
  }

  double pitch_;
  SizePx size_;
  std::vector<Piece> pieces_;
};

}  // namespace

std::vector<RectPx> find_level_lines(const LayerMasks& layers,
                                     const std::vector<Register>& registers, double pitch) {
  if (registers.empty()) {
    return {};
  }
  const Finder finder(layers, pitch);
  const int away = static_cast<int>(kAtFrame * pitch);
  std::vector<RectPx> out;
  if (registers.front().line_above) {
    out = finder.between(0, registers.front().outer_top - away);
  }
  if (registers.back().line_below) {
    const std::vector<RectPx> below =
        finder.between(registers.back().outer_bottom + away, layers.text.size.height);
    out.insert(out.end(), below.begin(), below.end());
  }
  return out;
}

}  // namespace shiqu::ocr
