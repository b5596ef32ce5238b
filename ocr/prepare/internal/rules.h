#pragma once

#include "capture/quality/ink.h"

#include <vector>

namespace shiqu::ocr {

using quality::InkMask;

/// A long straight line of ink, roughly upright or roughly level.
struct Rule {
  int at = 0;     ///< x of an upright rule, y of a level one
  int first = 0;  ///< first and one past the last position along it
  int last = 0;
  int length = 0;  ///< of its long unbroken parts, together
};

/// Upright rules from left to right: breaks of a few pixels and a wander of ±2 px are bridged,
/// parts shorter than `least_px` (strokes of glyphs) do not count, and all parts together make at
/// least `share` of the height.
std::vector<Rule> upright_rules(const InkMask& mask, int least_px, double share);
/// Level rules from top to bottom, likewise.
std::vector<Rule> level_rules(const InkMask& mask, int least_px, double share);

/// The mask without straight lines longer than any stroke of a glyph: upright ones above 1.3, level
/// ones above 1.6 column pitches. Only for finding areas: strokes that touch a rule lose ink.
InkMask without_lines(const InkMask& mask, double pitch);

}  // namespace shiqu::ocr
