#pragma once

#include "storage/base/result.h"
#include "storage/imaging/image.h"

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

/// `image` as 8-bit sRGB (Rgb8), perceptual intent. Without `icc` the pixels count as sRGB already.
/// 16-bit samples are reduced to their high byte first.
/// Errors: Corrupt (a profile that cannot be read or is for another number of channels).
Result<Image> to_srgb(const Image& image, std::span<const std::uint8_t> icc);

}  // namespace shiqu::imaging
