#pragma once

#include "storage/package/exporter.h"

/// Reports on what the plan decided: data/reports/.
namespace shiqu::package {

std::unique_ptr<Exporter> make_redaction_exporter();    ///< redaction.json: what was blacked out
std::unique_ptr<Exporter> make_identifiers_exporter();  ///< data/metadata/identifiers.json
std::unique_ptr<Exporter> make_split_exporter();        ///< split.json: side of the data set
std::unique_ptr<Exporter> make_dedup_exporter();        ///< dedup.json: exact and near duplicates

}  // namespace shiqu::package
