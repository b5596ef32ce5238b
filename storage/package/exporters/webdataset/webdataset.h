#pragma once

#include "storage/package/exporter.h"

namespace shiqu::package {

/// data/dataset/shards/SPLIT-NNNNNN.tar: WebDataset, a sample a page: image, text, facts with
/// lines. A shard holds at most 1000 samples and begins a new one past 1 GiB.
std::unique_ptr<Exporter> make_webdataset_exporter();

}  // namespace shiqu::package
