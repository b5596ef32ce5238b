#pragma once

#include "storage/package/internal/bag_check.h"

/// The profile layer: what a Shiqu package asks on top of BagIt.
namespace shiqu::package::profile {

/// Appends findings and fills identifier, version, sequence, signer and signatures of `verdict`.
/// Errors: Io, Denied: the check itself could not be done.
Status check_profile(const bag::Facts& facts, const VerifyOptions& options,
                     PackageVerdict& verdict);

/// Content of the payload: pages against masters, XML and JSON that parse, the journal's chain.
Status check_content(const bag::Facts& facts, PackageVerdict& verdict);

/// Instead of check_content, for a delta: its list, what it carries, the root files it brings.
Status check_delta(const bag::Facts& facts, PackageVerdict& verdict);

/// XML and JSON of the payload that parse; part of check_content.
Status check_payload_documents(const bag::Facts& facts, PackageVerdict& verdict);

}  // namespace shiqu::package::profile
