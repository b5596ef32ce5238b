#pragma once

#include "storage/package/internal/bag_check.h"

namespace shiqu::package::bag {

/// Reads every listed file once, on up to four threads, and compares it with all manifests that
/// list it. Findings are appended in the order of paths. `progress` is called by the calling thread
/// alone. Errors: Denied, Io, Cancelled: a file could not be read.
Status check_digests(const Facts& facts, std::vector<VerifyFinding>& findings,
                     const ReadProgress& progress, const std::stop_token& stop);

}  // namespace shiqu::package::bag
