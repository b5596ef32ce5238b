// Images from cameras, cards and folders: told apart by their first bytes, then decoded.

#include "storage/imaging/codecs.h"
#include "tests/fuzz/fuzz.h"

using namespace shiqu;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const fuzz::MemoryFile file(fuzz::text_of(data, size));
  imaging::DecodeLimits limits;
  limits.pixels = 1 << 20;
  const auto decoded = imaging::decode_file(file.path(), limits);
  if (decoded) {
    const auto pixels = static_cast<std::int64_t>(decoded->image.width()) * decoded->image.height();
    fuzz::expect(pixels > 0 && pixels <= limits.pixels);
    fuzz::expect(decoded->info.exif_orientation >= 1 && decoded->info.exif_orientation <= 8);
  }
  return 0;
}
