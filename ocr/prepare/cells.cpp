#include "ocr/prepare/internal/cells.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>

namespace shiqu::ocr {
namespace {

using model::LineKind;

/// The distance that most neighbouring rules have from each other, within an eighth; 0 if fewer
/// than two do.
double usual_distance(const std::vector<Rule>& rules, int width) {
  std::vector<int> gaps;
  for (std::size_t i = 1; i < rules.size(); ++i) {
    const int gap = rules[i].at - rules[i - 1].at;
    if (gap >= width / 45 && gap <= width / 3) {
      gaps.push_back(gap);
    }
  }
  std::size_t most = 0;
  double best = 0;
  for (const int candidate : gaps) {
    std::size_t count = 0;
    double sum = 0;
    for (const int gap : gaps) {
      if (std::abs(gap - candidate) * 8 <= candidate) {
        ++count;
        sum += gap;
      }
    }
    // Frames of two lines repeat one small gap; with as many votes the wider distance is the
    // column.
    const double mean = sum / static_cast<double>(count);
    if (count > most || (count == most && mean > best)) {
      most = count;
      best = mean;
    }
  }
  return most >= 2 ? best : 0;
}

/// Rows between the frame's level lines, else those that the upright rules span.
void set_rows(Grid& grid, const std::vector<Rule>& upright, const std::vector<Rule>& level,
              int height) {
  grid.top = height;
  grid.bottom = 0;
  for (const Rule& rule : upright) {
    grid.top = std::min(grid.top, rule.first);
    grid.bottom = std::max(grid.bottom, rule.last);
  }
  const double most_top = grid.top + grid.pitch;
  const double least_bottom = grid.bottom - grid.pitch;
  for (const Rule& rule : level) {
    if (rule.at < most_top && rule.at < height / 2) {
      grid.top = std::max(grid.top, rule.at);
    }
    if (rule.at > least_bottom && rule.at > height / 2) {
      grid.bottom = std::min(grid.bottom, rule.at);
    }
  }
}

/// A fish tail 魚尾: rows almost full of ink, one after the other, away from the frame.
bool has_fish_tail(const InkMask& mask, const Cell& cell, const Grid& grid) {
  const int trim = (cell.right - cell.left) / 8;
  const int width = cell.right - cell.left - 2 * trim;
  const int margin = static_cast<int>(0.3 * grid.pitch);
  const int needed = std::max(6, static_cast<int>(0.14 * grid.pitch));
  int run = 0;
  for (int y = grid.top + margin; y < grid.bottom - margin; ++y) {
    const int ink = mask.in_row(y, cell.left + trim, cell.right - trim);
    run = ink * 100 >= width * 62 ? run + 1 : 0;
    if (run >= needed) {
      return true;
    }
  }
  return false;
}

/// Splits the space between two rules into cells: one usually, more where rules are broken away.
void add_between(Grid& grid, int left, int right) {
  const double columns = (right - left) / grid.pitch;
  if (columns < 0.4) {
    return;  // between the two lines of a frame
  }
  const int count = std::max(1, static_cast<int>(std::lround(columns - 0.1)));
  for (int i = 0; i < count; ++i) {
    grid.cells.push_back({LineKind::Column, left + (right - left) * i / count,
                          left + (right - left) * (i + 1) / count});
  }
}

/// Where the frame goes on past the outermost rule, half the centre strip was photographed.
void add_open_edges(Grid& grid, const std::vector<Rule>& upright, const std::vector<Rule>& level) {
  int first = upright.front().at;
  int last = upright.back().at;
  for (const Rule& rule : level) {
    first = std::min(first, rule.first);
    last = std::max(last, rule.last);
  }
  const auto open = [&](int left, int right) {
    const double columns = (right - left) / grid.pitch;
    return columns >= 0.3 && columns <= 1.4;
  };
  if (open(first, upright.front().at)) {
    grid.cells.insert(grid.cells.begin(), {LineKind::CentreStrip, first, upright.front().at});
  }
  if (open(upright.back().at, last)) {
    grid.cells.push_back({LineKind::CentreStrip, upright.back().at, last});
  }
}

void mark_centre_strips(const InkMask& mask, Grid& grid) {
  for (std::size_t i = 0; i < grid.cells.size(); ++i) {
    Cell& cell = grid.cells[i];
    const bool outermost = i == 0 || i + 1 == grid.cells.size();
    const bool narrow = cell.right - cell.left < 0.8 * grid.pitch;
    if ((outermost && narrow) || has_fish_tail(mask, cell, grid)) {
      cell.kind = LineKind::CentreStrip;
    }
  }
}

/// Without upright rules: rows between the lines above and below the text, where there are such.
void set_rows_without_rules(Grid& grid, const InkMask& mask) {
  grid.bottom = mask.size.height;
  for (const Rule& rule : level_rules(mask, mask.size.width / 6, 0.3)) {
    if (rule.at * 3 < mask.size.height) {
      grid.top = rule.at + 3;
    } else if (rule.at * 3 > mask.size.height * 2) {
      grid.bottom = std::min(grid.bottom, rule.at - 3);
    }
  }
}

std::vector<int> ink_per_column(const InkMask& mask, const Grid& grid) {
  std::vector<int> out(static_cast<std::size_t>(mask.size.width), 0);
  for (int y = grid.top; y < grid.bottom; ++y) {
    for (int x = 0; x < mask.size.width; ++x) {
      out[static_cast<std::size_t>(x)] += mask.at(x, y) ? 1 : 0;
    }
  }
  return out;
}

std::vector<double> smoothed(const std::vector<int>& values, int radius) {
  std::vector<double> out(values.size(), 0);
  const int count = static_cast<int>(values.size());
  for (int i = 0; i < count; ++i) {
    const int first = std::max(0, i - radius);
    const int last = std::min(count - 1, i + radius);
    double sum = 0;
    for (int j = first; j <= last; ++j) {
      sum += values[static_cast<std::size_t>(j)];
    }
    out[static_cast<std::size_t>(i)] = sum / (last - first + 1);
  }
  return out;
}

/// Runs of the profile above `least`.
std::vector<Cell> runs_above(const std::vector<double>& profile, double least) {
  std::vector<Cell> out;
  int start = -1;
  const int count = static_cast<int>(profile.size());
  for (int x = 0; x <= count; ++x) {
    const bool above = x < count && profile[static_cast<std::size_t>(x)] > least;
    if (above && start < 0) {
      start = x;
    } else if (!above && start >= 0) {
      out.push_back({LineKind::Column, start, x});
      start = -1;
    }
  }
  return out;
}

/// Width that three of four runs stay below: strokes split off a column are narrower.
int typical_width(const std::vector<Cell>& cells) {
  std::vector<int> widths;
  for (const Cell& cell : cells) {
    widths.push_back(cell.right - cell.left);
  }
  std::sort(widths.begin(), widths.end());
  return widths.empty() ? 0 : widths[(widths.size() - 1) * 3 / 4];
}

}  // namespace

Grid grid_from_rules(const InkMask& mask) {
  Grid grid;
  const std::vector<Rule> upright = upright_rules(mask, std::max(60, mask.size.height / 15), 0.16);
  grid.pitch = usual_distance(upright, mask.size.width);
  if (grid.pitch <= 0) {
    return grid;
  }
  grid.ruled = true;
  const std::vector<Rule> level = level_rules(mask, static_cast<int>(1.5 * grid.pitch), 0.3);
  set_rows(grid, upright, level, mask.size.height);
  for (std::size_t i = 1; i < upright.size(); ++i) {
    add_between(grid, upright[i - 1].at, upright[i].at);
  }
  add_open_edges(grid, upright, level);
  mark_centre_strips(mask, grid);
  return grid;
}

bool covers_ink(const InkMask& mask, const Grid& grid) {
  std::int64_t inside = 0;
  std::int64_t all = 0;
  for (int y = grid.top; y < grid.bottom; ++y) {
    inside += mask.in_row(y, grid.cells.front().left, grid.cells.back().right);
    all += mask.in_row(y, 0, mask.size.width);
  }
  return inside * 10 >= all * 8;
}

Grid grid_from_gaps(const InkMask& mask) {
  Grid grid;
  set_rows_without_rules(grid, mask);
  const std::vector<double> profile = smoothed(ink_per_column(mask, grid), 2);
  std::vector<double> sorted = profile;
  std::sort(sorted.begin(), sorted.end());
  const double high = sorted[sorted.size() * 9 / 10];
  grid.cells = runs_above(profile, std::max(1.0, 0.12 * high));
  const int typical = typical_width(grid.cells);
  std::vector<Cell> joined;
  for (const Cell& cell : grid.cells) {
    // A stroke that stands apart from its column is nearer to it than half a column.
    if (!joined.empty() && cell.right - joined.back().left <= typical * 11 / 10) {
      joined.back().right = cell.right;
    } else {
      joined.push_back(cell);
    }
  }
  std::erase_if(joined, [&](const Cell& cell) { return cell.right - cell.left < typical / 4; });
  grid.cells = std::move(joined);
  grid.pitch = typical;
  return grid;
}

}  // namespace shiqu::ocr
