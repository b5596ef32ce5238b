// Packed page texts: from the catalogue, which a bad disk may have changed.

#include "storage/model/text_codec.h"
#include "tests/fuzz/fuzz.h"

using namespace shiqu;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = model::unpack_text(fuzz::text_of(data, size));
  if (!text) {
    return 0;
  }
  const auto packed = model::pack_text(*text);
  fuzz::expect(packed.has_value());
  const auto again = model::unpack_text(*packed);
  fuzz::expect(again.has_value() && model::to_json(*again) == model::to_json(*text));
  fuzz::expect(model::pack_text(*again).value() == *packed);
  return 0;
}
