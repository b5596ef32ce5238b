#pragma once

#include "ocr/prepare/page.h"

#include <vector>

namespace fixture {

/// Boxes of the regions of one kind.
inline std::vector<shiqu::RectPx> boxes_of(const shiqu::ocr::PreparedPage& page,
                                           shiqu::model::RegionKind kind) {
  std::vector<shiqu::RectPx> out;
  for (const shiqu::model::Region& region : page.regions) {
    if (region.kind == kind) {
      out.push_back(region.box);
    }
  }
  return out;
}

/// What two boxes have in common, of what they cover together: 0…1.
inline double agreement(const shiqu::RectPx& a, const shiqu::RectPx& b) {
  const shiqu::RectPx common = intersection(a, b);
  const double both = static_cast<double>(common.width) * common.height;
  const double all =
      static_cast<double>(a.width) * a.height + static_cast<double>(b.width) * b.height;
  return both / (all - both);
}

}  // namespace fixture
