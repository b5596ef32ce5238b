#pragma once

#include "ocr/prepare/internal/strokes.h"

#include <vector>

namespace shiqu::ocr {

/// Rows of one register of text: nearly always one a page, two where a page is divided by a line.
struct Register {
  int top = 0;           ///< inner edge of the line above, or first row of ink
  int bottom = 0;        ///< inner edge of the line below, or one past the last row of ink
  int outer_top = 0;     ///< outer edge of the line above; `top` when there is none
  int outer_bottom = 0;  ///< likewise below
  bool line_above = false;
  bool line_below = false;
};

/// Finds the lines above and below the text; registers from top to bottom, at least one unless
/// the page has no ink.
std::vector<Register> find_registers(const LayerMasks& layers, double pitch);

/// True for three registers or more between lines: with rules they are the cells of a table.
bool is_table(const std::vector<Register>& registers) noexcept;

}  // namespace shiqu::ocr
