#pragma once

#include "storage/package/exporter.h"

namespace shiqu::package {

/// data/masters/NNNN.tif: the capture masters in force, byte for byte, compared with their digests.
std::unique_ptr<Exporter> make_masters_exporter();

}  // namespace shiqu::package
