#include "ocr/train/class_list.h"

#include "storage/base/file.h"

#include <doctest/doctest.h>

using namespace shiqu;
using namespace shiqu::ocr::train;

TEST_CASE("classes are the blank, the characters in order and the space") {
  const ClassList classes(U"天地玄");

  CHECK(classes.size() == 5);
  CHECK(classes.of(U'天') == 1);
  CHECK(classes.of(U'玄') == 3);
  CHECK(classes.of(U'黃') == 0);
  CHECK(classes.character(0) == 0);
  CHECK(classes.character(2) == U'地');
  CHECK(classes.character(4) == U' ');
  CHECK(classes.character(5) == 0);
}

TEST_CASE("new characters follow the base list, the most frequent first, each once") {
  Corpus corpus;
  corpus.counts = {{U'日', 9}, {U'月', 40}, {U'盈', 2}, {U'天', 100}};

  const std::u32string merged = merged_characters(U"天地", U"玄", corpus, 3, U"日昃");

  CHECK(merged == U"天地玄月日昃");
}

TEST_CASE("a key file gives one character a line and nothing else") {
  const auto good = characters_of_keys("天\r\n𥘉\n\n");
  const auto bad = characters_of_keys("天地\n");

  REQUIRE(good);
  CHECK(*good == U"天𥘉");
  REQUIRE_FALSE(bad);
  CHECK(bad.error().code == ErrorCode::Corrupt);
}

TEST_CASE("text to learn from comes without punctuation and empty lines") {
  const TempDir folder;
  REQUIRE(write_new_file(folder.path() / "text", "天地，玄黃。\n\n。\n宇宙洪荒\n"));

  const auto corpus = read_corpus(folder.path() / "text");

  REQUIRE(corpus);
  REQUIRE(corpus->lines.size() == 2);
  CHECK(corpus->lines[0] == U"天地玄黃");
  CHECK(corpus->counts.at(U'洪') == 1);
}
