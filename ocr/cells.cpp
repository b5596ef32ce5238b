#include "ocr/cells.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

namespace shiqu::ocr {
namespace {

constexpr double kRuleShare = 0.7;   ///< of a column's height: a pixel column so dark is a rule
constexpr double kStraying = 0.35;   ///< of the pitch: how far a cut may leave the middle
constexpr double kMiddleWeight = 2;  ///< against ink: prefers the middle where ink decides nothing

/// The ink of one column, without its rules.
class ColumnInk {
 public:
  ColumnInk(const imaging::Image& gray, const RectPx& area) : gray_(gray), area_(area) {
    limit_ = ink_limit();
    rule_.assign(static_cast<std::size_t>(area.width), 0);
    for (int x = area.x; x < area.right(); ++x) {
      int dark = 0;
      for (int y = area.y; y < area.bottom(); ++y) {
        dark += is_dark(x, y) ? 1 : 0;
      }
      rule_[static_cast<std::size_t>(x - area.x)] = dark > kRuleShare * area.height ? 1 : 0;
    }
    for (int y = area.y; y < area.bottom(); ++y) {
      int dark = 0;
      for (int x = area.x; x < area.right(); ++x) {
        dark += is_ink(x, y) ? 1 : 0;
      }
      rows_.push_back(dark);
    }
  }

  [[nodiscard]] bool is_ink(int x, int y) const {
    return rule_[static_cast<std::size_t>(x - area_.x)] == 0 && is_dark(x, y);
  }
  /// Dark samples of row `y`.
  [[nodiscard]] int in_row(int y) const { return rows_[static_cast<std::size_t>(y - area_.y)]; }

  /// The smallest box around the ink of `part`; `part` itself when it has none.
  [[nodiscard]] RectPx box(const RectPx& part) const {
    RectPx ink;
    for (int y = part.y; y < part.bottom(); ++y) {
      int first = -1;
      int last = -1;
      for (int x = part.x; x < part.right(); ++x) {
        if (is_ink(x, y)) {
          first = first < 0 ? x : first;
          last = x;
        }
      }
      if (first >= 0) {
        ink = bounding_box(ink, {first, y, last - first + 1, 1});
      }
    }
    return ink.empty() ? part : ink;
  }

 private:
  [[nodiscard]] bool is_dark(int x, int y) const {
    return gray_.row(y)[static_cast<std::size_t>(x)] < limit_;
  }

  /// Half-way between the darkest and the lightest sample of the area.
  [[nodiscard]] int ink_limit() const {
    int darkest = 255;
    int lightest = 0;
    for (int y = area_.y; y < area_.bottom(); ++y) {
      const auto row = gray_.row(y).subspan(static_cast<std::size_t>(area_.x),
                                            static_cast<std::size_t>(area_.width));
      const auto [low, high] = std::minmax_element(row.begin(), row.end());
      darkest = std::min<int>(darkest, *low);
      lightest = std::max<int>(lightest, *high);
    }
    return (darkest + lightest) / 2;
  }

  const imaging::Image& gray_;
  RectPx area_;
  int limit_ = 0;
  std::vector<std::uint8_t> rule_;  ///< by x - area_.x
  std::vector<int> rows_;           ///< by y - area_.y
};

/// The row between two centres where a cut crosses least ink.
int cut_between(const ColumnInk& ink, double above, double below, const RectPx& area) {
  const double middle = (above + below) / 2;
  const double pitch = std::max(below - above, 1.0);
  const int first = std::max(area.y + 1, static_cast<int>(middle - kStraying * pitch));
  const int last = std::min(area.bottom() - 1, static_cast<int>(middle + kStraying * pitch));
  int best = std::clamp(static_cast<int>(std::lround(middle)), area.y + 1, area.bottom() - 1);
  double least = std::numeric_limits<double>::max();
  for (int y = first; y <= last; ++y) {
    const double off = (y - middle) / pitch;
    const double crossed = static_cast<double>(ink.in_row(y)) / area.width;
    const double cost = crossed + kMiddleWeight * off * off;
    if (cost < least) {
      least = cost;
      best = y;
    }
  }
  return best;
}

std::vector<double> equal_centres(const RectPx& ink, std::size_t count) {
  std::vector<double> out;
  const double pitch = static_cast<double>(ink.height) / static_cast<double>(count);
  for (std::size_t i = 0; i < count; ++i) {
    out.push_back(ink.y + (static_cast<double>(i) + 0.5) * pitch);
  }
  return out;
}

/// The ends of the first and last cell: at most one pitch from the centre, and inside the ink.
int outer_end(double centre, double pitch, int ink_end, bool top) {
  const double reach = top ? centre - pitch : centre + pitch;
  return static_cast<int>(std::lround(top ? std::max(reach, static_cast<double>(ink_end))
                                          : std::min(reach, static_cast<double>(ink_end))));
}

}  // namespace

void place_glyphs(const imaging::Image& gray, const RectPx& area, std::span<const double> centres,
                  model::Line& line) {
  const RectPx inside = intersection(area, {0, 0, gray.width(), gray.height()});
  const std::size_t count = line.glyphs.size();
  if (inside.empty() || count == 0) {
    return;
  }
  const ColumnInk ink(gray, inside);
  const RectPx written = ink.box(inside);
  const bool known = centres.size() == count;
  const std::vector<double> at =
      known ? std::vector<double>(centres.begin(), centres.end()) : equal_centres(written, count);
  std::vector<int> cuts;
  const double pitch = count > 1 ? (at.back() - at.front()) / static_cast<double>(count - 1)
                                 : static_cast<double>(std::max(inside.width, written.height));
  cuts.push_back(outer_end(at.front(), pitch, written.y, true));
  for (std::size_t i = 0; i + 1 < count; ++i) {
    cuts.push_back(cut_between(ink, at[i], at[i + 1], inside));
  }
  cuts.push_back(outer_end(at.back(), pitch, written.bottom(), false));
  line.box = {};
  for (std::size_t i = 0; i < count; ++i) {
    const int top = std::clamp(cuts[i], inside.y, inside.bottom() - 1);
    const int bottom = std::clamp(cuts[i + 1], top + 1, inside.bottom());
    model::Glyph& glyph = line.glyphs[i];
    glyph.box = ink.box({written.x, top, written.width, bottom - top});
    line.box = bounding_box(line.box, glyph.box);
  }
}

}  // namespace shiqu::ocr
