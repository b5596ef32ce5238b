#include "capture/quality/ink.h"

#include <algorithm>

namespace shiqu::quality {
namespace {

/// Sums over all pixels above and left: the sum of any rectangle costs four look-ups.
class IntegralImage {
 public:
  explicit IntegralImage(const imaging::Image& gray)
      : width_(static_cast<std::size_t>(gray.width()) + 1),
        sums_(width_ * (static_cast<std::size_t>(gray.height()) + 1), 0) {
    for (int y = 0; y < gray.height(); ++y) {
      std::uint64_t row_sum = 0;
      const auto row = gray.row(y);
      const std::size_t above = static_cast<std::size_t>(y) * width_;
      for (std::size_t x = 0; x < row.size(); ++x) {
        row_sum += row[x];
        sums_[above + width_ + x + 1] = sums_[above + x + 1] + row_sum;
      }
    }
  }

  [[nodiscard]] double mean(const RectPx& area) const {
    const std::uint64_t sum = at(area.right(), area.bottom()) + at(area.x, area.y) -
                              at(area.right(), area.y) - at(area.x, area.bottom());
    return static_cast<double>(sum) / static_cast<double>(area.area());
  }

 private:
  [[nodiscard]] std::uint64_t at(int x, int y) const {
    return sums_[static_cast<std::size_t>(y) * width_ + static_cast<std::size_t>(x)];
  }

  std::size_t width_;
  std::vector<std::uint64_t> sums_;
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
  const IntegralImage integral(gray);
  const int half = std::max(12, std::max(gray.width(), gray.height()) / 20);
  std::size_t index = 0;
  for (int y = 0; y < gray.height(); ++y) {
    const auto row = gray.row(y);
    for (int x = 0; x < gray.width(); ++x, ++index) {
      const RectPx around{x - half, y - half, 2 * half + 1, 2 * half + 1};
      const double mean = integral.mean(intersection(around, {0, 0, gray.width(), gray.height()}));
      const double below = mean - row[static_cast<std::size_t>(x)];
      out.ink[index] = below > std::max(15.0, 0.18 * mean) ? 1 : 0;
    }
  }
  return out;
}

}  // namespace shiqu::quality
