// Screen pyramids are read by the desk itself, without a sandbox: damage must be an error.

#include "storage/imaging/tiff.h"
#include "tests/fuzz/fuzz.h"

#include <algorithm>

using namespace shiqu;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const fuzz::MemoryFile file(fuzz::text_of(data, size));
  auto reader = imaging::PyramidReader::open(file.path());
  if (!reader) {
    return 0;
  }
  for (int level = 0; level < std::min(reader->levels(), 4); ++level) {
    const auto tile = reader->tile(level, 0, 0);
    fuzz::expect(!tile || (tile->width() <= imaging::PyramidReader::kTile &&
                           tile->height() <= imaging::PyramidReader::kTile));
    fuzz::expect(!reader->tile(level, -1, 0));
    fuzz::expect(!reader->tile(level, 1 << 30, 0));
  }
  return 0;
}
