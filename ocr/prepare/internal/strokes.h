#pragma once

#include "capture/quality/ink.h"

#include <vector>

namespace shiqu::ocr {

using quality::InkMask;

/// The ink of a page, told apart.
struct LayerMasks {
  InkMask text;     ///< what is left
  InkMask upright;  ///< frame and column rules
  InkMask level;    ///< lines of the frame above and below
};

/// Tells rules from text by their length, measured in column pitches: upright lines are rules from
/// 0.8 pitches on when thin, from 1.5 on when thick; level ones from 1.6 on. Lines may wander by a
/// few pixels and have gaps of a sixteenth of a pitch.
LayerMasks split_layers(const InkMask& mask, double pitch);

/// Once the borders between columns are known: upright lines amid a column are strokes of glyphs
/// one below the other and become text again; where borders are rules, short thin pieces on one are
/// its rests.
void settle_rules(LayerMasks& layers, const std::vector<int>& borders, bool are_rules,
                  double pitch);

/// Ink of each pixel column between two rows; of each pixel row between two columns.
std::vector<int> ink_by_x(const InkMask& mask, int first_row, int last_row);
std::vector<int> ink_by_y(const InkMask& mask, int left, int right);

}  // namespace shiqu::ocr
