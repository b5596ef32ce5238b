#pragma once

#include "storage/package/exporter.h"

namespace shiqu::package {

/// data/metadata/mets.xml: METS 1.12.1 of all files outside dataset/, with MODS 3.8, PREMIS 3.0
/// (objects, events of the journal, agents, rights) and MIX 2.0. Written in one stream.
std::unique_ptr<Exporter> make_mets_exporter();

}  // namespace shiqu::package
