#include "ocr/score/align.h"

#include <algorithm>
#include <array>
#include <limits>

namespace shiqu::ocr::score {
namespace {

// Errors weigh more than all that only chooses between equally short ways.
using Cost = std::int64_t;
constexpr Cost kError = Cost{1} << 32U;
constexpr Cost kGap = 4;  // two errors side by side are rather misread than a gap and a surplus
constexpr Cost kOffered = 1;
constexpr Cost kUnlike = 2;
constexpr Cost kNever = std::numeric_limits<Cost>::max() / 4;

enum State : std::uint8_t { kDiagonal = 0, kDeleting = 1, kInserting = 2 };
using Costs = std::array<Cost, 3>;

/// The cheapest way into a cell and the state it comes from.
struct Best {
  Cost cost = kNever;
  std::uint8_t from = kDiagonal;
};

Best cheapest(const Costs& before, Cost leave, State stay) {
  Best best;
  for (const std::uint8_t state : {kDiagonal, kDeleting, kInserting}) {
    const Cost cost = before[state] + (state == stay ? 0 : leave);
    if (cost < best.cost) {
      best = {cost, state};
    }
  }
  return best;
}

struct Folded {
  std::u32string truth;
  std::u32string read;
};

class Table {
 public:
  Table(std::u32string_view truth, std::u32string_view read, const Folded& folded,
        const std::vector<std::u32string>* offered, std::ptrdiff_t band)
      : truth_(truth),
        read_(read),
        folded_(folded),
        offered_(offered),
        rows_(static_cast<std::ptrdiff_t>(truth.size())),
        columns_(static_cast<std::ptrdiff_t>(read.size())),
        band_(band),
        width_(2 * band + 1),
        row_(static_cast<std::size_t>(width_), Costs{kNever, kNever, kNever}),
        above_(row_),
        from_(static_cast<std::size_t>((rows_ + 1) * width_)) {}

  /// The number of errors of the cheapest way inside the band.
  std::int64_t fill() {
    for (std::ptrdiff_t i = 0; i <= rows_; ++i) {
      std::swap(above_, row_);
      std::fill(row_.begin(), row_.end(), Costs{kNever, kNever, kNever});
      const std::ptrdiff_t last = std::min(columns_, i + band_);
      for (std::ptrdiff_t j = std::max<std::ptrdiff_t>(0, i - band_); j <= last; ++j) {
        fill_cell(i, j);
      }
    }
    const Costs& end = row_[slot(rows_, columns_)];
    return *std::min_element(end.begin(), end.end()) / kError;
  }

  [[nodiscard]] std::vector<Edit> trace() const {
    std::vector<Edit> out;
    const Costs& end = row_[slot(rows_, columns_)];
    auto state = static_cast<std::uint8_t>(std::min_element(end.begin(), end.end()) - end.begin());
    for (std::ptrdiff_t i = rows_, j = columns_; i > 0 || j > 0;) {
      const std::uint8_t packed = from_[cell(i, j)];
      const std::uint8_t before = (packed >> (2U * state)) & 3U;
      i -= state != kInserting ? 1 : 0;
      j -= state != kDeleting ? 1 : 0;
      out.push_back(
          {step(state, i, j), static_cast<std::int32_t>(i), static_cast<std::int32_t>(j)});
      state = before;
    }
    std::reverse(out.begin(), out.end());
    return out;
  }

 private:
  [[nodiscard]] std::size_t slot(std::ptrdiff_t i, std::ptrdiff_t j) const {
    return static_cast<std::size_t>(j - i + band_);
  }
  [[nodiscard]] std::size_t cell(std::ptrdiff_t i, std::ptrdiff_t j) const {
    return static_cast<std::size_t>(i * width_) + slot(i, j);
  }

  void fill_cell(std::ptrdiff_t i, std::ptrdiff_t j) {
    Costs& here = row_[slot(i, j)];
    if (i == 0 && j == 0) {
      here[kDiagonal] = 0;
      return;
    }
    Best diagonal;
    Best deleting;
    Best inserting;
    if (i > 0 && j > 0) {  // the diagonal neighbour stands in the same slot of the row above
      diagonal = cheapest(above_[slot(i, j)], 0, kDiagonal);
      diagonal.cost += cost_of_pair(i - 1, j - 1);
    }
    if (i > 0 && j - i < band_) {
      deleting = cheapest(above_[slot(i, j) + 1], kGap, kDeleting);
      deleting.cost += kError;
    }
    if (j > 0 && j - i > -band_) {
      inserting = cheapest(row_[slot(i, j) - 1], kGap, kInserting);
      inserting.cost += kError;
    }
    here = {std::min(diagonal.cost, kNever), std::min(deleting.cost, kNever),
            std::min(inserting.cost, kNever)};
    from_[cell(i, j)] =
        static_cast<std::uint8_t>(diagonal.from | (deleting.from << 2U) | (inserting.from << 4U));
  }

  [[nodiscard]] Cost cost_of_pair(std::ptrdiff_t i, std::ptrdiff_t j) const {
    const auto a = static_cast<std::size_t>(i);
    const auto b = static_cast<std::size_t>(j);
    if (truth_[a] == read_[b]) {
      return 0;
    }
    if (folded_.truth[a] == folded_.read[b]) {
      return kError;
    }
    const bool offered =
        offered_ != nullptr && (*offered_)[b].find(truth_[a]) != std::u32string::npos;
    return kError + (offered ? kOffered : kUnlike);
  }

  [[nodiscard]] Step step(std::uint8_t state, std::ptrdiff_t i, std::ptrdiff_t j) const {
    if (state != kDiagonal) {
      return state == kDeleting ? Step::Delete : Step::Insert;
    }
    return truth_[static_cast<std::size_t>(i)] == read_[static_cast<std::size_t>(j)]
               ? Step::Match
               : Step::Substitute;
  }

  std::u32string_view truth_;
  std::u32string_view read_;
  const Folded& folded_;
  const std::vector<std::u32string>* offered_;
  std::ptrdiff_t rows_;
  std::ptrdiff_t columns_;
  std::ptrdiff_t band_;  ///< of the diagonals j - i that are looked at: -band_ … band_
  std::ptrdiff_t width_;
  std::vector<Costs> row_;
  std::vector<Costs> above_;
  std::vector<std::uint8_t> from_;
};

}  // namespace

std::int64_t errors_of(const std::vector<Edit>& edits) noexcept {
  return std::count_if(edits.begin(), edits.end(),
                       [](const Edit& edit) { return edit.step != Step::Match; });
}

std::vector<Edit> align(std::u32string_view truth, std::u32string_view read,
                        const Likeness& likeness) {
  const VariantClasses none;
  const VariantClasses& classes = likeness.variants != nullptr ? *likeness.variants : none;
  const Folded folded{classes.folded(truth), classes.folded(read)};
  const auto longest = static_cast<std::ptrdiff_t>(std::max(truth.size(), read.size()));
  const auto shortest = static_cast<std::ptrdiff_t>(std::min(truth.size(), read.size()));
  for (std::ptrdiff_t band = longest - shortest + 32;; band *= 2) {
    Table table(truth, read, folded, likeness.offered, std::min(band, longest));
    // A way with so few errors cannot leave the band, so none outside is shorter or as short.
    if (table.fill() <= band || band >= longest) {
      return table.trace();
    }
  }
}

}  // namespace shiqu::ocr::score
