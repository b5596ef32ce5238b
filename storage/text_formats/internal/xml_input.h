#pragma once

#include "storage/base/result.h"
#include "storage/text_formats/xml_text.h"

#include <string>
#include <string_view>
#include <vector>

/// Foreign XML: parsed within limits, read by local names whatever the prefixes are.
namespace shiqu::xml {

enum class Entities { Xml, Html };  ///< the five of XML, or common ones of HTML too

/// Parses UTF-8 into `document`. Refused before pugixml sees them: more than 64 MiB, 2,000,000
/// tags, 8,000,000 attributes or 64 levels; a document type with declarations of its own; entities
/// that are not known. Errors: InvalidInput (malformed, too large), Unsupported (not UTF-8). `what`
/// names the attempt.
Status parse(pugi::xml_document& document, std::string_view bytes, const std::string& what,
             Entities entities = Entities::Xml);

std::string_view local_name(const pugi::xml_node& node) noexcept;
pugi::xml_node child(const pugi::xml_node& node, std::string_view name) noexcept;
std::vector<pugi::xml_node> children(const pugi::xml_node& node, std::string_view name);
/// Text of `node` itself, cleaned of what XML forbids.
std::string content(const pugi::xml_node& node);
std::string attribute(const pugi::xml_node& node, const char* name);
/// The namespace of the document's element, empty when it has none.
std::string namespace_of(const pugi::xml_node& root);

}  // namespace shiqu::xml
