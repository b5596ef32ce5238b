#pragma once

#include "storage/package/exporter.h"

/// What describes the item and the package as a whole.
namespace shiqu::package {

std::unique_ptr<Exporter> make_dublin_core_exporter();  ///< data/metadata/dc.xml
std::unique_ptr<Exporter> make_record_exporter();       ///< data/metadata/record.json
std::unique_ptr<Exporter> make_events_exporter();       ///< data/provenance/events.jsonl
std::unique_ptr<Exporter> make_quality_exporter();      ///< data/reports/quality.json
std::unique_ptr<Exporter> make_ro_crate_exporter();     ///< data/ro-crate-metadata.json; the last

}  // namespace shiqu::package
