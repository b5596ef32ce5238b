#include "ui/desk/kit/alias_table.h"

#include "storage/base/text.h"

#include <doctest/doctest.h>

using namespace shiqu;
using namespace shiqu::desk;

TEST_CASE("characters of the supplementary planes go into the interface and come back") {
  AliasTable table;
  const std::string text = "天𠂇地𰻝𱍐黃";

  const std::string ui = table.to_ui(text);

  for (const char32_t c : to_utf32(ui)) {
    CHECK(c <= 0xFFFF);
  }
  CHECK(table.from_ui(ui) == text);
}

TEST_CASE("a genuine private-use character is not mistaken for an alias") {
  AliasTable table;
  const std::string text = to_utf8(std::u32string{U'\U00020087', U'\uE000', U'\uE001'});

  CHECK(table.from_ui(table.to_ui(text)) == text);
}

TEST_CASE("a slot that was never lent comes back as the replacement character") {
  const AliasTable table;
  CHECK(table.from_ui(U'\uE123') == U'\uFFFD');
}

TEST_CASE("the slot unused longest is lent again when all 6400 are taken") {
  AliasTable table;
  constexpr char32_t kFirst = 0x20000;
  const char32_t slots = AliasTable::kLast - AliasTable::kFirst + 1;
  for (char32_t i = 0; i < slots; ++i) {
    table.to_ui(kFirst + i);
  }
  const std::uint64_t before = table.generation();
  const char32_t kept = table.to_ui(kFirst);  // used again just now

  const char32_t lent = table.to_ui(kFirst + slots);

  CHECK(table.generation() == before + 1);
  CHECK(lent != kept);
  CHECK(table.from_ui(kept) == kFirst);
  CHECK(table.from_ui(lent) == kFirst + slots);
}
