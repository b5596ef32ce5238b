#include "ocr/prepare/internal/pieces.h"

#include <algorithm>

namespace shiqu::ocr {
namespace {

/// Walks over the pieces of a mask one by one.
class Walker {
 public:
  explicit Walker(const InkMask& mask) : mask_(mask), seen_(mask.ink.size(), 0) {}

  /// The pixels of the next piece; empty at the end.
  const std::vector<std::size_t>& next() {
    pixels_.clear();
    while (start_ < mask_.ink.size() && (mask_.ink[start_] == 0 || seen_[start_] != 0)) {
      ++start_;
    }
    if (start_ == mask_.ink.size()) {
      return pixels_;
    }
    add(start_);
    for (std::size_t done = 0; done < pixels_.size(); ++done) {
      const int x = x_of(pixels_[done]);
      const int y = y_of(pixels_[done]);
      for (int ny = std::max(0, y - 1); ny <= std::min(mask_.size.height - 1, y + 1); ++ny) {
        for (int nx = std::max(0, x - 1); nx <= std::min(mask_.size.width - 1, x + 1); ++nx) {
          const std::size_t index =
              static_cast<std::size_t>(ny) * width() + static_cast<std::size_t>(nx);
          if (mask_.ink[index] != 0 && seen_[index] == 0) {
            add(index);
          }
        }
      }
    }
    return pixels_;
  }
  [[nodiscard]] int x_of(std::size_t index) const { return static_cast<int>(index % width()); }
  [[nodiscard]] int y_of(std::size_t index) const { return static_cast<int>(index / width()); }

 private:
  [[nodiscard]] std::size_t width() const { return static_cast<std::size_t>(mask_.size.width); }
  void add(std::size_t index) {
    seen_[index] = 1;
    pixels_.push_back(index);
  }

  const InkMask& mask_;
  std::vector<std::uint8_t> seen_;
  std::vector<std::size_t> pixels_;
  std::size_t start_ = 0;
};

Piece measured(const Walker& walker, const std::vector<std::size_t>& pixels) {
  int left = walker.x_of(pixels.front());
  int right = left;
  int top = walker.y_of(pixels.front());
  int bottom = top;
  double sum_x = 0;
  double sum_y = 0;
  for (const std::size_t index : pixels) {
    const int x = walker.x_of(index);
    const int y = walker.y_of(index);
    left = std::min(left, x);
    right = std::max(right, x);
    top = std::min(top, y);
    bottom = std::max(bottom, y);
    sum_x += x;
    sum_y += y;
  }
  const auto count = static_cast<double>(pixels.size());
  return {{left, top, right - left + 1, bottom - top + 1},
          static_cast<int>(pixels.size()),
          {sum_x / count, sum_y / count}};
}

}  // namespace

std::vector<Piece> find_pieces(const InkMask& mask, int least_px, int widest,
                               const std::vector<int>& borders) {
  std::vector<Piece> out;
  InkMask wide{mask.size, std::vector<std::uint8_t>(mask.ink.size(), 0)};
  bool any_wide = false;
  Walker walker(mask);
  for (const auto* pixels = &walker.next(); !pixels->empty(); pixels = &walker.next()) {
    if (static_cast<int>(pixels->size()) < least_px) {
      continue;
    }
    const Piece piece = measured(walker, *pixels);
    if (piece.box.width <= widest) {
      out.push_back(piece);
      continue;
    }
    any_wide = true;
    for (const std::size_t index : *pixels) {
      wide.ink[index] = 1;
    }
  }
  if (!any_wide) {
    return out;
  }
  for (int y = 0; y < mask.size.height; ++y) {
    for (const int border : borders) {
      if (border >= 0 && border < mask.size.width) {
        wide.ink[static_cast<std::size_t>(y) * static_cast<std::size_t>(mask.size.width) +
                 static_cast<std::size_t>(border)] = 0;
      }
    }
  }
  Walker again(wide);
  for (const auto* pixels = &again.next(); !pixels->empty(); pixels = &again.next()) {
    if (static_cast<int>(pixels->size()) >= least_px) {
      out.push_back(measured(again, *pixels));
    }
  }
  return out;
}

}  // namespace shiqu::ocr
