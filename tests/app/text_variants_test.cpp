#include "ui/app/text_variants.h"

#include "storage/base/file.h"
#include "tests/support/ok.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

using namespace shiqu;

namespace {

std::u32string class_of(const store::Variants& variants, char32_t character) {
  std::u32string out = variants(character);
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

TEST_CASE("tables of variants that were kept are the same, and others are not taken") {
  const TempDir folder;
  const std::filesystem::path kept = folder.path() / "variants.txt";
  const auto made = app::text_variants(kept);
  REQUIRE_OK(made);
  const std::string text = read_file(kept).value();
  const auto read = app::text_variants(kept);
  REQUIRE_OK(read);
  int classes = 0;
  for (char32_t c = 0x3400; c < 0xA000; ++c) {
    const std::u32string one = class_of(*made, c);
    classes += one.empty() ? 0 : 1;
    REQUIRE(one == class_of(*read, c));
  }
  CHECK(classes > 5000);
  CHECK(class_of(*read, U'国').find(U'國') != std::u32string::npos);

  // Of another system, cut off, or no table: made anew.
  for (const std::string& bad : {"variants 1 other\n之\nend\n" + text, text.substr(0, 5000),
                                 std::string("x"), std::string()}) {
    REQUIRE_OK(replace_file(kept, bad));
    const auto again = app::text_variants(kept);
    REQUIRE_OK(again);
    CHECK(class_of(*again, U'国') == class_of(*made, U'国'));
    CHECK(read_file(kept).value() == text);
  }
  CHECK(app::text_variants(folder.path() / "absent" / "variants.txt"));  // only not kept
}
