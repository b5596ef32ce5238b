#pragma once

#include "ocr/prepare/internal/columns.h"
#include "ocr/prepare/page.h"

namespace shiqu::ocr {

/// Follows every border of the grid down the page, a strip of rows at a time, along its rule or
/// along the gap between two columns, and smooths over strips and neighbours. The result tells
/// where the straight borders of `grid` really lie. Fewer than two borders: empty.
Bend trace_borders(const LayerMasks& layers, const ColumnGrid& grid, int top, int bottom);

/// The longest way that anything is moved.
double longest_shift(const Bend& bend) noexcept;

/// The bend of an image `scale` times as large.
Bend scaled(Bend bend, double scale);

/// `gray` (Gray8) with its borders made straight: pixel (x, y) is taken from (x + shift, y).
imaging::Image straightened(const imaging::Image& gray, const Bend& bend);

}  // namespace shiqu::ocr
