#pragma once

#include "storage/package/package.h"

#include <cstdint>

namespace shiqu::package {

/// About how much a package will be.
struct SizeEstimate {
  std::int64_t files = 0;   ///< below data/; exact but for `columns` and `glyphs`
  std::uint64_t bytes = 0;  ///< masters exactly, the rest from shares that real packages had
  bool exact_files = true;  ///< false: one of those two is in it
};

/// From what the plan knows: sizes of masters, pixels, characters, exporters. Reads nothing.
SizeEstimate estimate_size(const PackagePlan& plan);

}  // namespace shiqu::package
