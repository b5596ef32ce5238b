#include "ocr/prepare/internal/frame.h"

#include <algorithm>
#include <cmath>

namespace shiqu::ocr {
namespace {

constexpr std::size_t kTableRows = 3;
constexpr double kAtEdge = 0.4;  ///< pitches from the edge of the picture: no glyph fits in

/// One line of the frame, or two beside each other.
struct Band {
  int first = 0;
  int last = 0;  ///< one past
};

/// Pixels between the first and last pixel column that bear much text.
int text_width(const InkMask& text) {
  const std::vector<int> ink = ink_by_x(text, 0, text.size.height);
  const int most = ink.empty() ? 0 : *std::max_element(ink.begin(), ink.end());
  int first = text.size.width;
  int last = 0;
  for (int x = 0; x < text.size.width; ++x) {
    if (ink[static_cast<std::size_t>(x)] * 8 > most) {
      first = std::min(first, x);
      last = x + 1;
    }
  }
  return std::max(0, last - first);
}

/// Rows where level lines cross half of the text's width, at the upper and lower edge of the
/// picture an eighth: there a line that leans is cut off in part. A line that falls or rises is
/// spread over rows: the pixel columns that meet a line within a fifth of a pitch are counted.
std::vector<Band> strong_lines(const LayerMasks& layers, double pitch) {
  const int reach = std::max(2, static_cast<int>(0.2 * pitch));
  const int height = layers.level.size.height;
  const int width = layers.level.size.width;
  const int amid = std::max(1, text_width(layers.text) / 2);
  const int at_edge = static_cast<int>(kAtEdge * pitch);
  std::vector<int> crossed(static_cast<std::size_t>(height), 0);
  std::vector<int> exact(static_cast<std::size_t>(height), 0);
  for (int x = 0; x < width; ++x) {
    int counted_until = 0;
    for (int y = 0; y < height; ++y) {
      if (!layers.level.at(x, y)) {
        continue;
      }
      ++exact[static_cast<std::size_t>(y)];
      for (int near = std::max(counted_until, y - reach); near < std::min(height, y + reach + 1);
           ++near) {
        ++crossed[static_cast<std::size_t>(near)];
      }
      counted_until = std::min(height, y + reach + 1);
    }
  }
  std::vector<Band> out;
  for (int y = 0; y < height; ++y) {
    const int needed = std::min(y, height - 1 - y) < at_edge ? std::max(1, amid / 4) : amid;
    if (crossed[static_cast<std::size_t>(y)] < needed ||
        exact[static_cast<std::size_t>(y)] * 20 < needed) {
      continue;
    }
    if (!out.empty() && y - out.back().last <= 0.6 * pitch) {
      out.back().last = y + 1;
    } else {
      out.push_back({y, y + 1});
    }
  }
  return out;
}

/// The rows between which most of the ink of some rows lies.
Band inked_rows(const std::vector<int>& ink, int first, int last) {
  int most = 0;
  for (int y = first; y < last; ++y) {
    most = std::max(most, ink[static_cast<std::size_t>(y)]);
  }
  Band out{last, first};
  for (int y = first; y < last; ++y) {
    if (ink[static_cast<std::size_t>(y)] * 12 > most && ink[static_cast<std::size_t>(y)] > 1) {
      out.first = std::min(out.first, y);
      out.last = y + 1;
    }
  }
  return out;
}

}  // namespace

bool is_table(const std::vector<Register>& registers) noexcept {
  return registers.size() >= kTableRows &&
         std::all_of(registers.begin(), registers.end(),
                     [](const Register& rows) { return rows.line_above && rows.line_below; });
}

std::vector<Register> find_registers(const LayerMasks& layers, double pitch) {
  const int height = layers.text.size.height;
  const std::vector<int> ink = ink_by_y(layers.text, 0, layers.text.size.width);
  const std::vector<Band> lines = strong_lines(layers, pitch);
  std::vector<Register> all;
  std::vector<std::int64_t> amount;
  std::int64_t most = 0;
  for (std::size_t i = 0; i <= lines.size(); ++i) {
    Register one;
    one.line_above = i > 0;
    one.line_below = i < lines.size();
    one.top = one.line_above ? lines[i - 1].last : 0;
    one.outer_top = one.line_above ? lines[i - 1].first : 0;
    one.bottom = one.line_below ? lines[i].first : height;
    one.outer_bottom = one.line_below ? lines[i].last : height;
    std::int64_t sum = 0;
    for (int y = one.top; y < one.bottom; ++y) {
      sum += ink[static_cast<std::size_t>(y)];
    }
    all.push_back(one);
    amount.push_back(sum);
    most = std::max(most, sum);
  }
  const bool table = lines.size() > kTableRows;
  const auto fullest =
      static_cast<std::size_t>(std::max_element(amount.begin(), amount.end()) - amount.begin());
  std::vector<Register> out;
  for (std::size_t i = 0; i < all.size(); ++i) {
    Register& one = all[i];
    const auto density = [&](std::size_t row) {
      return static_cast<double>(amount[row]) / std::max(1, all[row].bottom - all[row].top);
    };
    if (table && one.line_above && one.line_below && density(i) * 4 > density(fullest)) {
      out.push_back(one);  // a row of cells may be low and hold little
      continue;
    }
    if (amount[i] * 5 < most || amount[i] == 0 || one.bottom - one.top < 1.5 * pitch) {
      continue;
    }
    const Band rows = inked_rows(ink, one.top, one.bottom);
    if (!one.line_above) {
      one.top = one.outer_top = rows.first;
    }
    if (!one.line_below) {
      one.bottom = one.outer_bottom = rows.last;
    }
    out.push_back(one);
  }
  return out;
}

}  // namespace shiqu::ocr
