#include "ocr/prepare/internal/paper.h"

#include "ocr/prepare/internal/pieces.h"

#include <algorithm>

namespace shiqu::ocr {
namespace {

constexpr int kManySpecks = 14;  ///< on the area of a glyph

/// True when nearly every pixel is close to black or to white.
bool is_binary(const imaging::Image& gray) {
  std::size_t between = 0;
  for (const std::uint8_t level : gray.bytes()) {
    between += level >= 72 && level < 184 ? 1U : 0U;
  }
  return between * 20 < gray.bytes().size();
}

}  // namespace

void remove_stipple(imaging::Image& gray) {
  if (!is_binary(gray)) {
    return;
  }
  InkMask mask{gray.size(), std::vector<std::uint8_t>(gray.bytes().size(), 0)};
  std::transform(gray.bytes().begin(), gray.bytes().end(), mask.ink.begin(),
                 [](std::uint8_t level) { return static_cast<std::uint8_t>(level < 128 ? 1 : 0); });
  const double glyph = gray.height() / 14.0;  // roughly: from a quarter more to a third less
  const int speck = std::max(3, static_cast<int>(0.003 * glyph * glyph));
  const auto pieces = find_pieces(mask, 2, gray.width(), {});
  const auto specks = std::count_if(pieces.begin(), pieces.end(),
                                    [&](const Piece& piece) { return piece.px < speck; });
  if (specks < 1000 || specks < 4 * (static_cast<std::ptrdiff_t>(pieces.size()) - specks)) {
    return;
  }
  // Dots of glyphs are as small, but never so many on one spot.
  const int side = std::max(8, static_cast<int>(glyph));
  const int across = gray.width() / side + 1;
  std::vector<int> count(static_cast<std::size_t>(across * (gray.height() / side + 1)), 0);
  const auto spot = [&](int x, int y) {
    return static_cast<std::size_t>(y / side * across + x / side);
  };
  for (const Piece& piece : pieces) {
    count[spot(static_cast<int>(piece.middle.x), static_cast<int>(piece.middle.y))] +=
        piece.px < speck ? 1 : 0;
  }
  const InkMask kept = despeckled(mask, speck);
  for (int y = 0; y < gray.height(); ++y) {
    const auto row = gray.row(y);
    for (int x = 0; x < gray.width(); ++x) {
      if (mask.at(x, y) && !kept.at(x, y) && count[spot(x, y)] >= kManySpecks) {
        row[static_cast<std::size_t>(x)] = 255;
      }
    }
  }
}

}  // namespace shiqu::ocr
