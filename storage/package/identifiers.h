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
};

/// "ark:/99999/{identifier}/{page}" filled in. An empty pattern gives an empty text.
/// Errors: InvalidInput (an unknown name in braces, a brace without its partner, {page} where there
/// is no page).
Result<std::string> fill_pattern(std::string_view pattern, const IdentifierFacts& facts);

/// A pattern for pages must tell them apart: it has {page} or {uuid}.
bool tells_pages_apart(std::string_view pattern) noexcept;

}  // namespace shiqu::package
