// Declaration, tags and manifests of bags that others made. The first byte chooses the encoding.

#include "storage/package/internal/bag_text.h"
#include "storage/package/names.h"
#include "tests/fuzz/fuzz.h"

#include <algorithm>
#include <array>
#include <map>

using namespace shiqu;
namespace bag = shiqu::package::bag;

namespace {

void try_manifest(std::string_view text) {
  for (const bool percent : {false, true}) {
    const auto lines = bag::parse_manifest(text, percent);
    if (!lines) {
      continue;
    }
    for (const bag::ManifestLine& line : *lines) {
      fuzz::expect(!line.digest.empty());
      bag::may_be_one_name(line.digest, line.path);
      fuzz::expect(!bag::may_be_one_name(line.path, line.path));
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::array<std::string_view, 6> kEncodings{"UTF-8",    "US-ASCII", "ISO-8859-1",
                                                       "UTF-16BE", "UTF-16LE", "EBCDIC"};
  fuzz::Bytes bytes(data, size);
  const std::string_view encoding = kEncodings[bytes.u8() % kEncodings.size()];
  const std::string_view raw = fuzz::text_of(bytes.rest().data(), bytes.rest().size());
  if (const auto declared = bag::parse_declaration(raw)) {
    fuzz::expect(declared->version.major >= 0 && declared->version.minor >= 0);
  }
  const auto text = bag::decode_tag_text(raw, encoding);
  if (!text) {
    return 0;
  }
  if (const auto tags = bag::parse_tags(*text)) {
    fuzz::expect(std::all_of(tags->begin(), tags->end(),
                             [](const bag::Tag& tag) { return !tag.name.empty(); }));
  }
  try_manifest(*text);
  return 0;
}
