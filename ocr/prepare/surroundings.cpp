#include "ocr/prepare/internal/surroundings.h"

#include "ocr/prepare/internal/strokes.h"
#include "storage/imaging/operations.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

namespace shiqu::ocr {
namespace {

constexpr int kSearchPx = 400;         ///< longer edge at which it is looked for
constexpr int kThinPx = 3;             ///< at that size: half of what is not solid
constexpr int kFringePx = 2;           ///< shadow and blur beside it
constexpr double kPaperIs = 0.8;       ///< this share of the pixels is darker than light paper
constexpr double kDarkBelow = 0.6;     ///< of the paper's level
constexpr double kLeastAround = 0.01;  ///< of the picture
constexpr double kMostAround = 0.6;

std::uint8_t paper_level(const imaging::Image& gray) {
  std::array<std::size_t, 256> counts{};
  for (const std::uint8_t level : gray.bytes()) {
    ++counts.at(level);
  }
  std::size_t seen = 0;
  std::size_t level = 0;
  while (level < 255 && static_cast<double>(seen += counts.at(level)) <
                            kPaperIs * static_cast<double>(gray.bytes().size())) {
    ++level;
  }
  return static_cast<std::uint8_t>(level);
}

/// Pixels of which all (`every`) or any within `reach` are ink; beyond the picture it goes on.
InkMask spread(const InkMask& mask, int reach, bool every) {
  const auto pass = [&](const InkMask& from, int dx, int dy) {
    InkMask out = from;
    for (int y = 0; y < from.size.height; ++y) {
      for (int x = 0; x < from.size.width; ++x) {
        bool found = every;
        for (int k = -reach; k <= reach; ++k) {
          const bool ink = from.at(std::clamp(x + k * dx, 0, from.size.width - 1),
                                   std::clamp(y + k * dy, 0, from.size.height - 1));
          found = every ? found && ink : found || ink;
        }
        out.ink[static_cast<std::size_t>(y) * static_cast<std::size_t>(from.size.width) +
                static_cast<std::size_t>(x)] = found ? 1 : 0;
      }
    }
    return out;
  };
  return pass(pass(mask, 1, 0), 0, 1);
}

/// What of the mask is joined to the edge of the picture.
InkMask from_edge(const InkMask& mask) {
  const int width = mask.size.width;
  const int height = mask.size.height;
  InkMask out{mask.size, std::vector<std::uint8_t>(mask.ink.size(), 0)};
  std::vector<std::pair<int, int>> open;
  const auto visit = [&](int x, int y) {
    if (x < 0 || y < 0 || x >= width || y >= height || !mask.at(x, y) || out.at(x, y)) {
      return;
    }
    out.ink[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
            static_cast<std::size_t>(x)] = 1;
    open.emplace_back(x, y);
  };
  for (int x = 0; x < width; ++x) {
    visit(x, 0);
    visit(x, height - 1);
  }
  for (int y = 0; y < height; ++y) {
    visit(0, y);
    visit(width - 1, y);
  }
  while (!open.empty()) {
    const auto [x, y] = open.back();
    open.pop_back();
    visit(x - 1, y);
    visit(x + 1, y);
    visit(x, y - 1);
    visit(x, y + 1);
  }
  return out;
}

}  // namespace

bool lighten_surroundings(imaging::Image& gray) {
  const imaging::Image small = imaging::fit(gray, kSearchPx);
  const std::uint8_t paper = paper_level(small);
  InkMask dark{small.size(), {}};
  for (const std::uint8_t level : small.bytes()) {
    dark.ink.push_back(level < kDarkBelow * paper ? 1 : 0);
  }
  const InkMask solid = from_edge(spread(dark, kThinPx, true));
  const InkMask around = spread(solid, kThinPx + kFringePx, false);
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
