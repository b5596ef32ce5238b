#pragma once

#include "storage/package/exporter.h"

/// Records of the item for those who ask for them.
namespace shiqu::package {

std::unique_ptr<Exporter> make_lido_exporter();  ///< data/metadata/lido.xml, for artifacts
/// data/metadata/eep.xml: after DA/T 48-2009 as far as others have published its structure;
/// unverified, for the official schema is not public.
std::unique_ptr<Exporter> make_eep_exporter();

}  // namespace shiqu::package
