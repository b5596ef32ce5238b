#include "ocr/prepare/internal/paper.h"

#include "ocr/prepare/internal/pieces.h"
#include "storage/imaging/operations.h"

#include <algorithm>
#include <array>

namespace shiqu::ocr {
namespace {

constexpr int kManySpecks = 14;  ///< on the area of a glyph

std::size_t index_of(const InkMask& mask, int x, int y) {
  return static_cast<std::size_t>(y) * static_cast<std::size_t>(mask.size.width) +
         static_cast<std::size_t>(x);
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

/// Mean level of the pixels without ink in squares of `side` pixels, row by row.
std::vector<std::uint8_t> paper_of_spots(const imaging::Image& gray, const InkMask& mask,
                                         int side) {
  const auto across = static_cast<std::size_t>(gray.width() / side + 1);
  const std::size_t spots = across * static_cast<std::size_t>(gray.height() / side + 1);
  std::vector<std::uint64_t> sum(spots, 0);
  std::vector<std::uint64_t> count(spots, 0);
  for (int y = 0; y < gray.height(); ++y) {
    const auto row = gray.row(y);
    const std::size_t first = static_cast<std::size_t>(y / side) * across;
    for (int x = 0; x < gray.width(); ++x) {
      if (!mask.at(x, y)) {
        sum[first + static_cast<std::size_t>(x / side)] += row[static_cast<std::size_t>(x)];
        ++count[first + static_cast<std::size_t>(x / side)];
      }
    }
  }
  std::vector<std::uint8_t> out(spots, 255);
  for (std::size_t i = 0; i < spots; ++i) {
    out[i] = count[i] > 0 ? static_cast<std::uint8_t>(sum[i] / count[i]) : out[i];
  }
  return out;
}

constexpr double kInkShare = 0.003;   ///< are as black as its ink, on a page of few glyphs too
constexpr double kFullRange = 0.75;   ///< of the paper's level lies between it and black ink
constexpr double kMostGain = 2;       ///< else the grain of an empty page would become ink
constexpr double kColourless = 0.22;  ///< saturation, beside the paper's, up to which ink is black
constexpr double kColourful = 0.42;   ///< from which it is a seal's

constexpr int kSealSearchPx = 1000;  ///< longer edge at which seals are looked for
constexpr int kSealGap = 5;          ///< between strokes of one seal, px of that size
constexpr double kSealFill = 0.12;   ///< share of its box that is coloured

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

}  // namespace

std::vector<RectPx> find_seals(const imaging::Image& page) {
  if (page.channels() == 1) {
    return {};
  }
  const imaging::Image rgb = imaging::fit(imaging::to_rgb8(page), kSealSearchPx);
  const std::array<double, 3> paper = paper_colour(rgb);
  InkMask red{rgb.size(), std::vector<std::uint8_t>(static_cast<std::size_t>(rgb.width()) *
                                                        static_cast<std::size_t>(rgb.height()),
                                                    0)};
  for (int y = 0; y < rgb.height(); ++y) {
    for (int x = 0; x < rgb.width(); ++x) {
      double most = 0;
      red.ink[index_of(red, x, y)] =
          colour_share(rgb.row(y).data() + std::ptrdiff_t{3} * x, paper, most) > 0.6 ? 1 : 0;
    }
  }
  red = despeckled(red, 6);
  const int longer = std::max(rgb.width(), rgb.height());
  const double scale = static_cast<double>(std::max(page.width(), page.height())) / longer;
  std::vector<RectPx> out;
  for (const Piece& piece : find_pieces(grown(red, kSealGap), 1, longer, {})) {
    const RectPx box =
        intersection({piece.box.x + kSealGap, piece.box.y + kSealGap,
                      piece.box.width - 2 * kSealGap, piece.box.height - 2 * kSealGap},
                     {0, 0, rgb.width(), rgb.height()});
    const int shorter = std::min(box.width, box.height);
    int inked = 0;
    for (int y = box.y; y < box.bottom(); ++y) {
      inked += red.in_row(y, box.x, box.right());
    }
    if (shorter * 40 < longer || std::max(box.width, box.height) > 4 * shorter ||
        shorter * 2 > longer || inked < kSealFill * box.width * box.height) {
      continue;
    }
    const auto px = [&](int at) { return static_cast<int>(at * scale + 0.5); };
    out.push_back({px(box.x), px(box.y), px(box.width), px(box.height)});
  }
  return out;
}

imaging::Image without_seals(const imaging::Image& page) {
  if (page.channels() == 1) {
    return imaging::to_gray8(page);
  }
  const imaging::Image rgb = imaging::to_rgb8(page);
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

int level_below(const imaging::Image& gray, double share) {
  std::array<std::size_t, 256> counts{};
  for (const std::uint8_t level : gray.bytes()) {
    ++counts[level];
  }
  std::size_t seen = 0;
  int level = 0;
  while (level < 255 && static_cast<double>(seen += counts[static_cast<std::size_t>(level)]) <
                            share * static_cast<double>(gray.bytes().size())) {
    ++level;
  }
  return level;
}

void blacken_ink(imaging::Image& gray) {
  const double paper = std::max(1, level_below(gray, kPaperShare));
  const double range = std::max(1.0, paper - level_below(gray, kInkShare));
  const double gain = std::min(kMostGain, kFullRange * paper / range);
  if (gain <= 1) {
    return;
  }
  std::array<std::uint8_t, 256> levels{};
  for (int level = 0; level < 256; ++level) {
    levels[static_cast<std::size_t>(level)] =
        static_cast<std::uint8_t>(std::clamp(paper + (level - paper) * gain, 0.0, 255.0));
  }
  for (std::uint8_t& level : gray.bytes()) {
    level = levels[level];
  }
}

bool remove_stipple(imaging::Image& gray, imaging::Image& for_analysis) {
  const InkMask mask = quality::find_ink(gray);
  const double glyph = gray.height() / 14.0;  // roughly: from a quarter more to a third less
  const int speck = std::max(3, static_cast<int>(0.003 * glyph * glyph));
  const auto pieces = find_pieces(mask, 2, gray.width(), {});
  const auto specks = std::count_if(pieces.begin(), pieces.end(),
                                    [&](const Piece& piece) { return piece.px < speck; });
  if (specks < 1000 || specks < 3 * (static_cast<std::ptrdiff_t>(pieces.size()) - specks)) {
    return false;
  }
  // Dots of glyphs are as small, but never so many on one spot.
  const int side = std::max(8, static_cast<int>(glyph));
  const int across = gray.width() / side + 1;
  std::vector<int> count(static_cast<std::size_t>(across * (gray.height() / side + 1)), 0);
  const auto spot = [&](int x, int y) {
    return static_cast<std::size_t>(y / side * across + x / side);
  };
  const std::vector<std::uint8_t> paper = paper_of_spots(gray, mask, side);
  for (const Piece& piece : pieces) {
    count[spot(static_cast<int>(piece.middle.x), static_cast<int>(piece.middle.y))] +=
        piece.px < speck ? 1 : 0;
  }
  // Grown-together specks are larger, but keep away from glyphs more often than dots do.
  const int clot = static_cast<int>(0.012 * glyph * glyph);
  const InkMask kept = despeckled(mask, speck);
  const InkMask solid = despeckled(kept, clot);
  const InkMask beside = touching(kept, grown(solid, static_cast<int>(0.07 * glyph)));
  const InkMask close = touching(mask, grown(solid, static_cast<int>(0.03 * glyph)));
  for_analysis = gray.clone();
  for (int y = 0; y < gray.height(); ++y) {
    const auto row = gray.row(y);
    const auto analysed = for_analysis.row(y);
    for (int x = 0; x < gray.width(); ++x) {
      if (!mask.at(x, y) || count[spot(x, y)] < kManySpecks) {
        continue;
      }
      const auto at = static_cast<std::size_t>(x);
      analysed[at] = beside.at(x, y) ? analysed[at] : paper[spot(x, y)];
      row[at] = kept.at(x, y) || close.at(x, y) ? row[at] : paper[spot(x, y)];
    }
  }
  return true;
}

}  // namespace shiqu::ocr
