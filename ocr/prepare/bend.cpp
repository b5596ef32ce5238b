#include "ocr/prepare/internal/bend.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace shiqu::ocr {
namespace {

constexpr double kReach = 0.22;      ///< pitches that a border may wander to either side
constexpr double kStripRows = 1.2;   ///< pitches
constexpr double kStiffness = 0.12;  ///< cost of 0.03 pitches of sidestep between strips

std::size_t at(int index) {
  return static_cast<std::size_t>(index);
}

/// Costs of a border at each place of one strip: ink of text costs, a rule pays.
std::vector<double> strip_costs(const LayerMasks& layers, int first, int last, double pitch) {
  const std::vector<int> rules = ink_by_x(layers.upright, first, last);
  const std::vector<int> text = ink_by_x(layers.text, first, last);
  const double rows = std::max(1, last - first);
  const int reach = std::max(1, static_cast<int>(0.02 * pitch));
  const int width = static_cast<int>(text.size());
  std::vector<double> out(text.size(), 0);
  for (int x = 0; x < width; ++x) {
    double crossed = 0;
    for (int near = std::max(0, x - reach); near <= std::min(width - 1, x + reach); ++near) {
      crossed += text[at(near)];
    }
    crossed /= rows * (2 * reach + 1);
    const double rule = rules[at(x)] + 0.5 * (rules[at(std::max(0, x - 1))] +
                                              rules[at(std::min(width - 1, x + 1))]);
    out[at(x)] = std::min(1.0, 3 * crossed) - std::min(1.0, 0.8 * rule / rows);
  }
  return out;
}

/// The cheapest offsets of one border, strip by strip, by dynamic programming.
std::vector<double> trace(const std::vector<std::vector<double>>& strips, int border,
                          double pitch) {
  const int reach = static_cast<int>(kReach * pitch);
  const int places = 2 * reach + 1;
  const int most = std::max(1, static_cast<int>(0.08 * pitch));
  const double unit = 0.03 * pitch;
  std::vector<double> total(at(places), 0);
  std::vector<std::vector<int>> from;
  for (const std::vector<double>& strip : strips) {
    std::vector<double> next(at(places));
    std::vector<int> back(at(places));
    for (int p = 0; p < places; ++p) {
      const int x = std::clamp(border - reach + p, 0, static_cast<int>(strip.size()) - 1);
      double best = 1e30;
      for (int q = std::max(0, p - most); q <= std::min(places - 1, p + most); ++q) {
        const double step = (p - q) / unit;
        const double cost = total[at(q)] + (from.empty() ? 0 : kStiffness * step * step);
        if (cost < best) {
          best = cost;
          back[at(p)] = q;
        }
      }
      const double off = (p - reach) / pitch;
      next[at(p)] = best + strip[at(x)] + 0.5 * off * off;
    }
    total.swap(next);
    from.push_back(std::move(back));
  }
  auto place = static_cast<int>(std::min_element(total.begin(), total.end()) - total.begin());
  std::vector<double> out(strips.size());
  for (std::size_t s = strips.size(); s-- > 0;) {
    out[s] = place - reach;
    place = from[s][at(place)];
  }
  return out;
}

double median(double a, double b, double c) {
  return std::max(std::min(a, b), std::min(std::max(a, b), c));
}

/// One border that followed a stroke is put right by its neighbours; then strips are smoothed.
void smooth(std::vector<std::vector<double>>& offsets) {
  const std::vector<std::vector<double>> raw = offsets;
  for (std::size_t i = 1; i + 1 < raw.size(); ++i) {
    for (std::size_t s = 0; s < raw[i].size(); ++s) {
      offsets[i][s] = median(raw[i - 1][s], raw[i][s], raw[i + 1][s]);
    }
  }
  if (raw.size() > 2) {  // the outermost ones follow the ones beside them
    for (std::size_t s = 0; s < raw.front().size(); ++s) {
      offsets.front()[s] = median(raw[0][s], raw[1][s], raw[2][s]);
      offsets.back()[s] =
          median(raw[raw.size() - 1][s], raw[raw.size() - 2][s], raw[raw.size() - 3][s]);
    }
  }
  for (auto& border : offsets) {
    for (int round = 0; round < 2; ++round) {
      std::vector<double> out = border;
      for (std::size_t s = 0; s < border.size(); ++s) {
        const double above = border[s > 0 ? s - 1 : s];
        const double below = border[s + 1 < border.size() ? s + 1 : s];
        out[s] = (above + 2 * border[s] + below) / 4;
      }
      border.swap(out);
    }
  }
}

/// Index of the last of `places` at or before `value`, and how far it is on to the next, 0…1.
std::pair<std::size_t, double> between(const std::vector<double>& places, double value) {
  if (value <= places.front()) {
    return {0, 0};
  }
  if (value >= places.back()) {
    return {places.size() - 1, 0};
  }
  const auto next = std::upper_bound(places.begin(), places.end(), value);
  const auto index = static_cast<std::size_t>(next - places.begin()) - 1;
  return {index, (value - places[index]) / (places[index + 1] - places[index])};
}

}  // namespace

