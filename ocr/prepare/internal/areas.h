#pragma once

#include "ocr/prepare/internal/cells.h"
#include "ocr/prepare/page.h"

#include <vector>

namespace shiqu::ocr {

/// Trims the cells of a grid to their ink and splits half-width notes; right to left, in pixels
/// of the mask. Within a column: main text, right half of a note, its left half, main text …
std::vector<ReadingArea> areas_of(const InkMask& mask, const Grid& grid);

}  // namespace shiqu::ocr
