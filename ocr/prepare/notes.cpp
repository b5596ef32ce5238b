#include "ocr/prepare/internal/notes.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

namespace shiqu::ocr {
namespace {

constexpr float kFreeMiddle = 0.25F;  ///< cost of an inked row of text whose middle stays free
constexpr double kChange = 0.08;      ///< cost, in pitches of rows, of going from text to notes
constexpr double kStroke = 0.1;   ///< cost, in pitches of rows, of a stroke right across the path
constexpr float kInked = 0.3F;    ///< cost of the path lying in ink, a row
constexpr float kMerged = 1.2F;   ///< as much again where it lies deep in ink: merged strokes
constexpr double kAmidInk = 0.1;  ///< more for a change amid ink
constexpr float kDrift = 5;       ///< cost of a sidestep of the path by one pixel
constexpr double kLeastNote = 0.85;  ///< a shorter stretch is a glyph with a free middle

/// Costs of the rows of one column for each place of the path.
class Rows {
 public:
  Rows(const InkMask& text, const ColumnBox& column)
      : text_(text),
        left_(column.left),
        right_(column.right),
        first_(column.first),
        last_(column.last) {
    const int width = right_ - left_;
    reach_ = std::max(2, width / 8);
    centre_ = (left_ + right_) / 2;
    full_ = std::max(2.0F, 0.09F * static_cast<float>(width));
  }

  [[nodiscard]] int places() const { return 2 * reach_ + 1; }
  [[nodiscard]] int x_of(int place) const { return centre_ - reach_ + place; }
  [[nodiscard]] int first() const { return first_; }
  [[nodiscard]] int last() const { return last_; }

  /// 0 when no ink lies at the place; 1 when a stroke goes far to both sides of it.
  void crossings(int y, std::vector<float>& out) const {
    out.assign(static_cast<std::size_t>(places()), 0);
    for (int x = left_; x < right_; ++x) {
      if (!text_.at(x, y)) {
        continue;
      }
      int end = x;
      while (end < right_ && text_.at(end, y)) {
        ++end;
      }
      for (int place = std::max(0, x - x_of(0)); place < places() && x_of(place) < end; ++place) {
        const int at = x_of(place);
        const auto inside = static_cast<float>(std::min(at - x, end - 1 - at) + 1);
        out[static_cast<std::size_t>(place)] = std::min(1.0F, inside / full_);
      }
      x = end;
    }
  }

  /// Ink in a row away from the rules at the sides.
  [[nodiscard]] int ink(int y) const {
    const int trim = (right_ - left_) / 12;
    return text_.in_row(y, left_ + trim, right_ - trim);
  }
  /// True when ink lies in the very middle.
  [[nodiscard]] bool middle_inked(int y) const {
    const int half = std::max(1, (right_ - left_) / 22);
    return text_.in_row(y, centre_ - half, centre_ + half + 1) > 0;
  }

