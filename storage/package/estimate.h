#pragma once

#include "storage/package/exporter.h"

#include <cstdint>
#include <string>
#include <vector>

namespace shiqu::package {

/// How much a package will be.
struct SizeEstimate {
  std::int64_t files = 0;   ///< below data/
  bool exact_files = true;  ///< false: columns or characters are among them, of which not all count
  std::uint64_t bytes = 0;  ///< at most, about: masters exactly, the rest by Exporter::footprint()
};

/// Of what `chosen` write by the plan: from sizes of masters, pixels and characters. Reads nothing.
SizeEstimate estimate_size(const PackagePlan& plan, const Registry<Exporter>& exporters,
                           const std::vector<std::string>& chosen);

}  // namespace shiqu::package
