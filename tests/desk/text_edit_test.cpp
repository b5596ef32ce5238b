#include "ui/desk/kit/text_edit.h"

#include <doctest/doctest.h>

using shiqu::desk::TextEdit;

TEST_CASE("typing replaces the selection") {
  TextEdit edit(U"天地玄黃");
  edit.move_to(1, false);
  edit.move_to(3, true);

  CHECK(edit.insert(U"𠂇"));

  CHECK(edit.text() == U"天𠂇黃");
  CHECK(edit.caret() == 2);
  CHECK_FALSE(edit.has_selection());
}

TEST_CASE("a run of letters is undone at once, a paste on its own") {
  TextEdit edit;
  edit.insert(U"a");
  edit.insert(U"b");
  edit.insert(U"貼上");

  CHECK(edit.undo());
  CHECK(edit.text() == U"ab");
  CHECK(edit.undo());
  CHECK(edit.text().empty());
  CHECK_FALSE(edit.undo());
  CHECK(edit.redo());
  CHECK(edit.redo());
  CHECK(edit.text() == U"ab貼上");
}

TEST_CASE("undoing everything after random editing gives the first text back") {
  const std::u32string first = U"宇宙洪荒𰻝";
  TextEdit edit(first);
  std::uint32_t state = 7;
  for (int i = 0; i < 3000; ++i) {
    state = state * 1664525U + 1013904223U;
    switch ((state >> 16U) % 6U) {
      case 0:
      case 1:
        edit.insert(std::u32string(1, static_cast<char32_t>(0x20000U + (state >> 20U))));
        break;
      case 2:
        edit.erase_before();
        break;
      case 3:
        edit.erase_after();
        break;
      case 4:
        edit.move_to((state >> 18U) % (edit.text().size() + 1), (state & 0x4000U) != 0);
        break;
      default:
        edit.redo();
        break;
    }
    REQUIRE(edit.caret() <= edit.text().size());
  }

  while (edit.undo()) {
  }

  CHECK(edit.text() == first);
}

TEST_CASE("line breaks, control characters and surrogates never enter") {
  TextEdit edit;
  CHECK_FALSE(edit.insert(U"\n\r\t\x7F"));
  const std::u32string broken{U'a', static_cast<char32_t>(0xD800), U'b', U'\n', U'c'};
  CHECK(edit.insert(broken));
  CHECK(edit.text() == U"abc");
}

TEST_CASE("another record starts without the history of the last") {
  TextEdit edit(U"甲");
  edit.insert(U"乙");
  edit.reset(U"丙");
  CHECK_FALSE(edit.undo());
  CHECK(edit.text() == U"丙");
}
