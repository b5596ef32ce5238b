// Tables of variant characters as a folder of somebody's holds them.

#include "ocr/score/variants.h"
#include "storage/base/file.h"
#include "tests/fuzz/fuzz.h"

#include <array>
#include <fstream>

using namespace shiqu;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const TempDir folder;
  fuzz::Bytes input(data, size);
  constexpr std::array<const char*, 3> kTables{"variants-table.txt", "t2s.tsv", "extra.txt"};
  for (const char* name : kTables) {
    const auto content = input.take(input.u16());
    std::ofstream(folder.path() / name, std::ios::binary | std::ios::trunc)
        .write(reinterpret_cast<const char*>(content.data()),
               static_cast<std::streamsize>(content.size()));
  }
  if (const auto classes = ocr::score::VariantClasses::read(folder.path())) {
    const char32_t stands = classes->of(U'\u9f8d');
    fuzz::expect(classes->of(stands) == stands);
  }
  return 0;
}
