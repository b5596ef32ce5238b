#include "ocr/press/text_source.h"

#include "ocr/press/press.h"
#include "storage/base/file.h"
#include "tests/press/page_fixture.h"

#include <doctest/doctest.h>

using namespace shiqu;
using namespace shiqu::ocr;

TEST_CASE("Tang poems have a title, an author and verse without terminal colours") {
  const auto poems = tang_poems();
  if (!poems) {
    MESSAGE("SKIPPED: fortunes-zh is not installed");
    return;
  }
  CHECK(poems->size() > 500);
  CHECK(poems->size() % 2 == 0);
  for (std::size_t i = 0; i + 1 < poems->size(); i += 2) {
    CHECK((*poems)[i].heading);
    CHECK_FALSE((*poems)[i].tail.empty());
    CHECK_FALSE((*poems)[i + 1].heading);
    CHECK((*poems)[i].text.find('\x1b') == std::string::npos);
    CHECK((*poems)[i + 1].text.find('\x1b') == std::string::npos);
  }
}

TEST_CASE("a fortune file is parsed into headings and verse") {
  const TempDir folder;
  REQUIRE(
      write_new_file(folder.path() / "tang300",
                     "\x1b[32m《山中》\x1b[m\n\x1b[33m作者：甲\x1b[m\n山高，水長。\n花開。\n%\n"));
  const auto poems = tang_poems(folder.path());
  REQUIRE(poems);
  REQUIRE(poems->size() == 2);
  CHECK((*poems)[0].text == "《山中》");
  CHECK((*poems)[0].tail == "甲");
  CHECK((*poems)[1].text == "山高，水長。花開。");
}

TEST_CASE("without the fortune file the Debian package is named") {
  const TempDir folder;
  const auto poems = tang_poems(folder.path());
  REQUIRE_FALSE(poems);
  CHECK(poems.error().code == ErrorCode::NotFound);
  CHECK(poems.error().native.find("fortunes-zh") != std::string::npos);
}

TEST_CASE("a text file gives one paragraph a line, headings and indents marked") {
  const TempDir folder;
  const auto file = folder.path() / "text.txt";
  REQUIRE(write_new_file(file, "# 卷一\n\n　　山高水長（注）。\n……\n花開\n"));
  const auto text = paragraphs_from_file(file);
  REQUIRE(text);
  REQUIRE(text->size() == 3);
  CHECK((*text)[0].heading);
  CHECK((*text)[0].text == "卷一");
  CHECK((*text)[1].indent_cells == 2);
  CHECK((*text)[2].text == "花開");
}

TEST_CASE("a missing or unusable text file is reported with its path") {
  const TempDir folder;
  const auto missing = paragraphs_from_file(folder.path() / "nowhere.txt");
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code == ErrorCode::NotFound);
  CHECK(missing.error().text().find("nowhere.txt") != std::string::npos);
  REQUIRE(write_new_file(folder.path() / "bad.txt", "\xff\xfe"));
  CHECK(paragraphs_from_file(folder.path() / "bad.txt").error().code == ErrorCode::InvalidInput);
  REQUIRE(write_new_file(folder.path() / "empty.txt", "\n。\n"));
  CHECK(paragraphs_from_file(folder.path() / "empty.txt").error().code == ErrorCode::InvalidInput);
}

TEST_CASE("quoted notes come from the text itself and depend on the seed alone") {
  const auto text = fixture::short_text();
  const auto first = with_quoted_notes(text, 1, 3);
  const auto again = with_quoted_notes(text, 1, 3);
  REQUIRE(first.size() == text.size());
  CHECK(first[0].text == text[0].text);  // headings stay
  CHECK(first[1].text == again[1].text);
  CHECK(first[1].text.size() > text[1].text.size());
  CHECK(with_quoted_notes(text, 0, 3)[1].text == text[1].text);
}

TEST_CASE("a text started anywhere begins at a heading and loses nothing") {
  const auto text = fixture::short_text();
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    const auto turned = started_anywhere(text, seed);
    CHECK(turned.size() == text.size());
    CHECK(turned[0].heading);
  }
}
