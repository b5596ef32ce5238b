#pragma once

#include "ocr/prepare/internal/strokes.h"

#include <optional>
#include <vector>

namespace shiqu::ocr {

/// What one pixel column of the text block says about a border between two columns of text there.
struct BorderEvidence {
  std::vector<double> rule;  ///< 0 (none) … 1 (a rule along a third of the height or more)
  std::vector<double> text;  ///< ink of text, 1: as much as within a usual column
};

BorderEvidence border_evidence(const LayerMasks& layers, int top, int bottom, double pitch);

/// Borders of columns from left to right.
struct ColumnGrid {
  double pitch = 0;
  bool ruled = false;        ///< borders are rules; false: gaps between columns
  std::vector<int> borders;  ///< n + 1 for n cells; empty: no columns found
  double score = 0;
};

/// Finds equally spaced columns: for each pitch in a range the best chain of borders (dynamic
/// programming over their places), whose distances keep near the pitch but for narrow cells
/// between two rules (the centre strip) and gaps between two pages. `least` and `most`: pitches.
/// `are_ruled`: when it is known already whether the borders are rules.
ColumnGrid find_columns(const BorderEvidence& evidence, double least, double most,
                        std::optional<bool> are_ruled = {});

}  // namespace shiqu::ocr
