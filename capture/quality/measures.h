#pragma once

#include "storage/imaging/image.h"

#include <optional>

namespace shiqu::quality {

/// How steep the edges of a page are, in 1/px: 0.5 for a perfect step, ≈ 0.4 ÷ σ after a blur of
/// σ pixels (σ = 2: 0.2).
///
/// The page is cut into blocks of 64 × 64 px. A block counts when its contrast (99th minus 1st
/// percentile) is at least 30 levels and half of what the best tenth of the blocks has. Its slope
/// is the 99th percentile of max(|∂x|, |∂y|) by central differences, divided by that best
/// contrast; the page's is the median. nullopt with fewer than 4 such blocks: a blank page is not
/// blurred, it cannot be judged. `gray`: Gray8.
std::optional<double> edge_slope(const imaging::Image& gray);

/// Pixels at the ends of the scale, in % of all: highlights where any channel is ≥ 254, shadows
/// where all channels are ≤ 1 (16-bit samples by their high byte).
struct Clipping {
  double highlights = 0;
  double shadows = 0;
};
Clipping clipping(const imaging::Image& image);

/// 95th minus 1st percentile of the levels in % of 255, the paper against the ink. `gray`: Gray8.
double contrast_percent(const imaging::Image& gray);

}  // namespace shiqu::quality
