#pragma once

#include "storage/package/exporter.h"
#include "storage/package/payload_rules.h"
#include "storage/package/stream_text.h"

/// PREMIS 3.0 and MIX 2.0 elements inside METS.
namespace shiqu::package::mets {

/// A premis:file with both digests, size and format. `origin`: of a text file, else None.
void write_object(XmlOut& out, const BagEntry& entry, const PayloadRule* rule, TextOrigin origin);
void write_event(XmlOut& out, const model::Event& event);
/// `agent` is text_of(Agent).
void write_agent(XmlOut& out, const std::string& agent);
void write_rights(XmlOut& out, const model::Item& item);
/// What is known of a master: size, resolution, device, moment.
void write_mix(XmlOut& out, const model::Capture& capture);

}  // namespace shiqu::package::mets
