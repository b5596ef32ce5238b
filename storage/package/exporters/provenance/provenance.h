#pragma once

#include "storage/package/exporter.h"

/// Who or what made things out of what.
namespace shiqu::package {

std::unique_ptr<Exporter> make_prov_exporter();  ///< data/provenance/prov.jsonld, W3C PROV-O
/// data/provenance/glyphs/NNNN.jsonl: for each character of the text in force the revision that
/// brought it in, its author, and the recogniser with its model.
std::unique_ptr<Exporter> make_glyph_provenance_exporter();

}  // namespace shiqu::package
