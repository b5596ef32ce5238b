#include "capture/quality/measures.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <vector>

namespace shiqu::quality {
namespace {

constexpr int kBlockPx = 64;
constexpr int kLeastContrast = 30;
constexpr std::size_t kFewestBlocks = 4;

class Histogram {
 public:
  void add(int level) {
    ++counts_[static_cast<std::size_t>(std::clamp(level, 0, 255))];
    ++total_;
  }
  /// The lowest level that `share` of the samples do not exceed.
  [[nodiscard]] int percentile(double share) const {
    const double wanted = share * static_cast<double>(total_);
    std::int64_t seen = 0;
    for (std::size_t level = 0; level < counts_.size(); ++level) {
      seen += counts_[level];
      if (static_cast<double>(seen) >= wanted) {
        return static_cast<int>(level);
      }
    }
    return 255;
  }

 private:
  std::array<std::int64_t, 256> counts_{};
  std::int64_t total_ = 0;
};

struct Block {
  int contrast = 0;
  int gradient = 0;  ///< 99th percentile, in half levels per pixel
};

Block measure_block(const imaging::Image& gray, int x0, int y0) {
  Histogram levels;
  Histogram gradients;
  for (int y = std::max(1, y0); y < std::min(gray.height() - 1, y0 + kBlockPx); ++y) {
    const auto above = gray.row(y - 1);
    const auto row = gray.row(y);
    const auto below = gray.row(y + 1);
    for (int x = std::max(1, x0); x < std::min(gray.width() - 1, x0 + kBlockPx); ++x) {
      const auto at = static_cast<std::size_t>(x);
      levels.add(row[at]);
      gradients.add(std::max(std::abs(row[at + 1] - row[at - 1]), std::abs(below[at] - above[at])));
    }
  }
  return {levels.percentile(0.99) - levels.percentile(0.01), gradients.percentile(0.99)};
}

std::vector<Block> blocks_of(const imaging::Image& gray) {
  std::vector<Block> out;
  for (int y = 0; y + kBlockPx <= gray.height(); y += kBlockPx) {
    for (int x = 0; x + kBlockPx <= gray.width(); x += kBlockPx) {
      const Block block = measure_block(gray, x, y);
      if (block.contrast >= kLeastContrast) {
        out.push_back(block);
      }
    }
  }
  return out;
}

}  // namespace

std::optional<double> edge_slope(const imaging::Image& gray) {
  std::vector<Block> blocks = blocks_of(gray);
  if (blocks.size() < kFewestBlocks) {
    return std::nullopt;
  }
  std::sort(blocks.begin(), blocks.end(),
            [](const Block& a, const Block& b) { return a.contrast < b.contrast; });
  const int best = blocks[(blocks.size() - 1) * 9 / 10].contrast;
  std::vector<int> gradients;
  for (const Block& block : blocks) {
    if (block.contrast * 2 >= best) {
      gradients.push_back(block.gradient);
    }
  }
  if (gradients.size() < kFewestBlocks) {
    return std::nullopt;
  }
  const auto middle = gradients.begin() + static_cast<std::ptrdiff_t>(gradients.size() / 2);
  std::nth_element(gradients.begin(), middle, gradients.end());
  return *middle / 2.0 / best;
}

Clipping clipping(const imaging::Image& image) {
  const auto channels = static_cast<std::size_t>(image.channels());
  const bool wide = imaging::bits_of(image.format()) == 16;
  std::int64_t light = 0;
  std::int64_t dark = 0;
  for (int y = 0; y < image.height(); ++y) {
    for (std::size_t x = 0; x < static_cast<std::size_t>(image.width()); ++x) {
      int lightest = 0;
      for (std::size_t c = 0; c < channels; ++c) {
        const std::size_t at = x * channels + c;
        lightest = std::max(lightest, wide ? image.row16(y)[at] >> 8 : int{image.row(y)[at]});
      }
      light += lightest >= 254 ? 1 : 0;
      dark += lightest <= 1 ? 1 : 0;
    }
  }
  const double all = static_cast<double>(image.width()) * image.height();
  return {100.0 * static_cast<double>(light) / all, 100.0 * static_cast<double>(dark) / all};
}

double contrast_percent(const imaging::Image& gray) {
  Histogram levels;
  for (const std::uint8_t level : gray.bytes()) {
    levels.add(level);
  }
  return 100.0 * (levels.percentile(0.95) - levels.percentile(0.01)) / 255;
}

}  // namespace shiqu::quality
