#pragma once

#include "storage/base/file.h"
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

/// Opens for reading with per-handle message callbacks. Errors: NotFound, Denied, Corrupt.
Result<TiffHandle> open_tiff(const std::filesystem::path& file, TiffMessages& messages);

/// A TIFF being written into a new file; the file is gone unless finish() succeeds.
struct NewTiff {
  NewFile file;
  TiffHandle tiff;

  /// Flushes (TIFFClose tells no errors), closes, fsyncs. Errors: NoSpace, Io.
  Status finish(const std::string& what, const TiffMessages& messages);
};

/// Errors: Exists, NoSpace, Denied, Io.
Result<NewTiff> create_tiff(const std::filesystem::path& file, TiffMessages& messages);

}  // namespace shiqu::imaging
