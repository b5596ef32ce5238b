#pragma once

#include "ocr/prepare/internal/columns.h"
#include "ocr/prepare/internal/frame.h"
#include "ocr/prepare/internal/strokes.h"

#include <vector>

namespace shiqu::ocr {

/// Drawings: connected ink that reaches over more than two columns and more than two rows, with
/// what stands close to it, and that neither frame nor rules explain. Boxes in pixels of the masks.
std::vector<RectPx> find_figures(const LayerMasks& layers, const std::vector<Register>& registers,
                                 const ColumnGrid& grid);

/// Takes all ink out of a part of a mask.
void clear(InkMask& mask, const RectPx& box);

}  // namespace shiqu::ocr
