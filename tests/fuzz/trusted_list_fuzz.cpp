// The signed list of trusted models: whatever does not bear the one signature is refused.

#include "tests/fuzz/fuzz.h"
#include "ui/app/trusted_models.h"

using namespace shiqu;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const package::StationKey key = package::new_station_key();
  const std::vector<package::KnownKey> keys{{key.verifying(), true, false, false}};
  const std::string_view text = fuzz::text_of(data, size);
  fuzz::expect(!app::parse_trusted_list(text, keys));
  // The same lines, signed: they are read as they stand, or refused.
  const std::string list = std::string(text) + "\n";
  const auto signature = package::sign_text(key, list, "t", "u");
  fuzz::expect(signature.has_value());
  if (const auto models = app::parse_trusted_list(list + "signature\n" + *signature, keys)) {
    fuzz::expect(app::trusted_list_text(*models) == list);
  }
  return 0;
}
