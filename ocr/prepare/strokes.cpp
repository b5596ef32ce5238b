#include "ocr/prepare/internal/strokes.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>

namespace shiqu::ocr {
namespace {

std::size_t index_of(const InkMask& mask, int x, int y) {
  return static_cast<std::size_t>(y) * static_cast<std::size_t>(mask.size.width) +
         static_cast<std::size_t>(x);
}

InkMask empty_like(const InkMask& mask) {
  return {mask.size, std::vector<std::uint8_t>(mask.ink.size(), 0)};
}

/// Ink that belongs to no horizontal run longer than `thick`.
InkMask thin_parts(const InkMask& mask, int thick) {
  InkMask out = empty_like(mask);
  for (int y = 0; y < mask.size.height; ++y) {
    int start = -1;
    for (int x = 0; x <= mask.size.width; ++x) {
      const bool ink = x < mask.size.width && mask.at(x, y);
      if (ink && start < 0) {
        start = x;
      } else if (!ink && start >= 0) {
        if (x - start <= thick) {
          std::fill(out.ink.begin() + static_cast<std::ptrdiff_t>(index_of(mask, start, y)),
                    out.ink.begin() + static_cast<std::ptrdiff_t>(index_of(mask, x, y)), 1);
        }
        start = -1;
      }
    }
  }
  return out;
}

/// How long a line must be and what it may do.
struct LineRule {
  int least = 0;
  int gap = 0;
  int wander = 0;
};

/// Rows and columns swapped: level lines are found like upright ones.
InkMask transposed(const InkMask& mask) {
  InkMask out{{mask.size.height, mask.size.width}, std::vector<std::uint8_t>(mask.ink.size(), 0)};
  constexpr int kTile = 32;  // both sides of a tile stay in the cache
  for (int tile_y = 0; tile_y < mask.size.height; tile_y += kTile) {
    for (int tile_x = 0; tile_x < mask.size.width; tile_x += kTile) {
      const int right = std::min(mask.size.width, tile_x + kTile);
      for (int y = tile_y; y < std::min(mask.size.height, tile_y + kTile); ++y) {
        const std::uint8_t* from = mask.ink.data() + index_of(mask, 0, y);
        std::uint8_t* to = out.ink.data() + index_of(out, y, tile_x);
        for (int x = tile_x; x < right; ++x, to += out.size.width) {
          *to = from[x];
        }
      }
    }
  }
  return out;
}

/// 1 where ink lies within `wander` pixels to the left or right.
InkMask widened(const InkMask& mask, int wander) {
  InkMask out = empty_like(mask);
  for (int y = 0; y < mask.size.height; ++y) {
    const std::uint8_t* from = mask.ink.data() + index_of(mask, 0, y);
    std::uint8_t* to = out.ink.data() + index_of(mask, 0, y);
    for (int off = -wander; off <= wander; ++off) {
      const int first = std::max(0, -off);
      const int last = std::min(mask.size.width, mask.size.width - off);
      for (int x = first; x < last; ++x) {
        to[x] = static_cast<std::uint8_t>(to[x] | from[x + off]);
      }
    }
  }
  return out;
}

constexpr std::size_t kTogether = sizeof(std::uint64_t);

/// Whether all of the next kTogether bytes of both are 0: most of a page is.
bool none_set(const std::uint8_t* a, const std::uint8_t* b) {
  std::uint64_t of_a = 0;
  std::uint64_t of_b = 0;
  std::memcpy(&of_a, a, kTogether);
  std::memcpy(&of_b, b, kTogether);
  return (of_a | of_b) == 0;
}

/// Adds to `out` the ink of `mask` that lies on upright lines of `seen`. Works row by row, with
/// the open run of every pixel column, because walking down columns would miss the cache.
void add_lines(const InkMask& mask, const InkMask& seen, const LineRule& rule, InkMask& out) {
  const InkMask near = widened(seen, rule.wander);
  const auto width = static_cast<std::size_t>(mask.size.width);
  struct Run {
    int start = 0;
    int end = 0;
  };
  std::vector<Run> runs(width);
  std::vector<std::uint8_t> open_runs(width, 0);
  std::uint8_t* const open = open_runs.data();
  const auto close = [&](std::size_t x) {
    const Run& run = runs[x];
    for (int y = run.start; run.end - run.start >= rule.least && y < run.end; ++y) {
      const std::size_t at = static_cast<std::size_t>(y) * width + x;
      out.ink[at] = static_cast<std::uint8_t>(out.ink[at] | mask.ink[at]);
    }
    open[x] = 0;
  };
  const std::uint8_t* row = near.ink.data();
  for (int y = 0; y < mask.size.height; ++y, row += width) {
    for (std::size_t x = 0; x < width; ++x) {
      if (x + kTogether <= width && none_set(row + x, open + x)) {
        x += kTogether - 1;
        continue;
      }
      Run& run = runs[x];
      if (row[x] != 0) {
        run.start = open[x] != 0 ? run.start : y;
        run.end = y + 1;
        open[x] = 1;
      } else if (open[x] != 0 && y - run.end >= rule.gap) {
        close(x);
      }
    }
  }
  for (std::size_t x = 0; x < width; ++x) {
    if (open[x] != 0) {
      close(x);
    }
  }
}

}  // namespace

LayerMasks split_layers(const InkMask& mask, double pitch) {
  const auto px = [&](double pitches, int least) {
    return std::max(least, static_cast<int>(std::lround(pitches * pitch)));
  };
  LayerMasks out{mask, empty_like(mask), empty_like(mask)};
  const int wander = px(0.012, 1);
  const int gap = px(0.06, 2);
  add_lines(mask, thin_parts(mask, px(0.09, 3)), {px(0.8, 12), gap, wander}, out.upright);
  add_lines(mask, mask, {px(1.5, 20), gap, wander}, out.upright);
  const InkMask turned = transposed(mask);
  InkMask level = empty_like(turned);
  add_lines(turned, turned, {px(1.6, 20), gap, wander}, level);
  out.level = transposed(level);
  std::uint8_t* const text = out.text.ink.data();
  const std::uint8_t* const upright = out.upright.ink.data();
  const std::uint8_t* const level_lines = out.level.ink.data();
  for (std::size_t i = 0; i < mask.ink.size(); ++i) {
    text[i] = static_cast<std::uint8_t>(text[i] & ~(upright[i] | level_lines[i]));
  }
  return out;
}

void settle_rules(LayerMasks& layers, const std::vector<int>& borders, bool are_rules,
                  double pitch) {
  if (borders.size() < 2) {
    return;
  }
  const int width = layers.text.size.width;
  const auto mark = [&](double reach) {
    std::vector<std::uint8_t> out(static_cast<std::size_t>(width), 0);
    for (const int border : borders) {
      const int first = std::max(0, border - static_cast<int>(reach * pitch));
      const int last = std::min(width, border + static_cast<int>(reach * pitch) + 1);
      std::fill(out.begin() + first, out.begin() + std::max(first, last), std::uint8_t{1});
    }
    return out;
  };
  std::vector<std::uint8_t> rules = mark(0.13);
  std::fill(rules.begin(), rules.begin() + std::clamp(borders.front(), 0, width), 1);
  std::fill(rules.begin() + std::clamp(borders.back(), 0, width), rules.end(), 1);
  const std::vector<std::uint8_t> close = mark(0.06);
  InkMask at_border = empty_like(layers.text);
  const auto columns = static_cast<std::size_t>(width);
  for (std::size_t i = 0; i < layers.text.ink.size(); ++i) {
    const std::size_t x = i % columns;
    if (layers.upright.ink[i] != 0 && rules[x] == 0) {
      layers.upright.ink[i] = 0;
      layers.text.ink[i] = 1;
    }
    at_border.ink[i] = layers.text.ink[i] & close[x];
  }
  if (!are_rules) {
    return;
  }
  const int wander = std::max(1, static_cast<int>(0.012 * pitch));
  const InkMask thin = thin_parts(at_border, std::max(3, static_cast<int>(0.07 * pitch)));
  InkMask rests = empty_like(layers.text);
  add_lines(thin, thin, {std::max(4, static_cast<int>(0.22 * pitch)), 2, wander}, rests);
  for (std::size_t i = 0; i < rests.ink.size(); ++i) {
    if (rests.ink[i] != 0) {
      layers.text.ink[i] = 0;
      layers.upright.ink[i] = 1;
    }
  }
}

std::vector<int> ink_by_x(const InkMask& mask, int first_row, int last_row) {
  std::vector<int> out(static_cast<std::size_t>(mask.size.width), 0);
  for (int y = std::max(0, first_row); y < std::min(mask.size.height, last_row); ++y) {
    const auto row = mask.ink.begin() + static_cast<std::ptrdiff_t>(index_of(mask, 0, y));
    std::transform(out.begin(), out.end(), row, out.begin(), std::plus<>());
  }
  return out;
}

std::vector<int> ink_by_y(const InkMask& mask, int left, int right) {
  std::vector<int> out(static_cast<std::size_t>(mask.size.height), 0);
  for (int y = 0; y < mask.size.height; ++y) {
    out[static_cast<std::size_t>(y)] = mask.in_row(y, left, right);
  }
  return out;
}

}  // namespace shiqu::ocr
