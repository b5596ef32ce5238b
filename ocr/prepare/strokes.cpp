#include "ocr/prepare/internal/strokes.h"

#include <algorithm>
#include <cmath>

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
  for (int y = 0; y < mask.size.height; ++y) {
    for (int x = 0; x < mask.size.width; ++x) {
      out.ink[index_of(out, y, x)] = mask.ink[index_of(mask, x, y)];
    }
  }
  return out;
}

/// 1 where ink lies within `wander` pixels to the left or right.
InkMask widened(const InkMask& mask, int wander) {
  InkMask out = empty_like(mask);
  for (int y = 0; y < mask.size.height; ++y) {
    int inked_until = -1;
    const std::size_t row = index_of(mask, 0, y);
    for (int x = 0; x < mask.size.width + wander; ++x) {
      if (x < mask.size.width && mask.ink[row + static_cast<std::size_t>(x)] != 0) {
        inked_until = x + 2 * wander;
      }
      if (x >= wander && x <= inked_until) {
        out.ink[row + static_cast<std::size_t>(x - wander)] = 1;
      }
    }
  }
  return out;
}

/// Adds to `out` the ink of `mask` that lies on upright lines of `seen`. Works row by row, with
/// the open run of every pixel column, because walking down columns would miss the cache.
void add_lines(const InkMask& mask, const InkMask& seen, const LineRule& rule, InkMask& out) {
  const InkMask near = widened(seen, rule.wander);
  const auto width = static_cast<std::size_t>(mask.size.width);
  std::vector<int> start(width, -1);
  std::vector<int> end(width, -1);
  InkMask lines = empty_like(mask);
  const auto close = [&](std::size_t x) {
    if (start[x] >= 0 && end[x] - start[x] >= rule.least) {
      for (int y = start[x]; y < end[x]; ++y) {
        lines.ink[static_cast<std::size_t>(y) * width + x] = 1;
      }
    }
    start[x] = -1;
  };
  for (int y = 0; y < mask.size.height; ++y) {
    for (std::size_t x = 0; x < width; ++x) {
      if (near.ink[static_cast<std::size_t>(y) * width + x] != 0) {
        start[x] = start[x] < 0 ? y : start[x];
        end[x] = y + 1;
      } else if (start[x] >= 0 && y - end[x] >= rule.gap) {
        close(x);
      }
    }
  }
  for (std::size_t x = 0; x < width; ++x) {
    close(x);
  }
  for (std::size_t i = 0; i < mask.ink.size(); ++i) {
    out.ink[i] = static_cast<std::uint8_t>(out.ink[i] | (lines.ink[i] & mask.ink[i]));
  }
}

}  // namespace

InkMask despeckled(const InkMask& mask, int least_px) {
  InkMask out = mask;
  if (least_px <= 1) {
    return out;
  }
  std::vector<std::uint8_t> seen(mask.ink.size(), 0);
  std::vector<std::size_t> piece;
  for (std::size_t first = 0; first < mask.ink.size(); ++first) {
    if (mask.ink[first] == 0 || seen[first] != 0) {
      continue;
    }
    piece.assign(1, first);
    seen[first] = 1;
    for (std::size_t done = 0; done < piece.size(); ++done) {
      const int x = static_cast<int>(piece[done] % static_cast<std::size_t>(mask.size.width));
      const int y = static_cast<int>(piece[done] / static_cast<std::size_t>(mask.size.width));
      for (int ny = std::max(0, y - 1); ny <= std::min(mask.size.height - 1, y + 1); ++ny) {
        for (int nx = std::max(0, x - 1); nx <= std::min(mask.size.width - 1, x + 1); ++nx) {
          const std::size_t next = index_of(mask, nx, ny);
          if (mask.ink[next] != 0 && seen[next] == 0) {
            seen[next] = 1;
            piece.push_back(next);
          }
        }
      }
    }
    if (static_cast<int>(piece.size()) < least_px) {
      for (const std::size_t at : piece) {
        out.ink[at] = 0;
      }
    }
  }
  return out;
}

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
  for (std::size_t i = 0; i < mask.ink.size(); ++i) {
    out.text.ink[i] = mask.ink[i] != 0 && out.upright.ink[i] == 0 && out.level.ink[i] == 0 ? 1 : 0;
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
    const std::size_t row = index_of(mask, 0, y);
    for (std::size_t x = 0; x < out.size(); ++x) {
      out[x] += mask.ink[row + x];
    }
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
