// Public keys and signature files of other hands.

#include "storage/package/minisign.h"
#include "tests/fuzz/fuzz.h"

using namespace shiqu;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const package::StationKey key = package::new_station_key();
  static const fuzz::MemoryFile signed_file("what was signed\n");
  const std::string_view text = fuzz::text_of(data, size);
  if (const auto parsed = package::parse_public_key(text)) {
    const auto again = package::parse_public_key(package::public_key_text(*parsed));
    fuzz::expect(again.has_value() && *again == *parsed);
  }
  // A signature by a key that this process has just made cannot be guessed.
  fuzz::expect(!package::verify_file_signature(key.verifying(), signed_file.path(), text));
  return 0;
}
