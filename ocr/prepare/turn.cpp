#include "ocr/prepare/turn.h"

#include "ocr/prepare/internal/pieces.h"
#include "ocr/prepare/internal/surroundings.h"
#include "storage/imaging/operations.h"

#include <algorithm>
#include <vector>

namespace shiqu::ocr {
namespace {

constexpr int kWorkingPx = 1000;
constexpr double kMoreRules = 2;     ///< times as much line one way as the other
constexpr double kLeastRules = 4;    ///< in longer edges: less may be a picture's frame
constexpr double kDeeperGaps = 1.6;  ///< times as deep
constexpr double kReadsWell = 0.75;
constexpr double kFairly = 0.6;  ///< a page is turned for no less
constexpr double kFarMore = 0.15;
constexpr int kLeastGlyphs = 6;

/// Lines counted row by row: how many stand side by side, added up, is their length.
double length_of(const InkMask& lines) {
  double out = 0;
  for (int y = 0; y < lines.size.height; ++y) {
    for (int x = 0; x < lines.size.width; ++x) {
      out += lines.at(x, y) && (x == 0 || !lines.at(x - 1, y)) ? 1 : 0;
    }
  }
  return out;
}

/// The same for level lines.
double level_length_of(const InkMask& lines) {
  double out = 0;
  for (int y = 0; y < lines.size.height; ++y) {
    for (int x = 0; x < lines.size.width; ++x) {
      out += lines.at(x, y) && (y == 0 || !lines.at(x, y - 1)) ? 1 : 0;
    }
  }
  return out;
}

/// How deep the gaps of a projection are: its variance over windows of a sixth of its length, since
/// a page may be written on in part only, over the square of its mean.
double contrast_of(const std::vector<int>& ink) {
  const std::size_t window = std::max<std::size_t>(1, ink.size() / 6);
  double variance = 0;
  double weight = 0;
  for (std::size_t first = 0; first + window <= ink.size(); first += window) {
    double sum = 0;
    double squares = 0;
    for (std::size_t i = first; i < first + window; ++i) {
      sum += ink[i];
      squares += static_cast<double>(ink[i]) * ink[i];
    }
    const double mean = sum / static_cast<double>(window);
    if (mean > 0) {
      variance += sum * (squares / static_cast<double>(window) - mean * mean) / (mean * mean);
      weight += sum;
    }
  }
  return weight > 0 ? variance / weight : 0;
}

}  // namespace

TurnEvidence measure_turn(const imaging::Image& page) {
  imaging::Image small = imaging::fit(imaging::to_gray8(page), kWorkingPx);
  lighten_surroundings(small);
  const double longer = std::max(small.width(), small.height());
  // Lines are told from strokes by their length: of strokes there are none as long as two glyphs.
  const LayerMasks layers = split_layers(quality::find_ink(small), longer / 8);
  const InkMask text = despeckled(layers.text, 4);
  return {length_of(layers.upright) / longer, level_length_of(layers.level) / longer,
          contrast_of(ink_by_x(text, 0, text.size.height)),
          contrast_of(ink_by_y(text, 0, text.size.width))};
}

LineAxis axis_of(const TurnEvidence& evidence) noexcept {
  const auto more = [](double a, double b, double times) { return a >= times * b; };
  if (std::max(evidence.upright, evidence.level) >= kLeastRules) {
    if (more(evidence.upright, evidence.level, kMoreRules)) {
      return LineAxis::Upright;
    }
    if (more(evidence.level, evidence.upright, kMoreRules)) {
      return LineAxis::Level;
    }
  }
  if (more(evidence.columns, evidence.rows, kDeeperGaps)) {
    return LineAxis::Upright;
  }
  return more(evidence.rows, evidence.columns, kDeeperGaps) ? LineAxis::Level : LineAxis::Unclear;
}

std::vector<int> turns_to_try(LineAxis axis) {
  switch (axis) {
    case LineAxis::Upright:
      return {0, 2};
    case LineAxis::Level:
      return {1, 3};
    case LineAxis::Unclear:
      break;
  }
  return {0, 2, 1, 3};
}

bool reads_well(const TurnTrial& trial) noexcept {
  return trial.glyphs >= kLeastGlyphs && trial.confidence >= kReadsWell;
}

int chosen_turn(std::span<const TurnTrial> trials) noexcept {
  double as_it_lies = 0;
  const TurnTrial* best = nullptr;
  for (const TurnTrial& trial : trials) {
    if (trial.quarter_turns == 0) {
      as_it_lies = trial.confidence;
    }
    if (trial.glyphs >= kLeastGlyphs && (best == nullptr || trial.confidence > best->confidence)) {
      best = &trial;
    }
  }
  if (best == nullptr || best->confidence < kFairly || best->confidence < as_it_lies + kFarMore) {
    return 0;
  }
  return best->quarter_turns;
}

}  // namespace shiqu::ocr
