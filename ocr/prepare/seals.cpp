#include "ocr/prepare/internal/seals.h"

#include "ocr/prepare/internal/paper.h"
#include "ocr/prepare/internal/pieces.h"
#include "ocr/prepare/internal/surroundings.h"
#include "storage/imaging/operations.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace shiqu::ocr {
namespace {

constexpr double kColourless = 0.22;  ///< saturation, beside the paper's, up to which ink is black
constexpr double kColourful = 0.42;   ///< from which it is a seal's

constexpr double kNoColour = 0.001;  ///< share of coloured pixels on a scan without colour

constexpr int kColourSearchPx = 1000;  ///< longer edge at which seals are looked for in colour
constexpr int kPaleSearchPx = 1600;    ///< and in grey, where the edges of strokes are pale as well
constexpr int kBesideInkPx = 2;        ///< of that size: so wide are the edges
constexpr int kColourGap = 200;        ///< part of the longer edge between strokes of one seal
constexpr int kPaleGap = 120;          ///< the same where dark strokes and frames hide some of it
constexpr int kSpeck = 400;            ///< part of the longer edge: smaller is dirt
constexpr double kFill = 0.12;         ///< share of its box that bears ink of the seal
constexpr double kPaler = 0.2;         ///< on the way from black ink to paper
constexpr double kPalest = 0.6;
constexpr double kMostPale = 0.3;     ///< of all ink: where more is pale, the text is
constexpr double kMostInSeals = 0.4;  ///< share of the pale ink of a page

std::size_t index_of(const InkMask& mask, int x, int y) {
  return static_cast<std::size_t>(y) * static_cast<std::size_t>(mask.size.width) +
         static_cast<std::size_t>(x);
}

/// How coloured a pixel is against the paper: 0 (black or paper) … 1; `most`: its brightest
/// channel.
double colour_share(const std::uint8_t* pixel, const std::array<double, 3>& paper, double& most) {
  const double r = pixel[0] / paper[0];
  const double g = pixel[1] / paper[1];
  const double b = pixel[2] / paper[2];
  most = std::max({r, g, b});
  const double saturation = most > 0 ? 1 - std::min({r, g, b}) / most : 0;
  if (saturation <= kColourless || most < 0.3) {
    return 0;  // nearly black: its colour is noise
  }
  return std::min(1.0, (saturation - kColourless) / (kColourful - kColourless));
}

/// The level that nine tenths of the pixels of each channel stay below: the paper.
std::array<double, 3> paper_colour(const imaging::Image& rgb) {
  std::array<std::array<std::size_t, 256>, 3> counts{};
  for (int y = 0; y < rgb.height(); y += 3) {
    const auto row = rgb.row(y);
    for (std::size_t x = 0; x + 2 < row.size(); x += 9) {
      for (std::size_t c = 0; c < 3; ++c) {
        ++counts[c][row[x + c]];
      }
    }
  }
  std::array<double, 3> out{};
  for (std::size_t c = 0; c < 3; ++c) {
    std::size_t all = 0;
    for (const std::size_t count : counts[c]) {
      all += count;
    }
    std::size_t seen = 0;
    int level = 0;
    while (level < 255 && (seen += counts[c][static_cast<std::size_t>(level)]) * 10 < all * 8) {
      ++level;
    }
    out[c] = std::max(1, level);
  }
  return out;
}

InkMask blank(SizePx size) {
  return {size,
          std::vector<std::uint8_t>(
              static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height), 0)};
}

/// Where `rgb` bears colour.
InkMask coloured_ink(const imaging::Image& rgb) {
  const std::array<double, 3> paper = paper_colour(rgb);
  InkMask out = blank(rgb.size());
  std::size_t i = 0;
  for (int y = 0; y < rgb.height(); ++y) {
    for (int x = 0; x < rgb.width(); ++x, ++i) {
      double most = 0;
      out.ink[i] =
          colour_share(rgb.row(y).data() + std::ptrdiff_t{3} * x, paper, most) > 0.6 ? 1 : 0;
    }
  }
  return out;
}

