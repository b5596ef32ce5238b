// Sealed keys, age keys and the station's list of trusted models, as somebody may have put them
// into the archive.

#include "storage/package/key_file.h"
#include "storage/package/recipient.h"
#include "tests/fuzz/fuzz.h"

using namespace shiqu;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  if (const auto key = package::parse_sealed_key(text, "fuzz")) {
    fuzz::expect(package::text_of(*key) == text);
  }
  if (const auto recipient = package::parse_recipient(text)) {
    fuzz::expect(package::parse_recipient(package::recipient_text(*recipient)).value() ==
                 *recipient);
  }
  if (const auto bytes = package::from_bech32("a", text)) {
    fuzz::expect(package::from_bech32("a", package::to_bech32("a", *bytes)).value() == *bytes);
  }
  static_cast<void>(package::parse_identity(text));
  static_cast<void>(package::parse_unsealed_key(text, "fuzz"));
  return 0;
}
