#pragma once

#include "storage/package/exporter.h"

namespace shiqu::package {

/// data/ocr/tei/item.xml: TEI P5 of the whole item, with a facsimile zone for each line that has a
/// place. Written in one stream.
std::unique_ptr<Exporter> make_tei_exporter();

}  // namespace shiqu::package
