#include "ocr/press/internal/forme.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace shiqu::ocr::press {
namespace {

constexpr int kReach = 2;  ///< px around a glyph where spread ink still counts as its own

/// How much ink a rule keeps along its length: 1, with gaps where the block is chipped.
std::vector<float> wear(Prng& prng, int length, double gaps) {
  std::vector<float> out(static_cast<std::size_t>(std::max(length, 1)), 1.0F);
  if (gaps <= 0) {
    return out;
  }
  const SizePx line{static_cast<int>(out.size()), 1};
  const Noise wide(prng, line, 90, 1);
  const Noise fine(prng, line, 9, 1);
  std::vector<float> low(out.size());
  std::vector<float> high(out.size());
  wide.row(0, low);
  fine.row(0, high);
  const auto limit = static_cast<float>(0.95 - 0.55 * gaps);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const float chipped = low[i] + 0.35F * high[i] - limit;
    out[i] = std::clamp(1 - 4 * chipped, 0.0F, 1.0F);
  }
  return out;
}

class Cutter {
 public:
  Cutter(Forme& forme, Prng& prng, double gaps) : forme_(forme), prng_(prng), gaps_(gaps) {}

  /// A bar with soft edges, worn along its longer side.
  void bar(double x0, double y0, double x1, double y1, std::uint16_t owner) {
    const bool upright = y1 - y0 > x1 - x0;
    const auto length = static_cast<int>(std::ceil(upright ? y1 - y0 : x1 - x0)) + 2;
    const std::vector<float> kept = wear(prng_, length, gaps_);
    const SizePx size = forme_.ink.size;
    const int first_y = std::max(0, static_cast<int>(y0));
    const int first_x = std::max(0, static_cast<int>(x0));
    for (int y = first_y; y < std::min<double>(size.height, std::ceil(y1)); ++y) {
      const double cover_y = std::min<double>(y + 1, y1) - std::max<double>(y, y0);
      for (int x = first_x; x < std::min<double>(size.width, std::ceil(x1)); ++x) {
        const double cover_x = std::min<double>(x + 1, x1) - std::max<double>(x, x0);
        const auto along = static_cast<std::size_t>(upright ? y - first_y : x - first_x);
        put(x, y, cover_x * cover_y * kept[along], owner);
      }
    }
  }

  /// A fishtail: a band across the strip whose far side opens in a V.
  void fishtail(const Grid& grid, double base_y, bool downwards) {
    const double half = (grid.strip_right - grid.strip_left) / 2;
    const double band = half * 0.35;
    const double tail = half * 0.95;
    const double sign = downwards ? 1 : -1;
    const double middle = grid.strip_left + half;
    for (int step = 0; step < static_cast<int>(band + tail); ++step) {
      const double past = std::max(0.0, step - band) / tail;  // 0 in the band, 1 at the tips
      const int y = static_cast<int>(base_y + sign * step);
      for (int x = static_cast<int>(grid.strip_left); x < grid.strip_right; ++x) {
        const double from_middle = std::abs(x + 0.5 - middle) / half;
        put(x, y, std::clamp((from_middle - past * 0.93) * half, 0.0, 1.0), kFurniture);
      }
    }
    const double line = base_y - sign * grid.thin * 4;
    bar(grid.strip_left, line, grid.strip_right, line + grid.thin, kFurniture);
  }

  void glyph(const GlyphInk& ink, int x0, int y0, std::uint16_t number) {
    const SizePx size = forme_.ink.size;
    const RectPx reach =
        intersection({x0 - kReach, y0 - kReach, ink.width + 2 * kReach, ink.height + 2 * kReach},
                     {0, 0, size.width, size.height});
    for (int y = reach.y; y < reach.bottom(); ++y) {
      std::uint16_t* owner = forme_.owner.row(y);
      for (int x = reach.x; x < reach.right(); ++x) {
        owner[x] = owner[x] == kNobody ? number : owner[x];
      }
    }
    const RectPx inside =
        intersection({x0, y0, ink.width, ink.height}, {0, 0, size.width, size.height});
    for (int y = inside.y; y < inside.bottom(); ++y) {
      const std::uint8_t* from = ink.coverage.data() + static_cast<std::size_t>(y - y0) *
                                                           static_cast<std::size_t>(ink.width);
      for (int x = inside.x; x < inside.right(); ++x) {
        if (from[x - x0] > 0) {
          put(x, y, from[x - x0] / 255.0, number);
        }
      }
    }
  }

