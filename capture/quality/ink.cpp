#include "capture/quality/ink.h"

#include <algorithm>
#include <numeric>

namespace shiqu::quality {
namespace {

/// Sums of the pixels of each column over a band of rows that moves down the image.
class BandSums {
 public:
  explicit BandSums(const imaging::Image& gray)
      : gray_(gray), sums_(static_cast<std::size_t>(gray.width()), 0) {}

  /// Moves the band on to the rows first…last − 1; neither may go back.
  void move_to(int first, int last) {
    for (; last_ < last; ++last_) {
      std::transform(sums_.begin(), sums_.end(), gray_.row(last_).begin(), sums_.begin(),
                     [](std::uint32_t sum, std::uint8_t level) { return sum + level; });
    }
    for (; first_ < first; ++first_) {
      std::transform(sums_.begin(), sums_.end(), gray_.row(first_).begin(), sums_.begin(),
                     [](std::uint32_t sum, std::uint8_t level) { return sum - level; });
    }
  }
  /// [x]: sum of the columns left of x, over the rows of the band.
  void running(std::vector<std::uint64_t>& out) const {
    out.resize(sums_.size() + 1);
    out.front() = 0;
    std::partial_sum(sums_.begin(), sums_.end(), out.begin() + 1,
                     [](std::uint64_t a, std::uint64_t b) { return a + b; });
  }

 private:
  const imaging::Image& gray_;
  std::vector<std::uint32_t> sums_;
  int first_ = 0;
  int last_ = 0;
};

}  // namespace

int InkMask::in_row(int y, int x0, int x1) const noexcept {
  int count = 0;
  for (int x = std::max(0, x0); x < std::min(size.width, x1); ++x) {
    count += at(x, y) ? 1 : 0;
  }
  return count;
}

InkMask find_ink(const imaging::Image& gray) {
  InkMask out{gray.size(), std::vector<std::uint8_t>(gray.bytes().size(), 0)};
  BandSums band(gray);
  std::vector<std::uint64_t> running;
  const int half = std::max(12, std::max(gray.width(), gray.height()) / 20);
  const int width = gray.width();
  std::uint8_t* ink = out.ink.data();
  for (int y = 0; y < gray.height(); ++y, ink += width) {
    const int top = std::max(0, y - half);
    const int bottom = std::min(gray.height(), y + half + 1);
    band.move_to(top, bottom);
    band.running(running);
    const std::uint8_t* levels = gray.row(y).data();
    const std::uint64_t* sums = running.data();
    for (int x = 0; x < width; ++x) {
      const int left = std::max(0, x - half);
      const int right = std::min(width, x + half + 1);
      const auto sum = static_cast<std::int64_t>(sums[right] - sums[left]);
      const double mean = static_cast<double>(sum) / ((right - left) * (bottom - top));
      ink[x] = mean - levels[x] > std::max(15.0, 0.18 * mean) ? 1 : 0;
    }
  }
  return out;
}

}  // namespace shiqu::quality
