#include "ocr/prepare/internal/paper.h"

#include "ocr/prepare/internal/pieces.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace shiqu::ocr {
namespace {

constexpr int kManySpecks = 14;    ///< on the area of a glyph
constexpr double kSealFull = 0.7;  ///< of the square around the specks of a seal is full of them
constexpr double kSquare = 1.4;    ///< times as long as broad at most
constexpr int kLeastOfPage = 10;   ///< part of the page's height

/// Mean level of the pixels without ink in squares of `side` pixels, row by row.
std::vector<std::uint8_t> paper_of_spots(const imaging::Image& gray, const InkMask& mask,
                                         int side) {
  const auto across = static_cast<std::size_t>(gray.width() / side) + 1;
  const std::size_t spots = across * (static_cast<std::size_t>(gray.height() / side) + 1);
  std::vector<std::uint64_t> sum(spots, 0);
  std::vector<std::uint64_t> count(spots, 0);
  for (int y = 0; y < gray.height(); ++y) {
    const auto row = gray.row(y);
    const std::size_t first = static_cast<std::size_t>(y / side) * across;
    for (int x = 0; x < gray.width(); ++x) {
      if (!mask.at(x, y)) {
        sum[first + static_cast<std::size_t>(x / side)] += row[static_cast<std::size_t>(x)];
        ++count[first + static_cast<std::size_t>(x / side)];
      }
    }
  }
  std::vector<std::uint8_t> out(spots, 255);
  for (std::size_t i = 0; i < spots; ++i) {
    out[i] = count[i] > 0 ? static_cast<std::uint8_t>(sum[i] / count[i]) : out[i];
  }
  return out;
}

/// Specks of a page, counted in squares.
class SpeckMap {
 public:
  SpeckMap(std::vector<Piece> specks, int side, SizePx page)
      : specks_(std::move(specks)),
        side_(side),
        size_{page.width / side + 1, page.height / side + 1} {
    count_.assign(static_cast<std::size_t>(size_.width) * static_cast<std::size_t>(size_.height),
                  0);
    for (const Piece& speck : specks_) {
      ++count_[spot(static_cast<int>(speck.middle.x), static_cast<int>(speck.middle.y))];
    }
  }
  /// Of the square that a pixel lies in, row by row.
  [[nodiscard]] std::size_t spot(int x, int y) const {
    return static_cast<std::size_t>(y / side_) * static_cast<std::size_t>(size_.width) +
           static_cast<std::size_t>(x / side_);
  }
  /// Dots of glyphs are as small as specks, but never so many on one spot.
  [[nodiscard]] bool is_full(std::size_t spot) const { return count_[spot] >= kManySpecks; }

  /// The rectangle that is full of specks, if it has the shape of a seal: not of stains all over.
  [[nodiscard]] std::optional<RectPx> seal(SizePx page) const {
    InkMask full{size_, std::vector<std::uint8_t>(count_.size(), 0)};
    for (std::size_t i = 0; i < count_.size(); ++i) {
      full.ink[i] = is_full(i) ? 1 : 0;
    }
    const auto clusters = find_pieces(full, 1, size_.width, {});
    const auto largest =
        std::max_element(clusters.begin(), clusters.end(),
                         [](const Piece& a, const Piece& b) { return a.px < b.px; });
    if (largest == clusters.end() ||
        largest->px < kSealFull * largest->box.width * largest->box.height) {
      return {};
    }
    const RectPx box = around_most(largest->box);
    const int shorter = std::min(box.width, box.height);
    const int longer = std::max(box.width, box.height);
    return longer <= kSquare * shorter && shorter * kLeastOfPage >= page.height
               ? std::optional<RectPx>(box)
               : std::nullopt;
  }

