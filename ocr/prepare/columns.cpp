#include "ocr/prepare/internal/columns.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace shiqu::ocr {
namespace {

constexpr double kFullRule = 0.35;   ///< a rule along this share of the height is certain
constexpr double kStretch = 0.14;    ///< a cell may differ from the pitch by so much
constexpr double kCoverage = 5;      ///< worth of having all text of the page between borders
constexpr double kRuleWorth = 0.45;  ///< of a border in a chain of rules; strokes reach 0.4
constexpr double kBorderCost = 0.3;  ///< of each border
constexpr double kNoRule = 0.3;      ///< less is no evidence of a rule
constexpr double kBlank = 0.05;      ///< of the usual text: nothing is written
constexpr double kFarBetter = 2;     ///< times the score
constexpr double kFarBetterHalves = 2.6;
constexpr double kPitchStep = 1.02;  ///< from one pitch that is tried to the next
constexpr double kCoarseStep = 1.06;
constexpr double kNoChain = -std::numeric_limits<double>::infinity();

std::size_t at(int index) {
  return static_cast<std::size_t>(index);
}

std::vector<double> sums_of(const std::vector<double>& values) {
  std::vector<double> out(values.size() + 1, 0);
  for (std::size_t i = 0; i < values.size(); ++i) {
    out[i + 1] = out[i] + values[i];
  }
  return out;
}

/// Means over windows of ± `reach`.
std::vector<double> smoothed(const std::vector<double>& values, int reach) {
  const std::vector<double> sums = sums_of(values);
  const int count = static_cast<int>(values.size());
  std::vector<double> out(values.size(), 0);
  for (int i = 0; i < count; ++i) {
    const int first = std::max(0, i - reach);
    const int last = std::min(count, i + reach + 1);
    out[at(i)] = (sums[at(last)] - sums[at(first)]) / (last - first);
  }
  return out;
}

std::vector<double> highest_near(const std::vector<double>& values, int reach) {
  std::vector<double> out(values.size(), 0);
  const int count = static_cast<int>(values.size());
  for (int i = 0; i < count; ++i) {
    for (int j = std::max(0, i - reach); j <= std::min(count - 1, i + reach); ++j) {
      out[at(i)] = std::max(out[at(i)], values[at(j)]);
    }
  }
  return out;
}

/// One chain of borders for one pitch, by dynamic programming over the place of the last border.
class Chain {
 public:
  Chain(const BorderEvidence& evidence, double pitch, bool ruled)
      : pitch_(pitch), ruled_(ruled), rule_(evidence.rule) {
    const int width = static_cast<int>(evidence.text.size());
    const int fine = std::max(1, static_cast<int>(0.02 * pitch));
    const std::vector<double> text = smoothed(evidence.text, fine);
    const std::vector<double> around = smoothed(evidence.text, static_cast<int>(0.6 * pitch));
    // Share of the page's text left of a border, in what it is worth.
    covered_ = sums_of(evidence.text);
    const double all = std::max(1.0, covered_.back());
    for (double& share : covered_) {
      share *= kCoverage / all;
    }
    for (int apart = 0; apart <= static_cast<int>((1 + kStretch) * pitch) + 1; ++apart) {
      const double off = (apart - pitch) / (0.1 * pitch);
      uneven_.push_back(0.5 * off * off);
    }
    worth_.resize(at(width));
    for (int x = 0; x < width; ++x) {
      const double crossed = std::min(1.5, text[at(x)]);
      if (ruled) {
        worth_[at(x)] = rule_[at(x)] - 0.8 * crossed - kBorderCost;
      } else {
        const double beside = std::min(1.0, around[at(x)] / 0.25);
        worth_[at(x)] = beside * (1 - 1.8 * crossed) - kBorderCost + 0.3 * rule_[at(x)];
      }
    }
  }

  ColumnGrid best() {
    const int width = static_cast<int>(worth_.size());
    total_.assign(at(width), kNoChain);
    before_.assign(at(width), -1);
    to_gap_.assign(at(width), kNoChain);
    int last = -1;
    for (int x = 0; x < width; ++x) {
      total_[at(x)] = worth_[at(x)];
      try_usual(x);
      if (ruled_ && rule_[at(x)] >= 0.5) {
        try_narrow(x);
      }
      try_gaps(x);
      to_gap_[at(x)] = total_[at(x)] + covered_[at(x)];
      last = last < 0 || total_[at(x)] > total_[at(last)] ? x : last;
    }
    ColumnGrid out;
    out.pitch = pitch_;
    out.ruled = ruled_;
    out.score = last < 0 ? 0 : total_[at(last)];
    for (int x = last; x >= 0; x = before_[at(x)]) {
      out.borders.push_back(x);
    }
    std::reverse(out.borders.begin(), out.borders.end());
    return out;
  }