double Bend::shift_at(double x, double y) const noexcept {
  if (xs.empty() || ys.empty()) {
    return 0;
  }
  const auto [i, fx] = between(xs, x);
  const std::pair<std::size_t, double> row = between(ys, y);
  const std::size_t rows = ys.size();
  const auto along = [&](std::size_t border) {
    const double above = shifts[border * rows + row.first];
    const double part = row.second;
    return part > 0 ? above * (1 - part) + shifts[border * rows + row.first + 1] * part : above;
  };
  return fx > 0 ? along(i) * (1 - fx) + along(i + 1) * fx : along(i);
}

Bend trace_borders(const LayerMasks& layers, const ColumnGrid& grid, int top, int bottom) {
  Bend out;
  const int count = std::max(3, static_cast<int>((bottom - top) / (kStripRows * grid.pitch)));
  if (grid.borders.size() < 2 || bottom - top < 2 * count) {
    return out;
  }
  std::vector<std::vector<double>> strips;
  for (int s = 0; s < count; ++s) {
    const int first = top + (bottom - top) * s / count;
    const int last = top + (bottom - top) * (s + 1) / count;
    strips.push_back(strip_costs(layers, first, last, grid.pitch));
    out.ys.push_back((first + last) / 2.0);
  }
  std::vector<std::vector<double>> offsets;
  for (const int border : grid.borders) {
    offsets.push_back(trace(strips, border, grid.pitch));
    out.xs.push_back(border);
  }
  smooth(offsets);
  for (const auto& border : offsets) {
    out.shifts.insert(out.shifts.end(), border.begin(), border.end());
  }
  return out;
}

double longest_shift(const Bend& bend) noexcept {
  double out = 0;
  for (const double shift : bend.shifts) {
    out = std::max(out, std::abs(shift));
  }
  return out;
}

Bend scaled(Bend bend, double scale) {
  for (auto* values : {&bend.xs, &bend.ys, &bend.shifts}) {
    for (double& value : *values) {
      value *= scale;
    }
  }
  return bend;
}

imaging::Image straightened(const imaging::Image& gray, const Bend& bend) {
  imaging::Image out(imaging::PixelFormat::Gray8, gray.size());
  constexpr int kStep =
      8;  // shifts change slowly: between every eighth pixel they are drawn straight
  for (int y = 0; y < gray.height(); ++y) {
    const std::uint8_t* from = gray.row(y).data();
    std::uint8_t* to = out.row(y).data();
    const int last = gray.width() - 1;
    double next = bend.shift_at(0, y);
    for (int start = 0; start <= last; start += kStep) {
      const double first = next;
      next = bend.shift_at(start + kStep, y);
      const double slope = (next - first) / kStep;
      for (int x = start; x <= std::min(last, start + kStep - 1); ++x) {
        const double source = std::clamp<double>(x + first + slope * (x - start), 0, last);
        const int left = static_cast<int>(source);
        const int right = std::min(left + 1, last);
        const double part = source - left;
        to[x] = static_cast<std::uint8_t>(from[left] * (1 - part) + from[right] * part + 0.5);
      }
    }
  }
  return out;
}

}  // namespace shiqu::ocr
