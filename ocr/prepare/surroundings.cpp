#include "ocr/prepare/internal/surroundings.h"

#include "ocr/prepare/internal/paper.h"
#include "ocr/prepare/internal/pieces.h"
#include "storage/imaging/operations.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace shiqu::ocr {
namespace {

constexpr int kSearchPx = 400;         ///< longer edge at which it is looked for
constexpr int kThinPx = 3;             ///< at that size: half of what is not solid
constexpr int kFringePx = 2;           ///< shadow and blur beside it
constexpr double kDarkBelow = 0.6;     ///< of the paper's level
constexpr double kLeastAround = 0.01;  ///< of the picture
constexpr double kMostAround = 0.6;
constexpr double kLeastStep = 0.2;  ///< of the paper's level

InkMask inverted(InkMask mask) {
  for (std::uint8_t& ink : mask.ink) {
    ink = ink == 0 ? 1 : 0;
  }
  return mask;
}

InkMask edge_of(SizePx size) {
  InkMask out{size, {}};
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      const bool at_edge = x == 0 || y == 0 || x == size.width - 1 || y == size.height - 1;
      out.ink.push_back(at_edge ? 1 : 0);
    }
  }
  return out;
}

/// How much lighter it is past the rim of what is solid than at it, on the average: light that
/// falls off darkens a page too, but bit by bit.
double step_at_rim(const imaging::Image& gray, const InkMask& solid) {
  constexpr int kPast = kThinPx + kFringePx + 1;
  const SizePx size = solid.size;
  const auto level = [&](int x, int y) { return gray.row(y)[static_cast<std::size_t>(x)]; };
  double sum = 0;
  int count = 0;
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      if (!solid.at(x, y)) {
        continue;
      }
      for (const auto& [dx, dy] : {std::pair{1, 0}, {-1, 0}, {0, 1}, {0, -1}}) {
        const int past_x = x + kPast * dx;
        const int past_y = y + kPast * dy;
        const bool inside =
            past_x >= 0 && past_y >= 0 && past_x < size.width && past_y < size.height;
        if (inside && !solid.at(x + dx, y + dy)) {
          sum += level(past_x, past_y) - level(x, y);
          ++count;
        }
      }
    }
  }
  return count > 0 ? sum / count : 0;
}

}  // namespace

bool lighten_surroundings(imaging::Image& gray) {
  const imaging::Image small = imaging::fit(gray, kSearchPx);
  const auto paper = static_cast<std::uint8_t>(level_below(small, kPaperShare));
  InkMask dark{small.size(), {}};
  for (const std::uint8_t level : small.bytes()) {
    dark.ink.push_back(level < kDarkBelow * paper ? 1 : 0);
  }
  const InkMask solid = touching(inverted(grown(inverted(dark), kThinPx)), edge_of(dark.size));
  const InkMask around = grown(solid, kThinPx + kFringePx);
  const auto share = static_cast<double>(std::count(around.ink.begin(), around.ink.end(), 1)) /
                     static_cast<double>(around.ink.size());
  if (share < kLeastAround || share > kMostAround ||
      step_at_rim(small, solid) < kLeastStep * paper) {
    return false;
  }
  for (int y = 0; y < gray.height(); ++y) {
    const auto row = gray.row(y);
    const int small_y = std::min(y * small.height() / gray.height(), small.height() - 1);
    for (int x = 0; x < gray.width(); ++x) {
      if (around.at(std::min(x * small.width() / gray.width(), small.width() - 1), small_y)) {
        row[static_cast<std::size_t>(x)] = paper;
      }
    }
  }
  return true;
}

}  // namespace shiqu::ocr