 private:
  void put(int x, int y, double coverage, std::uint16_t owner) {
    if (x < 0 || y < 0 || x >= forme_.ink.size.width || y >= forme_.ink.size.height) {
      return;
    }
    std::uint8_t& ink = forme_.ink.row(y)[x];
    ink =
        std::max(ink, static_cast<std::uint8_t>(std::lround(std::clamp(coverage, 0.0, 1.0) * 255)));
    forme_.owner.row(y)[x] = owner;
  }

  Forme& forme_;
  Prng& prng_;
  double gaps_;
};

void cut_box(Cutter& cutter, double x0, double y0, double x1, double y1, double width,
             std::uint16_t owner) {
  cutter.bar(x0, y0, x1, y0 + width, owner);
  cutter.bar(x0, y1 - width, x1, y1, owner);
  cutter.bar(x0, y0, x0 + width, y1, owner);
  cutter.bar(x1 - width, y0, x1, y1, owner);
}

void cut_frame(Cutter& cutter, const Grid& grid) {
  const RectPx& b = grid.border;
  cut_box(cutter, b.x, b.y, b.right(), b.bottom(), grid.thick, kFrame);
  if (grid.gap > 0) {
    const double in = grid.thick + grid.gap;
    cut_box(cutter, b.x + in, b.y + in, b.right() - in, b.bottom() - in, grid.thin, kFurniture);
  }
}

void cut_rules(Cutter& cutter, const Grid& grid) {
  const double lowest = *std::min_element(grid.columns.begin(), grid.columns.end());
  std::vector<double> edges(grid.columns);
  edges.push_back(grid.strip_left);
  const double leftmost = std::min(lowest, grid.strip_left);
  const double band_right = grid.columns[grid.beside_band] + grid.column_width;
  for (const double x : edges) {
    const bool of_strip = std::abs(x - grid.strip_left) < 1 || std::abs(x - grid.strip_right) < 1;
    if (x <= leftmost + 1 || !(grid.rules || of_strip)) {  // the leftmost edge is the frame itself
      continue;
    }
    const auto rule = [&](double from, double to) {
      if (to > from) {
        cutter.bar(x - grid.thin / 2, from, x + grid.thin / 2, to, kFurniture);
      }
    };
    if (grid.band_bottom > grid.band_top && !of_strip && x < band_right - 1) {
      rule(grid.strip_top, grid.band_top);
      rule(grid.band_bottom, grid.strip_bottom);
    } else {
      rule(grid.strip_top, grid.strip_bottom);
    }
  }
}

void cut_strip(Cutter& cutter, const Grid& grid, Prng& prng) {
  const double height = grid.strip_bottom - grid.strip_top;
  cutter.fishtail(grid, grid.strip_top + height * 0.2, true);
  const bool two = prng.chance(0.6);
  if (two) {
    cutter.fishtail(grid, grid.strip_top + height * 0.83, false);
  }
  if (prng.chance(0.6)) {  // "black mouth": a line where the leaf is folded
    const double middle = (grid.strip_left + grid.strip_right) / 2;
    const double width = grid.thin * prng.between(1, 4);
    cutter.bar(middle - width / 2, grid.strip_top, middle + width / 2,
               grid.strip_top + height * 0.2 - 4 * grid.thin, kFurniture);
    cutter.bar(middle - width / 2, grid.strip_top + height * 0.83 + 4 * grid.thin,
               middle + width / 2, grid.strip_bottom, kFurniture);
  }
}

