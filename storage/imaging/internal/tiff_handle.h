#pragma once

#include "storage/base/handle.h"
#include "storage/base/result.h"

#include <tiffio.h>

#include <filesystem>
#include <string>

namespace shiqu::imaging {

using TiffHandle = Handle<TIFF, TIFFClose>;

/// The last message libtiff gave about one handle; outlives the handle.
struct TiffMessages {
  std::string text;
};

/// Opens with per-handle message callbacks. Errors: NotFound, Denied, Corrupt.
Result<TiffHandle> open_tiff(const std::filesystem::path& file, const char* mode,
                             TiffMessages& messages);

}  // namespace shiqu::imaging