 private:
  void offer(int x, int from, double total) {
    if (total > total_[at(x)]) {
      total_[at(x)] = total;
      before_[at(x)] = from;
    }
  }
  void try_usual(int x) {
    const int nearest = x - static_cast<int>((1 - kStretch) * pitch_);
    const int farthest = std::max(0, x - static_cast<int>((1 + kStretch) * pitch_) - 1);
    const double* const total = total_.data();
    const double* const covered = covered_.data();
    const double* const uneven = uneven_.data();
    const double here = covered[x];
    double most = kNoChain;
    int best = -1;
    for (int from = farthest; from <= nearest; ++from) {
      const double worth = total[from] - uneven[x - from] + std::min(0.5, here - covered[from]);
      best = worth > most ? from : best;
      most = std::max(most, worth);
    }
    offer(x, best, most + worth_[at(x)]);
  }
  /// The centre strip is narrower; the lines of a frame stand closer still.
  void try_narrow(int x) {
    const int nearest = x - static_cast<int>(0.3 * pitch_);
    const int farthest = x - static_cast<int>((1 - kStretch) * pitch_);
    for (int from = std::max(0, farthest); from <= nearest; ++from) {
      if (rule_[at(from)] >= 0.5) {
        offer(x, from, total_[at(from)] + worth_[at(x)] - 0.6);
      }
    }
  }
  void try_gaps(int x) {
    const int nearest = x - static_cast<int>((1 + kStretch) * pitch_) - 2;
    const int farthest = x - static_cast<int>(4 * pitch_);
    // A gap needs no exact place on both sides: the second border of the pair has one.
    const int step = std::max(1, static_cast<int>(pitch_ / 40));
    const double* const to_gap = to_gap_.data();
    double most = kNoChain;
    int best = -1;
    for (int from = nearest; from >= std::max(0, farthest); from -= step) {
      best = to_gap[from] > most ? from : best;
      most = std::max(most, to_gap[from]);
    }
    offer(x, best, most - covered_[at(x)] + worth_[at(x)] - 1.2);
  }

  double pitch_;
  bool ruled_;
  const std::vector<double>& rule_;
  std::vector<double> covered_;
  std::vector<double> uneven_;  ///< [distance of two borders]: cost of its not being the pitch
  std::vector<double> worth_;
  std::vector<double> total_;
  std::vector<double> to_gap_;  ///< [x]: total_ and covered_ together
  std::vector<int> before_;
};

ColumnGrid best_of_pitches(const BorderEvidence& evidence, double least, double most, bool ruled,
                           double step = kPitchStep) {
  ColumnGrid best;
  for (double pitch = least; pitch <= most; pitch *= step) {
    ColumnGrid grid = Chain(evidence, pitch, ruled).best();
    if (grid.score > best.score && grid.borders.size() >= 2) {
      best = std::move(grid);
    }
  }
  return best;
}

/// True when the borders are rules: the vertical strokes of glyphs in dense text look like rules
/// too, but they stand amid text and keep no exact distance, so that the chain is worth little.
/// Borders without a rule where nothing is written, as where a drawing stood, tell nothing.
bool are_rules(const ColumnGrid& grid, const BorderEvidence& evidence) {
  double rule = 0;
  double text = 0;
  double count = 0;
  double score = grid.score;
  const std::vector<double> crossed =
      smoothed(evidence.text, std::max(1, static_cast<int>(0.02 * grid.pitch)));
  const std::vector<double> around = smoothed(evidence.text, static_cast<int>(0.6 * grid.pitch));
  for (const int border : grid.borders) {
    if (evidence.rule[at(border)] < kNoRule && around[at(border)] < kBlank) {
      score += kBorderCost;
      continue;
    }
    rule += evidence.rule[at(border)];
    text += crossed[at(border)];
    ++count;
  }
  return count >= 4 && rule >= 0.45 * count && text <= 0.3 * count && score >= kRuleWorth * count;
}

/// True when columns of another width, between gaps, explain the page far better: frame, centre
/// strip and drawings alone can look like rules of a few columns.
bool are_better_gaps(const ColumnGrid& ruled, const BorderEvidence& evidence, double least,
                     double most) {
  const ColumnGrid gaps = best_of_pitches(evidence, least, most, false, kCoarseStep);
  const auto about = [&](double share) {
    return std::abs(gaps.pitch / ruled.pitch - share) < 0.1 * share;
  };
  // Half as wide are the halves of notes, which explain a page better than its rules do.
  const double times = about(0.5) ? kFarBetterHalves : kFarBetter;
  return !about(1) && gaps.score > times * ruled.score;
}

/// The distance most cells have: more exact than the pitch that was tried.
void refine_pitch(ColumnGrid& grid) {
  std::vector<int> widths;
  for (std::size_t i = 1; i < grid.borders.size(); ++i) {
    const int width = grid.borders[i] - grid.borders[i - 1];
    if (std::abs(width - grid.pitch) <= 1.2 * kStretch * grid.pitch) {
      widths.push_back(width);
    }
  }
  if (!widths.empty()) {
    const auto middle = widths.begin() + static_cast<std::ptrdiff_t>(widths.size() / 2);
    std::nth_element(widths.begin(), middle, widths.end());
    grid.pitch = *middle;
  }
}

/// Puts the borders of a page without rules into the middle of the gaps.
void centre_in_gaps(ColumnGrid& grid, const BorderEvidence& evidence) {
  const auto width = static_cast<int>(evidence.text.size());
  const int reach = static_cast<int>(0.3 * grid.pitch);
  for (int& border : grid.borders) {
    const double free = std::max(0.06, evidence.text[at(std::min(border, width - 1))]);
    int left = border;
    int right = border;
    while (left > 0 && border - left < reach && evidence.text[at(left - 1)] <= free) {
      --left;
    }
    while (right + 1 < width && right - border < reach && evidence.text[at(right + 1)] <= free) {
      ++right;
    }
    border = (left + right) / 2;
  }
}

/// A column cut by the edge of the picture has no border on that side: the edge is one.
void add_edges(ColumnGrid& grid, const BorderEvidence& evidence) {
  if (grid.borders.size() < 3) {
    return;
  }
  const auto width = static_cast<int>(evidence.text.size());
  const auto mean = [&](int left, int right) {
    double sum = 0;
    for (int x = left; x < right; ++x) {
      sum += evidence.text[at(x)];
    }
    return sum / std::max(1, right - left);
  };
  const double usual = mean(grid.borders.front(), grid.borders.back());
  const auto open = [&](int left, int right) {
    const double columns = (right - left) / grid.pitch;
    return columns >= 0.4 && columns <= 1.2 && mean(left, right) > 0.6 * usual;
  };
  if (open(0, grid.borders.front())) {
    grid.borders.insert(grid.borders.begin(), 0);
  }
  if (open(grid.borders.back(), width)) {
    grid.borders.push_back(width);
  }
}

}  // namespace

