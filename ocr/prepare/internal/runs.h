#pragma once

#include "capture/quality/ink.h"

#include <cstddef>
#include <vector>

namespace shiqu::ocr {

/// Ink side by side in one row: the pixels first … end − 1.
struct InkRun {
  int y = 0;
  int first = 0;
  int end = 0;
  std::size_t piece = 0;  ///< of connected ink (8 neighbours)
};

/// All ink as runs, row by row, told apart by pieces; these are numbered in the order in which they
/// begin. Two-pass labelling with union-find (Rosenfeld and Pfaltz 1966), over runs.
struct InkRuns {
  std::vector<InkRun> runs;
  std::size_t pieces = 0;
};
InkRuns find_runs(const quality::InkMask& mask);

}  // namespace shiqu::ocr
