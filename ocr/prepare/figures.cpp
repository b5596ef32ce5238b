#include "ocr/prepare/internal/figures.h"

#include "ocr/prepare/internal/pieces.h"

#include <algorithm>

namespace shiqu::ocr {
namespace {

constexpr double kSeed = 1.7;    ///< pitches across and down: more than two glyphs grown together
constexpr double kLeast = 2.3;   ///< of a whole figure
constexpr double kNear = 0.35;   ///< parts this close belong together
constexpr double kFill = 0.008;  ///< share of ink
constexpr double kFrameFill = 0.03;  ///< a frame has less
constexpr double kFrameHigh = 0.72;  ///< share of the page's height: it may be a frame
constexpr double kRule = 2.5;        ///< pitches: a shorter upright line is a stroke
constexpr double kMost = 0.93;       ///< share of the page: larger is the edge of the paper

/// Gives the upright ink beside a border, and that of short pieces on it, to `out`: a rule is long.
void add_strokes(const InkMask& upright, const std::vector<int>& borders, double pitch,
                 InkMask& out) {
  const int reach = std::max(2, static_cast<int>(0.06 * pitch));
  const auto width = static_cast<std::size_t>(out.size.width);
  const auto give = [&](int left, int right, int first, int last) {
    for (int y = first; y < last; ++y) {
      for (int x = left; x < right; ++x) {
        const std::size_t i = static_cast<std::size_t>(y) * width + static_cast<std::size_t>(x);
        out.ink[i] = out.ink[i] | upright.ink[i];
      }
    }
  };
  int until = borders.front() + reach;
  for (const int border : borders) {
    const int left = std::max(0, border - reach);
    const int right = std::min(out.size.width, border + reach + 1);
    give(std::min(until, left), left, 0, out.size.height);
    until = right;
    int first = -1;
    int last = 0;
    for (int y = 0; y <= out.size.height; ++y) {
      if (y < out.size.height && upright.in_row(y, left, right) > 0) {
        first = first < 0 ? y : first;
        last = y + 1;
      } else if (first >= 0 && (y == out.size.height || y - last > 0.3 * pitch)) {
        if (last - first < kRule * pitch) {
          give(left, right, first, last);
        }
        first = -1;
      }
    }
  }
}

/// All ink but the frame's and the rules'.
InkMask drawn(const LayerMasks& layers, const std::vector<Register>& registers,
              const ColumnGrid& grid) {
  InkMask out = layers.text;
  const auto width = static_cast<std::size_t>(out.size.width);
  for (const Register& rows : registers) {
    for (int y = rows.top; y < rows.bottom; ++y) {
      for (std::size_t i = static_cast<std::size_t>(y) * width;
           i < (static_cast<std::size_t>(y) + 1) * width; ++i) {
        out.ink[i] = out.ink[i] | layers.level.ink[i];
      }
    }
  }
  if (!grid.borders.empty()) {
    add_strokes(layers.upright, grid.borders, grid.pitch, out);
  }
  return out;
}

RectPx widened(const RectPx& box, int by) {
  return {box.x - by, box.y - by, box.width + 2 * by, box.height + 2 * by};
}

/// Boxes that touch become one, until none do.
void merge(std::vector<RectPx>& boxes, int near) {
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    for (std::size_t j = 0; j < boxes.size(); ++j) {
      if (i != j && !intersection(widened(boxes[i], near), boxes[j]).empty()) {
        boxes[i] = bounding_box(boxes[i], boxes[j]);
        boxes.erase(boxes.begin() + static_cast<std::ptrdiff_t>(j));
        i = 0;
        j = 0;
      }
    }
  }
}

int ink_in(const InkMask& mask, const RectPx& box) {
  int out = 0;
  for (int y = box.y; y < box.bottom(); ++y) {
    out += mask.in_row(y, box.x, box.right());
  }
  return out;
}

}  // namespace

void clear(InkMask& mask, const RectPx& box) {
  const RectPx inside = intersection(box, {0, 0, mask.size.width, mask.size.height});
  for (int y = inside.y; y < inside.bottom(); ++y) {
    const auto row = mask.ink.begin() +
                     static_cast<std::ptrdiff_t>(y) * static_cast<std::ptrdiff_t>(mask.size.width);
    std::fill_n(row + inside.x, inside.width, std::uint8_t{0});
  }
}

std::vector<RectPx> find_figures(const LayerMasks& layers, const std::vector<Register>& registers,
                                 const ColumnGrid& grid) {
  const InkMask ink = drawn(layers, registers, grid);
  const double pitch = grid.pitch;
  const SizePx size = ink.size;
  const auto px = [&](double pitches) { return static_cast<int>(pitches * pitch); };
  const auto least_fill = [&](const RectPx& box) {
    return box.height < kFrameHigh * size.height ? kFill : kFrameFill;
  };
  std::vector<RectPx> boxes;
  std::vector<RectPx> parts;
  for (const Piece& piece : find_pieces(ink, std::max(3, px(0.1)), size.width, {})) {
    const RectPx& box = piece.box;
    const bool at_edge = box.x <= 1 || box.y <= 1 || box.right() + 1 >= size.width ||
                         box.bottom() + 1 >= size.height;
    if (at_edge || box.width > kMost * size.width || box.height > kMost * size.height) {
      continue;
    }
    if (box.width >= px(kSeed) && box.height >= px(kSeed) &&
        piece.px >= least_fill(box) * box.width * box.height) {
      boxes.push_back(box);
    } else if (box.width >= px(kSeed)) {
      parts.push_back(box);  // no glyph is so wide: water, ground
    }
  }
  if (boxes.empty()) {
    return {};
  }
  merge(boxes, px(kNear));
  for (RectPx& box : boxes) {
    for (const RectPx& part : parts) {
      const bool below = part.x >= box.x - px(kNear) && part.right() <= box.right() + px(kNear);
      box = below && !intersection(widened(box, px(1.2)), part).empty() ? bounding_box(box, part)
                                                                        : box;
    }
  }
  merge(boxes, px(kNear));
  boxes.erase(std::remove_if(boxes.begin(), boxes.end(),
                             [&](const RectPx& box) {
                               return box.width < px(kLeast) || box.height < px(kLeast) ||
                                      ink_in(ink, box) < kFill * box.width * box.height;
                             }),
              boxes.end());
  return boxes;
}

}  // namespace shiqu::ocr
