#pragma once

#include "storage/base/geometry.h"
#include "storage/imaging/image.h"

namespace shiqu::ocr {

/// `gray` turned anticlockwise by `angle_deg` about its middle, same size, bilinear; what comes
/// in at the corners takes the nearest pixel of the edge.
imaging::Image turned(const imaging::Image& gray, double angle_deg);

/// Where a point of the turned image lies on the original.
PointPx point_before_turn(PointPx point, SizePx size, double angle_deg) noexcept;

}  // namespace shiqu::ocr
