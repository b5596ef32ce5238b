#pragma once

#include "storage/base/result.h"

#include <string>
#include <string_view>

namespace shiqu::package {

/// What an identifier's pattern may ask for.
struct IdentifierFacts {
  std::string_view identifier;  ///< {identifier}: the item's, as the catalogue has it
  int version = 0;              ///< {version}
  std::string_view page;        ///< {page}: "0003"; empty for the item as a whole
  std::string_view uuid;        ///< {uuid}: of the item or the page
  std::string_view name{};      ///< {name}: folder of the package; empty where it is not asked for
};

/// "ark:/99999/{identifier}/{page}" filled in. An empty pattern gives an empty text.
/// Errors: InvalidInput (an unknown name in braces, a brace without its partner, {page} where there
/// is no page).
Result<std::string> fill_pattern(std::string_view pattern, const IdentifierFacts& facts);

/// An http or https address by such a pattern, with a slash at its end; what is put in is escaped
/// (RFC 3986). Errors: those of fill_pattern, InvalidInput (no such address).
Result<std::string> fill_address(std::string_view pattern, const IdentifierFacts& facts);

/// A pattern for pages must tell them apart: it has {page} or {uuid}.
bool tells_pages_apart(std::string_view pattern) noexcept;

}  // namespace shiqu::package
