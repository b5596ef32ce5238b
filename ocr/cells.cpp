#include "ocr/cells.h"

#include <algorithm>
#include <cstdint>

namespace shiqu::ocr {
namespace {

/// Half-way between the darkest and the lightest sample of the area.
int ink_limit(const imaging::Image& gray, const RectPx& area) {
  int darkest = 255;
  int lightest = 0;
  for (int y = area.y; y < area.bottom(); ++y) {
    const auto row =
        gray.row(y).subspan(static_cast<std::size_t>(area.x), static_cast<std::size_t>(area.width));
    const auto [low, high] = std::minmax_element(row.begin(), row.end());
    darkest = std::min<int>(darkest, *low);
    lightest = std::max<int>(lightest, *high);
  }
  return (darkest + lightest) / 2;
}

/// The smallest box around samples darker than `limit`; `area` itself when there are none.
RectPx ink_box(const imaging::Image& gray, const RectPx& area, int limit) {
  RectPx ink;
  for (int y = area.y; y < area.bottom(); ++y) {
    const auto row = gray.row(y);
    int first = -1;
    int last = -1;
    for (int x = area.x; x < area.right(); ++x) {
      if (row[static_cast<std::size_t>(x)] < limit) {
        first = first < 0 ? x : first;
        last = x;
      }
    }
    if (first >= 0) {
      ink = bounding_box(ink, {first, y, last - first + 1, 1});
    }
  }
  return ink.empty() ? area : ink;
}

}  // namespace

void place_glyphs(const imaging::Image& gray, const RectPx& area, model::Line& line) {
  const bool placed = std::any_of(line.glyphs.begin(), line.glyphs.end(),
                                  [](const model::Glyph& glyph) { return !glyph.box.empty(); });
  const RectPx inside = intersection(area, {0, 0, gray.width(), gray.height()});
  if (placed || inside.empty() || line.glyphs.empty()) {
    return;
  }
  const int limit = ink_limit(gray, inside);
  const RectPx ink = ink_box(gray, inside, limit);
  const auto count = static_cast<int>(line.glyphs.size());
  line.box = {};
  for (int i = 0; i < count; ++i) {
    const int top = ink.y + ink.height * i / count;
    const int bottom = std::max(top + 1, ink.y + ink.height * (i + 1) / count);
    model::Glyph& glyph = line.glyphs[static_cast<std::size_t>(i)];
    glyph.box = ink_box(gray, {ink.x, top, ink.width, bottom - top}, limit);
    line.box = bounding_box(line.box, glyph.box);
  }
}

}  // namespace shiqu::ocr
