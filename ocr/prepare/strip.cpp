#include "ocr/prepare/internal/areas.h"

#include <algorithm>
#include <cmath>

namespace shiqu::ocr {
namespace {

constexpr double kGap = 0.5;         ///< pitches between title, chapter and number
constexpr double kTail = 0.1;        ///< pitches: rows full of ink that make a fish tail
constexpr double kTailPoint = 0.5;   ///< pitches: the points of a fish tail are no higher
constexpr double kLeastHigh = 0.06;  ///< pitches, of a part
constexpr double kLeastWide = 0.22;

/// A centre strip without the lines along it.
class Strip {
 public:
  Strip(const InkMask& text, const ColumnBox& box, double pitch)
      : text_(text), first_(box.first), last_(box.last), pitch_(pitch) {
    const int trim = (box.right - box.left) / 8;
    for (int x = box.left + trim; x < box.right - trim; ++x) {
      int ink = 0;
      for (int y = first_; y < last_; ++y) {
        ink += text.at(x, y) ? 1 : 0;
      }
      if (ink * 2 < last_ - first_) {
        columns_.push_back(x);
      }
    }
  }

  [[nodiscard]] std::vector<RowRange> parts() const {
    const std::vector<int> tails = tail_rows();
    std::vector<RowRange> out;
    int text_until = first_ - px(1);
    for (int y = first_; y < last_; ++y) {
      if (std::binary_search(tails.begin(), tails.end(), y)) {
        text_until = first_ - px(1);  // what follows is another part
      } else if (ink_in(y) > 0) {
        if (out.empty() || y - text_until >= px(kGap)) {
          out.push_back({y, y});
        }
        out.back().last = text_until = y + 1;
      }
    }
    std::erase_if(out, [&](const RowRange& part) { return !is_text(part, tails); });
    return out;
  }

 private:
  [[nodiscard]] int px(double pitches) const {
    return static_cast<int>(std::lround(pitches * pitch_));
  }

  [[nodiscard]] std::ptrdiff_t ink_in(int y) const {
    return std::count_if(columns_.begin(), columns_.end(), [&](int x) { return text_.at(x, y); });
  }

  /// Rows full of ink, several on end.
  [[nodiscard]] std::vector<int> tail_rows() const {
    std::vector<int> out;
    int run = 0;
    for (int y = first_; y < last_; ++y) {
      run = ink_in(y) * 10 >= 8 * std::ssize(columns_) ? run + 1 : 0;
      for (int back = run == px(kTail) ? run - 1 : 0; run >= px(kTail) && back >= 0; --back) {
        out.push_back(y - back);
      }
    }
    return out;
  }

  [[nodiscard]] bool is_text(const RowRange& part, const std::vector<int>& tails) const {
    const int high = part.last - part.first;
    const bool at_tail =
        high < px(kTailPoint) && std::any_of(tails.begin(), tails.end(), [&](int y) {
          return std::min(std::abs(y - part.first), std::abs(y - part.last)) <= px(0.08);
        });
    return !at_tail && high >= px(kLeastHigh) && width_of(part) >= px(kLeastWide);
  }

  [[nodiscard]] int width_of(const RowRange& rows) const {
    int left = 0;
    int right = 0;
    for (const int x : columns_) {
      for (int y = rows.first; y < rows.last; ++y) {
        if (text_.at(x, y)) {
          left = right == 0 ? x : left;
          right = x + 1;
          break;
        }
      }
    }
    return right - left;
  }

  const InkMask& text_;
  int first_;
  int last_;
  double pitch_;
  std::vector<int> columns_;
};

}  // namespace

std::vector<RowRange> strip_parts(const InkMask& text, const ColumnBox& strip, double pitch) {
  return Strip(text, strip, pitch).parts();
}

}  // namespace shiqu::ocr
