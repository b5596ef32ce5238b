#pragma once

#include "capture/quality/ink.h"

#include <stop_token>

namespace shiqu::quality {

/// How far the lines of a page are from level.
struct Skew {
  double angle_deg = 0;   ///< positive when horizontal lines fall to the right
  double confidence = 0;  ///< 0…1; below kSkewTrusted the angle is a guess
};

constexpr double kSkewTrusted = 0.15;

/// Which structures count: on paper that is not flat, columns and lines lean differently.
enum class SkewAxis { Upright, Level, Clearest };

/// Measures the skew of text lines, columns, rules and frames within ±`limit_deg`.
///
/// For an angle a, ink is counted along slanted lines: h(x + y·tan a) for upright structures and
/// h(y − x·tan a) for level ones; the score is Σh². The angle of the highest score wins, with
/// Clearest on the axis whose score stands out more; confidence = 1 − median score ÷ highest score.
/// Accurate to 0.1° for a page with rules, frame or ten lines of text, seen at ≥ 600 px.
/// Cancelled early it returns confidence 0. Any thread; pure.
Skew measure_skew(const InkMask& mask, double limit_deg = 8, SkewAxis axis = SkewAxis::Clearest,
                  std::stop_token stop = {});

}  // namespace shiqu::quality
