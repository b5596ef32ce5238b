#include "ocr/onnx/glyph_window.h"

#include "storage/imaging/operations.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace shiqu::ocr {
namespace {

constexpr double kSeen = 1.25;    ///< advances along the column
constexpr float kPaperNoise = 8;  ///< levels: a deviation that is no ink
constexpr double kLongest = 200;  ///< times its width: a longer column is a mistake

}  // namespace

imaging::Image glyph_column(const imaging::Image& column) {
  const double aspect = std::min(kLongest, static_cast<double>(column.height()) / column.width());
  const int length = std::max(1, static_cast<int>(std::lround(aspect * kGlyphSidePx)));
  return imaging::to_gray8(imaging::resize(column, {kGlyphSidePx, length}));
}

void add_glyph_window(const imaging::Image& column, double middle, double advance,
                      std::vector<float>& out) {
  std::array<float, static_cast<std::size_t>(kGlyphSidePx) * kGlyphSidePx> window{};
  const double step = kSeen * advance / kGlyphSidePx;
  float* to = window.data();
  for (int y = 0; y < kGlyphSidePx; ++y) {
    const double at = middle + (y + 0.5 - kGlyphSidePx / 2.0) * step - 0.5;
    const double inside = std::clamp<double>(at, 0, column.height() - 1);
    const int above = static_cast<int>(inside);
    const auto share = static_cast<float>(inside - above);
    const auto upper = column.row(above);
    const auto lower = column.row(std::min(column.height() - 1, above + 1));
    for (std::size_t x = 0; x < kGlyphSidePx; ++x) {
      *to++ = static_cast<float>(upper[x]) * (1 - share) + static_cast<float>(lower[x]) * share;
    }
  }
  double sum = 0;
  double squares = 0;
  for (const float level : window) {
    sum += level;
    squares += static_cast<double>(level) * level;
  }
  const double mean = sum / static_cast<double>(window.size());
  const double variance = squares / static_cast<double>(window.size()) - mean * mean;
  const auto scale = static_cast<float>(1 / (std::sqrt(std::max(0.0, variance)) + kPaperNoise));
  for (const float level : window) {
    out.push_back((level - static_cast<float>(mean)) * scale);
  }
}

}  // namespace shiqu::ocr
