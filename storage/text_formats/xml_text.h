#pragma once

#include <pugixml.hpp>

#include <string>
#include <string_view>

namespace shiqu::xml {

/// `text` without the characters XML 1.0 forbids; malformed UTF-8 becomes U+FFFD.
std::string clean(std::string_view text);

/// Begins a document: XML 1.0 in UTF-8.
void declare(pugi::xml_document& document);

/// The document as UTF-8 with its declaration, indented by `indent` unless `format` says otherwise.
std::string text_of(const pugi::xml_document& document, const char* indent,
                    unsigned format = pugi::format_indent);

}  // namespace shiqu::xml
