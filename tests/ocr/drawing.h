#pragma once

#include "storage/imaging/image.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

namespace fixture {

inline shiqu::imaging::Image paper(shiqu::SizePx size) {
  shiqu::imaging::Image out(shiqu::imaging::PixelFormat::Gray8, size);
  std::fill(out.bytes().begin(), out.bytes().end(), std::uint8_t{235});
  return out;
}

inline void fill(shiqu::imaging::Image& page, const shiqu::RectPx& area, std::uint8_t level = 30) {
  const auto inside = shiqu::intersection(area, {0, 0, page.width(), page.height()});
  for (int y = inside.y; y < inside.bottom(); ++y) {
    std::fill_n(page.row(y).begin() + inside.x, inside.width, level);
  }
}

/// Something like a glyph: a box with strokes across it.
inline void glyph(shiqu::imaging::Image& page, const shiqu::RectPx& box) {
  const int stroke = std::max(2, box.width / 12);
  for (const int part : {0, 1, 2, 3}) {
    const int y = box.y + (box.height - stroke) * part / 3;
    fill(page, {box.x, y, box.width, stroke});
  }
  for (const int part : {0, 1, 2}) {
    const int x = box.x + (box.width - stroke) * part / 2;
    fill(page, {x, box.y, stroke, box.height});
  }
}

/// A leaf with a frame and `columns` columns of 100 px, from x = 100 on, rows 200 to 1500.
inline shiqu::imaging::Image ruled_leaf(int columns) {
  shiqu::imaging::Image page = paper({200 + 100 * columns, 1650});
  for (int i = 0; i <= columns; ++i) {
    fill(page, {98 + 100 * i, 200, 4, 1300});
  }
  fill(page, {96, 196, 100 * columns + 8, 8});
  fill(page, {96, 1496, 100 * columns + 8, 8});
  return page;
}

/// Glyphs of 64 px one below the other in column `column`, counted from the left.
inline void text(shiqu::imaging::Image& page, int column, int first_y, int count) {
  for (int i = 0; i < count; ++i) {
    glyph(page, {118 + 100 * column, first_y + 80 * i, 64, 64});
  }
}

inline std::filesystem::path shared(const char* file) {
  const char* set = std::getenv("SHIQU_SHARED");
  const std::filesystem::path root =
      set != nullptr && *set != 0 ? set : SHIQU_SOURCE_DIR "/../shared";
  return root / "data/pages" / file;
}

}  // namespace fixture
