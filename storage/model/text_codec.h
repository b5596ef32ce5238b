#pragma once

#include "storage/model/text.h"

#include <string>
#include <string_view>

namespace shiqu::model {

/// The compact form of a page's text that the catalogue keeps (docs/formats/text-body.md). It gives
/// back what to_json() gives, but for two things: bytes that are no UTF-8 become U+FFFD, and a
/// confidence in 0…1 is rounded to one in ten thousand (reports show thousandths, engines that give
/// percents come back exactly). Errors: InvalidInput (a line whose id is no UUID).
Result<std::string> pack_text(const PageText& text);

/// Inverse of pack_text() for bytes from anywhere: never reads past the end and never takes more
/// memory than a small multiple of `bytes`. Errors: Unsupported (a later version), Corrupt.
Result<PageText> unpack_text(std::string_view bytes);

}  // namespace shiqu::model
