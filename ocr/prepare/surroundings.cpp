#include "ocr/prepare/internal/surroundings.h"

#include "ocr/prepare/internal/paper.h"
#include "ocr/prepare/internal/pieces.h"
#include "storage/imaging/operations.h"

#include <algorithm>
#include <cstdint>

namespace shiqu::ocr {
namespace {

constexpr int kSearchPx = 400;         ///< longer edge at which it is looked for
constexpr int kThinPx = 3;             ///< at that size: half of what is not solid
constexpr int kFringePx = 2;           ///< shadow and blur beside it
constexpr double kDarkBelow = 0.6;     ///< of the paper's level
constexpr double kLeastAround = 0.01;  ///< of the picture
constexpr double kMostAround = 0.6;

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

}  // namespace

bool lighten_surroundings(imaging::Image& gray) {
  const imaging::Image small = imaging::fit(gray, kSearchPx);
  const auto paper = static_cast<std::uint8_t>(level_below(small, kPaperShare));
  InkMask dark{small.size(), {}};
  for (const std::uint8_t level : small.bytes()) {
    dark.ink.push_back(level < kDarkBelow * paper ? 1 : 0);
  }
  const InkMask solid = inverted(grown(inverted(dark), kThinPx));
  const InkMask around = grown(touching(solid, edge_of(solid.size)), kThinPx + kFringePx);
  const auto share = static_cast<double>(std::count(around.ink.begin(), around.ink.end(), 1)) /
                     static_cast<double>(around.ink.size());
  if (share < kLeastAround || share > kMostAround) {
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