/// The levels between which ink of seals lies on a grey page: paler than that of the text, darker
/// than the other side shining through.
struct PaleLevels {
  int dark = 0;
  int light = 0;
};
PaleLevels pale_levels(const imaging::Image& gray, const InkMask& ink) {
  std::array<std::int64_t, 256> counts{};
  for (int y = 0; y < gray.height(); ++y) {
    const auto row = gray.row(y);
    for (int x = 0; x < gray.width(); ++x) {
      counts[row[static_cast<std::size_t>(x)]] += ink.at(x, y) ? 1 : 0;
    }
  }
  const std::int64_t all = std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
  std::int64_t seen = 0;
  int black = 0;
  while (black < 255 && (seen += counts[static_cast<std::size_t>(black)]) * 4 < all) {
    ++black;
  }
  const int range = level_below(gray, kPaperShare) - black;
  return {black + static_cast<int>(kPaler * range), black + static_cast<int>(kPalest * range)};
}

/// The ink as dark as that of the text, and the edges of its strokes.
InkMask near_dark(const imaging::Image& gray, const InkMask& ink, int level, int reach) {
  InkMask dark = blank(gray.size());
  for (int y = 0; y < gray.height(); ++y) {
    const auto row = gray.row(y);
    for (int x = 0; x < gray.width(); ++x) {
      const bool is_dark = row[static_cast<std::size_t>(x)] < level && ink.at(x, y);
      dark.ink[index_of(dark, x, y)] = is_dark ? 1 : 0;
    }
  }
  return grown(dark, reach);
}

/// Ink of pale levels that is not beside dark ink.
InkMask pale_ink(const imaging::Image& gray, const InkMask& ink, const PaleLevels& levels) {
  InkMask out = near_dark(gray, ink, levels.dark, kBesideInkPx);
  for (int y = 0; y < gray.height(); ++y) {
    const auto row = gray.row(y);
    for (int x = 0; x < gray.width(); ++x) {
      std::uint8_t& one = out.ink[index_of(out, x, y)];
      one = one == 0 && ink.at(x, y) && row[static_cast<std::size_t>(x)] < levels.light ? 1 : 0;
    }
  }
  const auto all = std::count(ink.ink.begin(), ink.ink.end(), 1);
  const auto pale = std::count(out.ink.begin(), out.ink.end(), 1);
  return static_cast<double>(pale) <= kMostPale * static_cast<double>(all) ? out : blank(out.size);
}

struct StampBox {
  RectPx box;
  int px = 0;  ///< of ink
};

/// Boxes of dense ink of such shape and size as seals are. The strokes of one seal are no farther
/// apart than the longer edge divided by `gaps`.
std::vector<StampBox> seal_boxes(const InkMask& stamped, int gaps) {
  const int longer = std::max(stamped.size.width, stamped.size.height);
  const int gap = longer / gaps;
  const int speck = longer / kSpeck;
  const InkMask ink = despeckled(stamped, speck * speck);
  std::vector<StampBox> out;
  for (const Piece& piece : find_pieces(grown(ink, gap), 1, longer, {})) {
    const RectPx box = intersection({piece.box.x + gap, piece.box.y + gap,
                                     piece.box.width - 2 * gap, piece.box.height - 2 * gap},
                                    {0, 0, ink.size.width, ink.size.height});
    const int shorter = std::min(box.width, box.height);
    int inked = 0;
    for (int y = box.y; y < box.bottom(); ++y) {
      inked += ink.in_row(y, box.x, box.right());
    }
    if (shorter * 40 >= longer && std::max(box.width, box.height) <= 4 * shorter &&
        shorter * 2 <= longer && inked >= kFill * box.width * box.height) {
      out.push_back({box, inked});
    }
  }
  return out;
}

/// Boxes found at another size, on a page of `page` pixels.
std::vector<RectPx> on_page(const std::vector<StampBox>& stamps, SizePx from, SizePx page) {
  const double scale =
      static_cast<double>(std::max(page.width, page.height)) / std::max(from.width, from.height);
  const auto px = [&](int at) { return static_cast<int>(std::lround(at * scale)); };
  std::vector<RectPx> out;
  out.reserve(stamps.size());
  for (const StampBox& stamp : stamps) {
    out.push_back({px(stamp.box.x), px(stamp.box.y), px(stamp.box.width), px(stamp.box.height)});
  }
  return out;
}

