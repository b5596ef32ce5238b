#pragma once

#include "storage/base/result.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace shiqu::imaging {

/// An ICC v2 profile for sRGB (IEC 61966-2-1), made by Little CMS; the same bytes at every call.
const std::vector<std::uint8_t>& srgb_profile();

/// An ICC profile for gray with the sRGB tone curve and D50-adapted white.
const std::vector<std::uint8_t>& gray_profile();

/// What an embedded profile calls itself. Errors: Corrupt (cannot be read as ICC).
Result<std::string> profile_description(std::span<const std::uint8_t> icc);

/// True if `icc` is a readable profile for images of that many channels (1 gray, 3 RGB).
bool profile_fits(std::span<const std::uint8_t> icc, int channels);

}  // namespace shiqu::imaging
