#pragma once

#include "ocr/prepare/internal/strokes.h"
#include "ocr/prepare/page.h"

#include <vector>

namespace shiqu::ocr {

/// Ink black on white, Gray8.
imaging::Image picture_of(const InkMask& mask);
/// The straightened page with an outline around each area, Rgb8.
imaging::Image picture_of_areas(const PreparedPage& page);
/// The page as given with an outline around each region, Rgb8.
imaging::Image picture_of_regions(const imaging::Image& page,
                                  const std::vector<model::Region>& regions);

}  // namespace shiqu::ocr
