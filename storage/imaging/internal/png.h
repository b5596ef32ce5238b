#pragma once

#include "storage/imaging/codecs.h"

namespace shiqu::imaging {

/// Gray or RGB PNG of 1…16 bits. Errors: as decode_file.
Result<DecodedImage> decode_png(const std::filesystem::path& file, const DecodeLimits& limits);

}  // namespace shiqu::imaging
