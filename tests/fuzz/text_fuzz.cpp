// UTF-8, hexadecimal and Base64 as they come from files and messages.

#include "storage/base/text.h"
#include "tests/fuzz/fuzz.h"

using namespace shiqu;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  const std::u32string characters = to_utf32(text);
  const std::string again = to_utf8(characters);
  fuzz::expect(is_utf8(again));
  fuzz::expect(!is_utf8(text) || again == text);
  fuzz::expect(without_space_and_punctuation(characters).size() <= characters.size());
  fuzz::expect(display_width(text) >= 0);
  if (const auto bytes = from_hex(text)) {
    fuzz::expect(to_hex(*bytes).size() == text.size());
  }
  if (const auto bytes = from_base64(text)) {
    fuzz::expect(to_base64(*bytes).size() == text.size());
  }
  fuzz::expect(from_base64(to_base64({data, size})).value() ==
               std::vector<std::uint8_t>(data, data + size));
  fuzz::expect(trim(text).size() <= text.size());
  fuzz::expect(!split(text, '\n').empty());
  return 0;
}
