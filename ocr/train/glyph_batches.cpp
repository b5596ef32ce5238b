#include "ocr/train/glyph_batches.h"

#include "ocr/onnx/glyph_window.h"
#include "ocr/train/internal/random.h"
#include "storage/imaging/operations.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

namespace shiqu::ocr::train {
namespace {

constexpr std::uint64_t kTogether = 16;  ///< batches whose characters are mixed
constexpr int kWidthPx = 480;
constexpr std::uint64_t kNumbersPerGroup = 1U << 20U;
// How far page analysis and the line network may miss middle and distance of characters.
constexpr double kMiddleOff = 0.12;
constexpr double kAdvanceOff = 0.08;
constexpr std::size_t kValues = static_cast<std::size_t>(kGlyphSidePx) * kGlyphSidePx;

}  // namespace

GlyphMaker::GlyphMaker(LineSynthesiser& lines, const ClassList& classes, std::uint64_t seed,
                       std::size_t size, double random_share)
    : lines_(&lines),
      classes_(&classes),
      seed_(seed),
      size_(size),
      random_share_(random_share),
      group_(std::numeric_limits<std::uint64_t>::max()) {}

void GlyphMaker::draw_group(std::uint64_t group) {
  Random random(seed_, group);
  windows_.clear();
  truth_.clear();
  for (std::uint64_t n = group * kNumbersPerGroup; truth_.size() < kTogether * size_; ++n) {
    const SynthLine line = lines_->draw(n, kWidthPx, random_share_);
    const imaging::Image column = glyph_column(imaging::rotate_quarters(line.image, 1));
    for (std::size_t i = 0; i < line.text.size(); ++i) {
      const double advance = line.advance_px * (1 + random.between(-kAdvanceOff, kAdvanceOff));
      const double middle =
          line.middles_px[i] + line.advance_px * random.between(-kMiddleOff, kMiddleOff);
      add_glyph_window(column, middle, advance, windows_);
      truth_.push_back(classes_->of(line.text[i]) - 1);
    }
  }
  order_.resize(truth_.size());
  std::iota(order_.begin(), order_.end(), std::size_t{0});
  for (std::size_t i = order_.size(); i > 1; --i) {
    std::swap(order_[i - 1], order_[random.below(i)]);
  }
  group_ = group;
}

GlyphBatch GlyphMaker::make(std::uint64_t number) {
  if (number / kTogether != group_) {
    draw_group(number / kTogether);
  }
  GlyphBatch out;
  out.windows.shape = {static_cast<std::int64_t>(size_), 1, kGlyphSidePx, kGlyphSidePx};
  out.windows.values.reserve(size_ * kValues);
  const std::size_t first = number % kTogether * size_;
  for (std::size_t i = first; i < first + size_; ++i) {
    const auto from = windows_.begin() + static_cast<std::ptrdiff_t>(order_[i] * kValues);
    out.windows.values.insert(out.windows.values.end(), from, from + kValues);
    out.truth.push_back(truth_[order_[i]]);
  }
  return out;
}

}  // namespace shiqu::ocr::train