BorderEvidence border_evidence(const LayerMasks& layers, int top, int bottom, double pitch) {
  const std::vector<int> rules = ink_by_x(layers.upright, top, bottom);
  const std::vector<int> text = ink_by_x(layers.text, top, bottom);
  const double rows = std::max(1, bottom - top);
  std::vector<double> raw(rules.size());
  std::vector<double> ink(text.begin(), text.end());
  // A rule that leans spreads over a few pixel columns: its ink is added up.
  const int reach = std::max(1, static_cast<int>(0.02 * pitch));
  const int width = static_cast<int>(rules.size());
  for (int x = 0; x < width; ++x) {
    int sum = 0;
    for (int near = std::max(0, x - reach); near <= std::min(width - 1, x + reach); ++near) {
      sum = std::max(sum, rules[at(near)] + (near > 0 ? rules[at(near) - 1] : 0) / 2 +
                              (near + 1 < width ? rules[at(near) + 1] : 0) / 2);
    }
    raw[at(x)] = std::min(1.0, sum / rows / kFullRule);
  }
  BorderEvidence out;
  // The middle of a rule, not its rim.
  const std::vector<double> centred = smoothed(raw, reach);
  const std::vector<double> peak = highest_near(centred, reach);
  out.rule.resize(raw.size());
  for (std::size_t i = 0; i < raw.size(); ++i) {
    out.rule[i] = peak[i] > 0 ? raw[i] * centred[i] / peak[i] : 0;
  }
  std::vector<double> sorted = smoothed(ink, std::max(1, static_cast<int>(0.15 * pitch)));
  std::sort(sorted.begin(), sorted.end());
  const double usual = std::max(1.0, sorted.empty() ? 1.0 : sorted[sorted.size() * 17 / 20]);
  for (double& value : ink) {
    value = std::min(2.0, value / usual);
  }
  out.text = std::move(ink);
  return out;
}

ColumnGrid find_columns(const BorderEvidence& evidence, double least, double most,
                        std::optional<bool> are_ruled) {
  ColumnGrid ruled = best_of_pitches(evidence, least, most, true);
  const bool certain =
      are_ruled ? *are_ruled && !ruled.borders.empty()
                : are_rules(ruled, evidence) && !are_better_gaps(ruled, evidence, least, most);
  ColumnGrid out = certain ? std::move(ruled) : best_of_pitches(evidence, least, most, false);
  refine_pitch(out);
  if (!out.ruled) {
    centre_in_gaps(out, evidence);
    add_edges(out, evidence);
  }
  return out;
}

}  // namespace shiqu::ocr