 private:
  /// A box around all but a hundredth of the specks in some squares, on each side.
  [[nodiscard]] RectPx around_most(const RectPx& squares) const {
    std::vector<int> xs;
    std::vector<int> ys;
    for (const Piece& speck : specks_) {
      const int x = static_cast<int>(speck.middle.x);
      const int y = static_cast<int>(speck.middle.y);
      if (!intersection(squares, {x / side_, y / side_, 1, 1}).empty()) {
        xs.push_back(x);
        ys.push_back(y);
      }
    }
    std::sort(xs.begin(), xs.end());
    std::sort(ys.begin(), ys.end());
    const std::size_t few = xs.size() / 100;
    const std::size_t last = xs.size() - 1 - few;
    return {xs[few], ys[few], xs[last] - xs[few], ys[last] - ys[few]};
  }

  std::vector<Piece> specks_;
  int side_;
  SizePx size_;
  std::vector<int> count_;
};

constexpr double kInkShare = 0.003;  ///< are as black as its ink, on a page of few glyphs too
constexpr double kFullRange = 0.75;  ///< of the paper's level lies between it and black ink
constexpr double kMostGain = 2;      ///< else the grain of an empty page would become ink

}  // namespace

int level_below(const imaging::Image& gray, double share) {
  std::array<std::size_t, 256> counts{};
  for (const std::uint8_t level : gray.bytes()) {
    ++counts[level];
  }
  std::size_t seen = 0;
  int level = 0;
  while (level < 255 && static_cast<double>(seen += counts[static_cast<std::size_t>(level)]) <
                            share * static_cast<double>(gray.bytes().size())) {
    ++level;
  }
  return level;
}

void blacken_ink(imaging::Image& gray) {
  const double paper = std::max(1, level_below(gray, kPaperShare));
  const double range = std::max(1.0, paper - level_below(gray, kInkShare));
  const double gain = std::min(kMostGain, kFullRange * paper / range);
  if (gain <= 1) {
    return;
  }
  std::array<std::uint8_t, 256> levels{};
  for (int level = 0; level < 256; ++level) {
    levels[static_cast<std::size_t>(level)] =
        static_cast<std::uint8_t>(std::clamp(paper + (level - paper) * gain, 0.0, 255.0));
  }
  for (std::uint8_t& level : gray.bytes()) {
    level = levels[level];
  }
}

std::optional<Stipple> remove_stipple(imaging::Image& gray) {
  const InkMask mask = quality::find_ink(gray);
  const double glyph = gray.height() / 14.0;  // roughly: from a quarter more to a third less
  const int speck = std::max(3, static_cast<int>(0.003 * glyph * glyph));
  std::vector<Piece> specks = find_pieces(mask, 2, gray.width(), {});
  const auto pieces = static_cast<std::ptrdiff_t>(specks.size());
  std::erase_if(specks, [&](const Piece& piece) { return piece.px >= speck; });
  const auto small = static_cast<std::ptrdiff_t>(specks.size());
  if (small < 1000 || small < 3 * (pieces - small)) {
    return {};
  }
  const int side = std::max(8, static_cast<int>(glyph));
  const std::vector<std::uint8_t> paper = paper_of_spots(gray, mask, side);
  const SpeckMap map(std::move(specks), side, gray.size());
  // Grown-together specks are larger, but keep away from glyphs more often than dots do.
  const int clot = static_cast<int>(0.012 * glyph * glyph);
  const InkMask kept = despeckled(mask, speck);
  const InkMask solid = despeckled(kept, clot);
  const InkMask beside = touching(kept, grown(solid, static_cast<int>(0.07 * glyph)));
  const InkMask close = touching(mask, grown(solid, static_cast<int>(0.03 * glyph)));
  Stipple out{gray.clone(), map.seal(gray.size())};
  for (int y = 0; y < gray.height(); ++y) {
    const auto row = gray.row(y);
    const auto analysed = out.for_analysis.row(y);
    for (int x = 0; x < gray.width(); ++x) {
      if (!mask.at(x, y)) {
        continue;
      }
      const std::size_t spot = map.spot(x, y);
      if (!map.is_full(spot)) {
        continue;
      }
      const auto at = static_cast<std::size_t>(x);
      analysed[at] = beside.at(x, y) ? analysed[at] : paper[spot];
      row[at] = kept.at(x, y) || close.at(x, y) ? row[at] : paper[spot];
    }
  }
  return out;
}

}  // namespace shiqu::ocr
