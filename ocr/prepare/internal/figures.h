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

/// Small columns in the margin above the frame (眉批), right to left, and where they stand
/// together.
struct HeadNotes {
  RectPx box;  ///< empty: there are none
  std::vector<RectPx> columns;
};

/// Glyphs clearly smaller than those of the text, at least two one below the other; raised headings
/// are as large as the text.
HeadNotes find_head_notes(const LayerMasks& layers, const std::vector<Register>& registers,
                          double pitch);

/// Takes all ink out of a part of a mask.
void clear(InkMask& mask, const RectPx& box);

}  // namespace shiqu::ocr
