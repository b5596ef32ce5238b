#include "ocr/prepare/internal/rules.h"

#include <algorithm>

namespace shiqu::ocr {
namespace {

constexpr int kWanderPx = 2;
constexpr int kErasedWanderPx = 1;
constexpr int kBridgePx = 2;

/// The mask seen along one direction: `across` picks the line, `along` the place on it.
struct Direction {
  const InkMask& mask;
  bool upright;

  [[nodiscard]] int lines() const { return upright ? mask.size.width : mask.size.height; }
  [[nodiscard]] int length() const { return upright ? mask.size.height : mask.size.width; }
  [[nodiscard]] bool near(int across, int along, int wander) const {
    const int first = std::max(0, across - wander);
    const int last = std::min(lines() - 1, across + wander);
    for (int i = first; i <= last; ++i) {
      if (upright ? mask.at(i, along) : mask.at(along, i)) {
        return true;
      }
    }
    return false;
  }
};

/// Measures the long parts of one line.
Rule measure_line(const Direction& direction, int across, int least) {
  Rule out{across, direction.length(), 0, 0};
  int start = -1;
  int end = -1;
  const auto take = [&] {
    if (start >= 0 && end - start >= least) {
      out.first = std::min(out.first, start);
      out.last = end;
      out.length += end - start;
    }
    start = -1;
  };
  for (int along = 0; along < direction.length(); ++along) {
    if (direction.near(across, along, kWanderPx)) {
      start = start < 0 ? along : start;
      end = along + 1;
    } else if (along - end >= kBridgePx) {
      take();
    }
  }
  take();
  return out;
}

/// Lines beside each other are one rule; its place is their mean, weighted by length.
Rule merged(const std::vector<Rule>& group) {
  Rule out = group.front();
  double weighted = 0;
  double weight = 0;
  for (const Rule& one : group) {
    out.first = std::min(out.first, one.first);
    out.last = std::max(out.last, one.last);
    out.length = std::max(out.length, one.length);
    weighted += static_cast<double>(one.at) * one.length;
    weight += one.length;
  }
  out.at = static_cast<int>(weighted / weight + 0.5);
  return out;
}

std::vector<Rule> rules_along(const Direction& direction, int least_px, double share) {
  const int least = static_cast<int>(share * direction.length());
  const int beside = std::max(3, direction.lines() / 150);
  std::vector<Rule> out;
  std::vector<Rule> group;
  for (int across = 0; across < direction.lines(); ++across) {
    const Rule line = measure_line(direction, across, least_px);
    if (line.length < least) {
      continue;
    }
    if (!group.empty() && across - group.back().at > beside) {
      out.push_back(merged(group));
      group.clear();
    }
    group.push_back(line);
  }
  if (!group.empty()) {
    out.push_back(merged(group));
  }
  return out;
}

void erase_lines(const Direction& direction, int least, InkMask& out) {
  const auto erase = [&](int across, int first, int last) {
    for (int i = std::max(0, across - kErasedWanderPx);
         i <= std::min(direction.lines() - 1, across + kErasedWanderPx); ++i) {
      for (int along = first; along < last; ++along) {
        const int x = direction.upright ? i : along;
        const int y = direction.upright ? along : i;
        out.ink[static_cast<std::size_t>(y) * static_cast<std::size_t>(out.size.width) +
                static_cast<std::size_t>(x)] = 0;
      }
    }
  };
  for (int across = 0; across < direction.lines(); ++across) {
    int start = -1;
    for (int along = 0; along <= direction.length(); ++along) {
      if (along < direction.length() && direction.near(across, along, kErasedWanderPx)) {
        start = start < 0 ? along : start;
      } else if (start >= 0) {
        if (along - start >= least) {
          erase(across, start, along);
        }
        start = -1;
      }
    }
  }
}

}  // namespace

InkMask without_lines(const InkMask& mask, double pitch) {
  InkMask out = mask;
  erase_lines({mask, true}, static_cast<int>(1.3 * pitch), out);
  erase_lines({mask, false}, static_cast<int>(1.6 * pitch), out);
  return out;
}

std::vector<Rule> upright_rules(const InkMask& mask, int least_px, double share) {
  return rules_along({mask, true}, least_px, share);
}

std::vector<Rule> level_rules(const InkMask& mask, int least_px, double share) {
  return rules_along({mask, false}, least_px, share);
}

}  // namespace shiqu::ocr
