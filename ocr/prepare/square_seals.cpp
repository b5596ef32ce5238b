#include "ocr/prepare/internal/seals.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace shiqu::ocr {
namespace {

constexpr double kLeast = 1.05;     ///< pitches, of a side: no glyph of the text is so large
constexpr int kLeastOfPage = 40;    ///< part of its longer edge
constexpr double kMost = 4.2;       ///< pitches
constexpr double kSizeStep = 1.06;  ///< from one size that is tried to the next
constexpr double kSquare = 1.4;     ///< times as long as broad at most
constexpr double kLine = 0.035;     ///< pitches, thickness of an outline
constexpr double kFull = 0.75;      ///< of its thickness is ink
constexpr double kGap = 0.14;       ///< pitches: a worn line is nowhere broken for so long
constexpr double kBeyond = 0.4;     ///< pitches beyond a corner where a line would go on
constexpr double kGoesOn = 0.8;     ///< covered so far it does
constexpr int kMostGoingOn = 1;     ///< of the eight ends of sides
constexpr double kOutside = 0.25;   ///< weight of lines beside the sides: within a dark square
constexpr double kLeastFill = 0.15;
constexpr double kMostFill = 0.92;   ///< fuller is a blot
constexpr double kLeastScore = 0.8;  ///< of text and rules it stays below 0.76

/// Where lines of ink run along the rows of a mask, summed along them.
class LineSums {
 public:
  /// `upright`: along the columns.
  LineSums(const InkMask& mask, int thickness, bool upright)
      : lines_(upright ? mask.size.width : mask.size.height),
        length_(upright ? mask.size.height : mask.size.width),
        sums_(static_cast<std::size_t>(lines_) * (static_cast<std::size_t>(length_) + 1), 0) {
    std::vector<int> ink(static_cast<std::size_t>(lines_) + 1, 0);  // before each line
    const double least = kFull * thickness;
    for (int place = 0; place < length_; ++place) {
      for (int line = 0; line < lines_; ++line) {
        const bool inked = upright ? mask.at(line, place) : mask.at(place, line);
        ink[at(line + 1)] = ink[at(line)] + (inked ? 1 : 0);
      }
      for (int line = 0; line < lines_; ++line) {
        const int near =
            ink[at(std::min(lines_, line + thickness))] - ink[at(std::max(0, line - thickness))];
        sums_[index(line, place + 1)] = sums_[index(line, place)] + (near >= least ? 1 : 0);
      }
    }
  }

  /// Is every piece of `gap` pixels of [first, end) inked somewhere?
  [[nodiscard]] bool is_unbroken(int line, int first, int end, int gap) const {
    for (int place = first; place + gap <= end; place += std::max(1, gap / 4)) {
      if (share(line, place, place + gap) == 0) {
        return false;
      }
    }
    return true;
  }

  /// Share of [first, end) of a line that is inked; 0 beyond the mask.
  [[nodiscard]] double share(int line, int first, int end) const {
    const int a = std::clamp(first, 0, length_);
    const int b = std::clamp(end, 0, length_);
    return line < 0 || line >= lines_ || b <= a
               ? 0
               : static_cast<double>(sums_[index(line, b)] - sums_[index(line, a)]) / (b - a);
  }

 private:
  static std::size_t at(int i) { return static_cast<std::size_t>(i); }
  [[nodiscard]] std::size_t index(int line, int place) const {
    return at(line) * (at(length_) + 1) + at(place);
  }
  int lines_;
  int length_;
  std::vector<int> sums_;
};

struct Candidate {
  double score = 0;
  RectPx box;
};

class SealFinder {
 public:
  SealFinder(const InkMask& mask, double pitch)
      : mask_(mask),
        pitch_(pitch),
        line_(std::max(2, px(kLine))),
        level_(mask, line_, false),
        upright_(mask, line_, true) {
    const double least =
        std::max(kLeast, std::max(mask.size.width, mask.size.height) / (kLeastOfPage * pitch));
    for (double size = least; size <= kMost; size *= kSizeStep) {
      sizes_.push_back(px(size));
    }
  }

