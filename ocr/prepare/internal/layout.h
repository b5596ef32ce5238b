#pragma once

#include "ocr/prepare/internal/columns.h"
#include "ocr/prepare/internal/frame.h"
#include "ocr/prepare/internal/strokes.h"
#include "storage/base/geometry.h"

#include <vector>

namespace shiqu::ocr {

/// Everything known about the page's grid, in pixels of the mask it was found in.
struct Layout {
  LayerMasks layers;
  std::vector<Register> registers;
  ColumnGrid grid;
};

/// What stands on a page beside its text, in pixels of the mask.
struct Pictures {
  std::vector<RectPx> figures;
  std::vector<RectPx> seals;      ///< told by their shape
  std::vector<RectPx> taken_out;  ///< of the mask: figures, and seals on blank paper
};

/// Finds grid and pictures. The lengths that tell rules from strokes depend on the pitch: it is
/// guessed, then found. What fits no grid (Pictures::taken_out) is taken out of `mask`.
/// `square_seals`: also look for seals by their shape. Without ink there are no registers, without
/// columns no borders.
Layout find_layout(InkMask& mask, bool square_seals, Pictures& pictures);

/// The grid of a page of which it is known what its pitch is (px) and whether borders are rules.
Layout settled_layout(const InkMask& mask, double pitch, bool ruled);

}  // namespace shiqu::ocr
