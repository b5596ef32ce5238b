#pragma once

#include "storage/base/result.h"

#include <string>
#include <string_view>

namespace shiqu::transfer {

/// A QR code (ISO/IEC 18004, level M) of a short text as an SVG element, `width_mm` wide with its
/// quiet zone. Errors: InvalidInput (too long for a code).
Result<std::string> qr_svg(std::string_view text, double width_mm);

}  // namespace shiqu::transfer
