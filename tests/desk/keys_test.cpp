#include "ui/desk/kit/keys.h"

#include <doctest/doctest.h>

using namespace shiqu::desk;

TEST_CASE("a key chord keeps its name") {
  for (const char* name : {"Ctrl+K", "Ctrl+Shift+Z", "Alt+F4", "F1", "Shift+/", "Space", "PageDown",
                           "Ctrl+Alt+Shift+Enter", "`", "7"}) {
    const auto chord = parse_chord(name);
    REQUIRE(chord);
    CHECK(name_of(*chord) == name);
  }
}

TEST_CASE("modifiers are read in any order and case") {
  const auto chord = parse_chord("shift+CTRL+k");
  REQUIRE(chord);
  CHECK(chord->key == Key::K);
  CHECK(chord->mods == Mods{true, true, false});
}

TEST_CASE("a chord without a key or with two is refused") {
  CHECK_FALSE(parse_chord("Ctrl"));
  CHECK_FALSE(parse_chord("A+B"));
  CHECK_FALSE(parse_chord("Hyper"));
  CHECK_FALSE(parse_chord(""));
}

TEST_CASE("arrow keys are shown as arrows") {
  CHECK(shown_name_of({Key::Left, {true, false, false}}) == "Ctrl+←");
  CHECK(shown_name_of({Key::Up, {}}) == "↑");
  CHECK(shown_name_of({Key::F1, {}}) == "F1");
}