/// Gray8 in which coloured ink is as light as its lightest channel, measured against the paper.
imaging::Image without_colour(const imaging::Image& rgb) {
  imaging::Image out = imaging::to_gray8(rgb);
  const std::array<double, 3> paper = paper_colour(rgb);
  const double light = 0.299 * paper[0] + 0.587 * paper[1] + 0.114 * paper[2];
  for (int y = 0; y < rgb.height(); ++y) {
    const auto from = rgb.row(y);
    const auto to = out.row(y);
    for (std::size_t x = 0; x < to.size(); ++x) {
      double most = 0;
      const double share = colour_share(from.data() + 3 * x, paper, most);
      if (share <= 0) {
        continue;
      }
      const double level = to[x] * (1 - share) + std::min(255.0, most * light) * share;
      to[x] = static_cast<std::uint8_t>(std::max<double>(to[x], level));
    }
  }
  return out;
}

/// What is paler than `dark` within `box` becomes paper, but for the edges of dark strokes.
void whiten(imaging::Image& gray, const RectPx& box, int dark_level, int reach) {
  const int beside = std::min(box.width, box.height) / 10;
  const RectPx around = intersection(
      {box.x - beside, box.y - beside, box.width + 2 * beside, box.height + 2 * beside},
      {0, 0, gray.width(), gray.height()});
  const imaging::Image crop = imaging::crop(gray, around);
  const int paper = level_below(crop, kPaperShare);
  InkMask all = blank(crop.size());
  std::fill(all.ink.begin(), all.ink.end(), std::uint8_t{1});
  const InkMask dark = near_dark(crop, all, dark_level, reach);
  for (int y = 0; y < crop.height(); ++y) {
    const auto row = gray.row(around.y + y).subspan(static_cast<std::size_t>(around.x));
    for (int x = 0; x < crop.width(); ++x) {
      std::uint8_t& level = row[static_cast<std::size_t>(x)];
      level = dark.at(x, y) ? level : static_cast<std::uint8_t>(std::max<int>(level, paper));
    }
  }
}

/// The stamps of a page without colour; beside a dark table all text would be pale. Where most pale
/// ink lies elsewhere it is faint text.
SealLayer take_pale_seals(imaging::Image gray) {
  lighten_surroundings(gray);
  SealLayer out{std::move(gray), {}, false};
  const imaging::Image small = imaging::fit(out.gray, kPaleSearchPx);
  const InkMask ink = quality::find_ink(small);
  const PaleLevels levels = pale_levels(small, ink);
  const InkMask pale = pale_ink(small, ink, levels);
  const std::vector<StampBox> stamps = seal_boxes(pale, kPaleGap);
  int within = 0;
  for (const StampBox& stamp : stamps) {
    within += stamp.px;
  }
  if (within <
      kMostInSeals * static_cast<double>(std::count(pale.ink.begin(), pale.ink.end(), 1))) {
    return out;
  }
  out.seals = on_page(stamps, small.size(), out.gray.size());
  const int reach = std::max(1, out.gray.width() / small.width());
  for (const RectPx& seal : out.seals) {
    whiten(out.gray, seal, levels.dark, reach);
  }
  return out;
}

}  // namespace

SealLayer take_seals(const imaging::Image& page) {
  if (page.channels() == 1) {
    return take_pale_seals(imaging::to_gray8(page));
  }
  const imaging::Image rgb = imaging::to_rgb8(page);
  const InkMask coloured = coloured_ink(imaging::fit(rgb, kColourSearchPx));
  const auto px = std::count(coloured.ink.begin(), coloured.ink.end(), 1);
  if (static_cast<double>(px) <= kNoColour * static_cast<double>(coloured.ink.size())) {
    return take_pale_seals(without_colour(rgb));
  }
  SealLayer out{without_colour(rgb),
                on_page(seal_boxes(coloured, kColourGap), coloured.size, page.size()), true};
  lighten_surroundings(out.gray);
  return out;
}

}  // namespace shiqu::ocr
