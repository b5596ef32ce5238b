#pragma once

#include "storage/base/geometry.h"
#include "storage/imaging/image.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace shiqu::quality {

/// Where a page bears ink: one byte a pixel, 1 = ink.
struct InkMask {
  SizePx size;
  std::vector<std::uint8_t> ink;

  [[nodiscard]] bool at(int x, int y) const noexcept {
    return ink[static_cast<std::size_t>(y) * static_cast<std::size_t>(size.width) +
               static_cast<std::size_t>(x)] != 0;
  }
  /// Pixels of ink in [x0, x1) of row `y`; the range is cut at the edges.
  [[nodiscard]] int in_row(int y, int x0, int x1) const noexcept;
};

/// Marks what is clearly darker than its surroundings: a pixel at least 15 levels and 18 % below
/// the mean of a square around it (side: a tenth of the longer edge, at least 25 px). Large dark
/// surfaces such as the background of a photograph are therefore no ink, only their edges are.
/// `gray`: Gray8. Any thread; pure; linear in the pixel count.
InkMask find_ink(const imaging::Image& gray);

}  // namespace shiqu::quality
