// A whole package from hostile hands: the input says which files there are and what is in them.
// One file: a byte that chooses its name, two bytes of length, content.

#include "storage/base/file.h"
#include "storage/package/verify.h"
#include "tests/fuzz/fuzz.h"

#include <array>
#include <fstream>

using namespace shiqu;
namespace fs = std::filesystem;

namespace {

constexpr std::array<const char*, 14> kNames{"bagit.txt",
                                             "bag-info.txt",
                                             "manifest-sha512.txt",
                                             "manifest-sha256.txt",
                                             "tagmanifest-sha512.txt",
                                             "tagmanifest-sha512.txt.minisig",
                                             "fetch.txt",
                                             "keys/station.pub",
                                             "data/masters/0001.tif",
                                             "data/ocr/page/0001.xml",
                                             "data/ocr/text/0001.txt",
                                             "data/provenance/events.jsonl",
                                             "data/reports/quality.json",
                                             "data/ro-crate-metadata.json"};

void write_files(const fs::path& root, fuzz::Bytes input) {
  std::error_code ignored;
  fs::remove_all(root, ignored);
  fs::create_directories(root);
  while (!input.empty()) {
    const fs::path file = root / kNames[input.u8() % kNames.size()];
    const auto content = input.take(input.u16());
    fs::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary)
        .write(reinterpret_cast<const char*>(content.data()),
               static_cast<std::streamsize>(content.size()));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const TempDir folder;
  const fs::path root = folder.path() / "package";
  write_files(root, fuzz::Bytes(data, size));
  const auto verdict = package::verify_package(root, {});
  fuzz::expect(verdict.has_value());
  fuzz::expect(!verdict->ok);  // no key signs such an input: it may not pass the profile
  package::to_json(*verdict).dump(-1, ' ', false, Json::error_handler_t::replace);
  return 0;
}