 private:
  const InkMask& text_;
  int left_;
  int right_;
  int first_;
  int last_;
  int reach_ = 0;
  int centre_ = 0;
  float full_ = 1;
};

/// What the path pays in each row for each of its places. Halves of a note may touch, but none of
/// their strokes goes on to both sides of the path: where a stroke begins the path pays for its
/// depth, whatever its thickness, and little in the rows that follow.
std::vector<std::vector<float>> path_costs(const Rows& rows, double pitch) {
  const auto count = static_cast<std::size_t>(rows.last() - rows.first());
  std::vector<std::vector<float>> depth(count);
  for (std::size_t i = 0; i < count; ++i) {
    rows.crossings(rows.first() + static_cast<int>(i), depth[i]);
  }
  const auto stroke = static_cast<float>(kStroke * pitch);
  std::vector<std::vector<float>> out(count);
  for (std::size_t i = 0; i < count; ++i) {
    out[i].assign(depth[i].size(), 0);
    for (std::size_t place = 0; place < depth[i].size(); ++place) {
      if (depth[i][place] <= 0) {
        continue;
      }
      out[i][place] = kInked + kMerged * depth[i][place] * depth[i][place];
      if (i > 0 && depth[i - 1][place] > 0) {
        continue;
      }
      float deepest = 0;
      for (std::size_t below = i; below < std::min(count, i + 3); ++below) {
        deepest = std::max(deepest, depth[below][place]);
      }
      out[i][place] += stroke * deepest * deepest;
    }
  }
  return out;
}

/// The cheapest way down: state 0 is text, state 1 + p is notes with the path at place p.
std::vector<int> cheapest_way(const Rows& rows, double pitch) {
  const std::vector<std::vector<float>> costs = path_costs(rows, pitch);
  const auto states = static_cast<std::size_t>(rows.places()) + 1;
  const auto usual_change = static_cast<float>(kChange * pitch);
  const auto amid_ink = static_cast<float>(kAmidInk * pitch);
  std::vector<float> cost(states, 0);
  std::fill(cost.begin() + 1, cost.end(), 0.5F * usual_change);
  std::vector<std::vector<std::uint16_t>> from;
  std::vector<float> next(states);
  for (int y = rows.first(); y < rows.last(); ++y) {
    std::vector<std::uint16_t> back(states, 0);
    const auto& crossing = costs[static_cast<std::size_t>(y - rows.first())];
    std::size_t best = 1;
    for (std::size_t s = 2; s < states; ++s) {
      best = cost[s] < cost[best] ? s : best;
    }
    const bool inked = rows.ink(y) > 1;
    // Notes begin and end between glyphs.
    const float change = usual_change + (inked ? amid_ink : 0.0F);
    const bool to_text = cost[best] + change < cost[0];
    back[0] = static_cast<std::uint16_t>(to_text ? best : 0);
    next[0] = (to_text ? cost[best] + change : cost[0]) +
              (inked && !rows.middle_inked(y) ? kFreeMiddle : 0.0F);
    for (std::size_t s = 1; s < states; ++s) {
      std::size_t chosen = s;
      float least = cost[s];
      if (s > 1 && cost[s - 1] + kDrift < least) {
        chosen = s - 1;
        least = cost[s - 1] + kDrift;
      }
      if (s + 1 < states && cost[s + 1] + kDrift < least) {
        chosen = s + 1;
        least = cost[s + 1] + kDrift;
      }
      if (cost[0] + change < least) {
        chosen = 0;
        least = cost[0] + change;
      }
      back[s] = static_cast<std::uint16_t>(chosen);
      next[s] = least + crossing[s - 1];
    }
    cost.swap(next);
    from.push_back(std::move(back));
  }
  std::size_t state = 0;
  for (std::size_t s = 1; s < states; ++s) {
    state = cost[s] + 0.5F * usual_change < cost[state] + (state == 0 ? 0.0F : 0.5F * usual_change)
                ? s
                : state;
  }
  std::vector<int> out(from.size());
  for (std::size_t i = from.size(); i-- > 0;) {
    out[i] = static_cast<int>(state);
    state = from[i][state];
  }
  return out;
}

/// Stretches of one kind; the middle of a note is the median of its path.
std::vector<Stretch> grouped(const Rows& rows, const std::vector<int>& way) {
  std::vector<Stretch> out;
  std::vector<int> path;
  for (std::size_t i = 0; i <= way.size(); ++i) {
    const bool notes = i < way.size() && way[i] > 0;
    if (i == way.size() || out.empty() || out.back().notes != notes) {
      if (!out.empty() && out.back().notes && !path.empty()) {
        const auto half = path.begin() + static_cast<std::ptrdiff_t>(path.size() / 2);
        std::nth_element(path.begin(), half, path.end());
        out.back().middle = rows.x_of(*half - 1);
      }
      path.clear();
      if (i == way.size()) {
        break;
      }
      out.push_back({notes, rows.first() + static_cast<int>(i), 0, 0});
    }
    out.back().last = rows.first() + static_cast<int>(i) + 1;
    if (notes) {
      path.push_back(way[i]);
    }
  }
  return out;
}

/// Rows from the first to one past the last with ink.
void trim(const Rows& rows, Stretch& stretch) {
  while (stretch.first < stretch.last && rows.ink(stretch.first) == 0) {
    ++stretch.first;
  }
  while (stretch.last > stretch.first && rows.ink(stretch.last - 1) == 0) {
    --stretch.last;
  }
}

/// No half of a note is wider than half a column. Ink on one side of the path alone is a note when
/// all of it keeps to its half; else it is text that stands aside in its column.
bool halves_hold(const InkMask& text, int left, int right, const Stretch& stretch, double pitch) {
  std::int64_t before = 0;
  std::int64_t after = 0;
  int first = right;
  int last = left;
  for (int x = left; x < right; ++x) {
    int sum = 0;
    for (int y = stretch.first; y < stretch.last; ++y) {
      sum += text.at(x, y) ? 1 : 0;
    }
    (x < stretch.middle ? before : after) += sum;
    if (sum * 25 > stretch.last - stretch.first) {
      first = std::min(first, x);
      last = x + 1;
    }
  }
  const std::int64_t all = before + after;
  const bool both = before * 8 >= all && after * 8 >= all;
  if (!both) {
    return last - first <= 0.55 * pitch;
  }
  return stretch.middle - first <= 0.62 * pitch && last - stretch.middle <= 0.62 * pitch;
}

/// The longest run of rows without ink between two sides, within some rows.
int longest_blank(const InkMask& text, int left, int right, int first, int last) {
  int longest = 0;
  int run = 0;
  for (int y = first; y < last; ++y) {
    run = text.in_row(y, left, right) > 0 ? 0 : run + 1;
    longest = std::max(longest, run);
  }
  return longest;
}

/// True when a run of rows bears one glyph with a free middle (門, 八, 相) rather than notes: too
/// high for one row of notes, too low for two. Close to a note neither half may have a gap as
/// between two characters; `apart` from it (blank rows, in pitches) the height is enough.
bool is_one_glyph(const InkMask& text, const ColumnBox& box, int middle, double apart,
                  double pitch) {
  const double height = (box.last - box.first) / pitch;
  const int gap = std::max(2, static_cast<int>(0.045 * pitch));
  const auto held = [&](int left, int right) {
    return longest_blank(text, left, right, box.first, box.last) < gap;
  };
  const bool whole = held(box.left, middle) && held(middle, box.right);
  if (apart > 0.25) {
    return height < 0.95 && (height > 0.58 || (height > 0.4 && whole));
  }
  return height > 0.66 && height < 0.92 && whole;
}

/// Gives glyphs at the ends of a note, apart from it, back to the text.
std::vector<Stretch> without_glyphs(const InkMask& text, const ColumnBox& column,
                                    const Stretch& stretch, double pitch) {
  std::vector<std::pair<int, int>> runs;
  for (int y = stretch.first; y < stretch.last; ++y) {
    if (text.in_row(y, column.left, column.right) == 0) {
      continue;
    }
    if (runs.empty() || y - runs.back().second > 0.06 * pitch) {
      runs.emplace_back(y, y);
    }
    runs.back().second = y + 1;
  }
  const auto glyph = [&](const std::pair<int, int>& run, int apart) {
    return is_one_glyph(text, {column.left, column.right, run.first, run.second}, stretch.middle,
                        apart / pitch, pitch);
  };
  std::vector<Stretch> out;
  if (runs.size() > 1 && glyph(runs.front(), runs[1].first - runs.front().second)) {
    out.push_back({false, runs.front().first, runs.front().second, 0});
    runs.erase(runs.begin());
  }
  const bool after =
      !runs.empty() &&
      glyph(runs.back(), runs.size() > 1 ? runs.back().first - runs[runs.size() - 2].second : 0);
  if (runs.size() > (after ? 1U : 0U)) {
    out.push_back(
        {true, runs.front().first, runs[runs.size() - (after ? 2 : 1)].second, stretch.middle});
  }
  if (after) {
    out.push_back({false, runs.back().first, runs.back().second, 0});
  }
  return out;
}

}  // namespace

std::vector<Stretch> find_stretches(const InkMask& text, const ColumnBox& column, double pitch) {
  const Rows rows(text, column);
  std::vector<Stretch> out;
  for (Stretch& stretch : grouped(rows, cheapest_way(rows, pitch))) {
    trim(rows, stretch);
    if (stretch.last <= stretch.first) {
      continue;
    }
    stretch.notes = stretch.notes && stretch.last - stretch.first >= kLeastNote * pitch &&
                    halves_hold(text, column.left, column.right, stretch, pitch) &&
                    is_supported(text, column, stretch, pitch);
    const auto add = [&](const Stretch& part) {
      if (!out.empty() && !out.back().notes && !part.notes) {
        out.back().last = part.last;
      } else {
        out.push_back(part);
      }
    };
    if (!stretch.notes) {
      add(stretch);
      continue;
    }
    for (const Stretch& part : without_glyphs(text, column, stretch, pitch)) {
      add(part);
    }
  }
  return out;
}

}  // namespace shiqu::ocr