  [[nodiscard]] std::vector<Candidate> find() const {
    std::vector<Candidate> out;
    for (int y = 0; y < mask_.size.height; y += line_) {
      for (int x = 0; x < mask_.size.width; x += line_) {
        for (const int width : sizes_) {
          if (x + width <= mask_.size.width && level_.share(y, x, x + width) >= kLeastScore) {
            add_below(x, y, width, out);
          }
        }
      }
    }
    return out;
  }

 private:
  [[nodiscard]] int px(double pitches) const {
    return static_cast<int>(std::lround(pitches * pitch_));
  }

  void add_below(int x, int y, int width, std::vector<Candidate>& out) const {
    for (const int height : sizes_) {
      const RectPx box{x, y, width, height};
      if (box.bottom() > mask_.size.height || height * kSquare < width ||
          width * kSquare < height || level_.share(box.bottom(), x, box.right()) < kLeastScore) {
        continue;
      }
      const double score = score_of(box);
      if (score >= kLeastScore && is_unbroken(box) && going_on(box) <= kMostGoingOn &&
          is_filled(box)) {
        out.push_back({score, box});
      }
    }
  }

  /// The share of its weakest side that is a line, less for lines close outside.
  [[nodiscard]] double score_of(const RectPx& box) const {
    const auto sides = [&](int away) {
      return std::array{level_.share(box.y - away, box.x, box.right()),
                        level_.share(box.bottom() + away, box.x, box.right()),
                        upright_.share(box.x - away, box.y, box.bottom()),
                        upright_.share(box.right() + away, box.y, box.bottom())};
    };
    const auto on = sides(0);
    const auto outside = sides(3 * line_);
    const double sum = outside[0] + outside[1] + outside[2] + outside[3];
    return *std::min_element(on.begin(), on.end()) - kOutside * sum / 4;
  }

  /// Glyphs in a row leave gaps between them.
  [[nodiscard]] bool is_unbroken(const RectPx& box) const {
    const int gap = px(kGap);
    return level_.is_unbroken(box.y, box.x, box.right(), gap) &&
           level_.is_unbroken(box.bottom(), box.x, box.right(), gap) &&
           upright_.is_unbroken(box.x, box.y, box.bottom(), gap) &&
           upright_.is_unbroken(box.right(), box.y, box.bottom(), gap);
  }

  /// At how many ends of its sides a line goes on beyond the corner.
  [[nodiscard]] int going_on(const RectPx& box) const {
    const int near = 2 * line_;
    const int far = px(kBeyond);
    const auto ends = [&](const LineSums& sums, int line, int first, int end) {
      return (sums.share(line, first - far, first - near) >= kGoesOn ? 1 : 0) +
             (sums.share(line, end + near, end + far) >= kGoesOn ? 1 : 0);
    };
    return ends(level_, box.y, box.x, box.right()) +
           ends(level_, box.bottom(), box.x, box.right()) +
           ends(upright_, box.x, box.y, box.bottom()) +
           ends(upright_, box.right(), box.y, box.bottom());
  }

  [[nodiscard]] bool is_filled(const RectPx& box) const {
    const int rim = 2 * line_;
    int ink = 0;
    for (int y = box.y + rim; y < box.bottom() - rim; ++y) {
      ink += mask_.in_row(y, box.x + rim, box.right() - rim);
    }
    const double fill = ink / (static_cast<double>(box.width - 2 * rim) * (box.height - 2 * rim));
    return fill >= kLeastFill && fill <= kMostFill;
  }

  const InkMask& mask_;
  double pitch_;
  int line_;
  LineSums level_;
  LineSums upright_;
  std::vector<int> sizes_;
};

}  // namespace

std::vector<RectPx> find_square_seals(const InkMask& ink, double pitch) {
  std::vector<Candidate> found = SealFinder(ink, pitch).find();
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.score > b.score; });
  std::vector<RectPx> out;
  for (const Candidate& one : found) {
    const bool apart = std::all_of(out.begin(), out.end(), [&](const RectPx& kept) {
      return intersection(kept, one.box).empty();
    });
    if (apart) {
      out.push_back(one.box);
    }
  }
  return out;
}

}  // namespace shiqu::ocr