Status cut_cell(Cutter& cutter, const Cell& cell, double bolder_px, std::uint16_t number,
                Fonts& fonts, Prng& prng) {
  GlyphShape shape;
  shape.em_width_px = cell.em_width_px * prng.between(0.96, 1.02);
  shape.em_height_px = cell.em_height_px * prng.between(0.95, 1.01);
  shape.bolder_px = bolder_px * cell.em_height_px / 64;
  shape.turn_deg = prng.between(-0.8, 0.8);
  SHIQU_TRY_ASSIGN(const GlyphInk ink, fonts.draw(cell.character, cell.hand, shape));
  // Ink may not touch the rules: a wide glyph is moved to the middle of its column.
  const double half_room = cell.room_width_px / 2;
  double x = cell.middle.x + ink.left + prng.between(-1, 1);
  const double most_right = cell.middle.x + half_room - ink.width;
  const double most_left = cell.middle.x - half_room;
  x = most_left <= most_right ? std::clamp(x, most_left, most_right)
                              : cell.middle.x - ink.width / 2.0;
  const double y = cell.middle.y + ink.top + prng.between(-1, 1);
  cutter.glyph(ink, static_cast<int>(std::lround(x)), static_cast<int>(std::lround(y)), number);
  return {};
}

}  // namespace

Result<Forme> cut_forme(const Grid& grid, std::span<const LineDraft> lines, Fonts& fonts,
                        Prng& prng, double gaps) {
  Forme forme{Plane<std::uint8_t>(grid.page), Plane<std::uint16_t>(grid.page)};
  Cutter cutter(forme, prng, gaps);
  cut_rules(cutter, grid);
  cut_strip(cutter, grid, prng);
  cut_frame(cutter, grid);
  const double bolder_px = prng.between(0.6, 2.0);  // wood keeps no hair strokes
  std::uint16_t number = 0;
  for (const LineDraft& line : lines) {
    for (const Cell& cell : line.cells) {
      ++number;
      SHIQU_TRY(cut_cell(cutter, cell, bolder_px, number, fonts, prng));
    }
  }
  return forme;
}

Result<Seal> cut_seal(std::u32string_view characters, int side_px, Fonts& fonts, Prng& prng) {
  Seal seal;
  const SizePx size{side_px, side_px};
  Forme forme{Plane<std::uint8_t>(size), Plane<std::uint16_t>(size)};
  Cutter cutter(forme, prng, 0);
  const double rim = side_px * 0.045;
  const double cell = (side_px - 3 * rim) / 2;
  for (std::size_t i = 0; i < std::min<std::size_t>(4, characters.size()); ++i) {
    GlyphShape shape{cell * 1.02, cell * 1.06, cell * 0.045, 0};
    SHIQU_TRY_ASSIGN(const GlyphInk ink, fonts.draw(characters[i], Hand::Ming, shape));
    const double middle_x = i < 2 ? side_px - 1.5 * rim - cell / 2 : 1.5 * rim + cell / 2;
    const double middle_y = 1.5 * rim + cell * (i % 2 == 0 ? 0.5 : 1.5);
    cutter.glyph(ink, static_cast<int>(std::lround(middle_x - ink.width / 2.0)),
                 static_cast<int>(std::lround(middle_y - ink.height / 2.0)), 1);
  }
  if (prng.chance(0.5)) {  // white characters on red
    for (std::uint8_t& value : forme.ink.values) {
      value = static_cast<std::uint8_t>(255 - value);
    }
  } else {
    cut_box(cutter, 0, 0, side_px, side_px, rim, kFrame);
  }
  const Noise worn(prng, size, 3, 3);
  const Noise dabbed(prng, size, 40, 40);
  std::vector<float> fine(static_cast<std::size_t>(side_px));
  std::vector<float> broad(fine.size());
  for (int y = 0; y < side_px; ++y) {
    worn.row(y, fine);
    dabbed.row(y, broad);
    std::uint8_t* row = forme.ink.row(y);
    for (std::size_t x = 0; x < fine.size(); ++x) {
      const float kept = std::clamp(0.92F + 0.25F * broad[x] - 0.35F * fine[x], 0.15F, 1.0F);
      row[x] = static_cast<std::uint8_t>(static_cast<float>(row[x]) * kept);
    }
  }
  seal.ink = std::move(forme.ink);
  return seal;
}

}  // namespace shiqu::ocr::press
