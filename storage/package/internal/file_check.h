#pragma once

#include "storage/package/internal/bag_check.h"

/// The second half of the generic layer: files against manifests.
namespace shiqu::package::bag {

/// Lower case of ASCII letters.
std::string lower_case(std::string_view text);

/// Completeness both ways, digests (each file is read once for all manifests) and names. Appends
/// findings. Errors: Denied, Io, Cancelled: a file could not be read.
Status check_files(const Facts& facts, std::vector<VerifyFinding>& findings,
                   const ReadProgress& progress, const std::stop_token& stop);

}  // namespace shiqu::package::bag
