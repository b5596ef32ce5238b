#include "tests/desk/desk_fixture.h"

#include <imgui.h>

using namespace shiqu;
using namespace shiqu::desk;
using test::Desk;

namespace {

std::size_t caret(Desk& desk) {
  const auto* line = desk.model->line() ? &desk.model->text().lines[*desk.model->line()] : nullptr;
  REQUIRE(line != nullptr);
  const auto mark = desk.robot->find("view.character");
  const auto column = desk.robot->find("view.column");
  REQUIRE_OK(mark);
  REQUIRE_OK(column);
  const float share = (mark->centre().y - column->min.y) / (column->max.y - column->min.y);
  return static_cast<std::size_t>(share * static_cast<float>(line->glyphs.size()));
}

/// A desk whose page is shown with its screen image, and someone logged in.
struct ShownDesk : Desk {
  ShownDesk() {
    derive();
    login();
    open_page();
    REQUIRE_OK(robot->wait_until([&] { return view->ready(); }));
    robot->frames(3);
  }
};

}  // namespace

TEST_CASE("columns stand from right to left and are taller than wide") {
  Desk desk;
  desk.open_page();
  const auto first = desk.robot->find("column.1");
  const auto second = desk.robot->find("column.2");
  REQUIRE_OK(first);
  REQUIRE_OK(second);
  CHECK(first->min.x >= second->max.x);
  CHECK(first->max.y - first->min.y > 4 * (first->max.x - first->min.x));
  CHECK(first->min.y == doctest::Approx(second->min.y));
}

TEST_CASE("a column is edited in its place, the caret going up and down in it") {
  Desk desk;
  desk.login();
  desk.open_page();
  const auto before = desk.robot->find("column.1");
  REQUIRE_OK(desk.robot->click("column.1"));
  const auto field = desk.robot->find("field.column");
  REQUIRE_OK(before);
  REQUIRE_OK(field);
  CHECK(field->min.x == doctest::Approx(before->min.x));
  CHECK(field->max.y == doctest::Approx(before->max.y));
  REQUIRE_OK(desk.robot->key("Home"));
  REQUIRE_OK(desk.robot->key("Down"));
  REQUIRE_OK(desk.robot->key("Down"));
  REQUIRE_OK(desk.robot->key("Up"));
  desk.robot->type("𠂇");
  REQUIRE_OK(desk.robot->key("Ctrl+S"));
  CHECK(desk.first_line() == "床𠂇前明月光");
}

TEST_CASE("enter saves and goes on to the next column, and stays at the last") {
  Desk desk;
  desk.type_into_first_column("甲");
  REQUIRE_OK(desk.robot->key("Enter"));
  CHECK(desk.first_line() == "甲");
  CHECK(desk.model->line() == std::size_t{1});
  REQUIRE_OK(desk.robot->key("Home"));
  desk.robot->type("乙");
  REQUIRE_OK(desk.robot->key("Enter"));
  CHECK(desk.line(1) == "乙疑是地上霜");
  CHECK(desk.model->line() == std::size_t{1});
  desk.robot->type("丙");  // the keyboard is still in the column
  REQUIRE_OK(desk.robot->key("Ctrl+S"));
  CHECK(desk.line(1) == "乙丙疑是地上霜");
}

TEST_CASE("escape drops what was typed and gives the keyboard back") {
  Desk desk;
  desk.type_into_first_column("甲");
  REQUIRE_OK(desk.robot->key("Esc"));
  CHECK_FALSE(desk.robot->ui().focus().typing());
  REQUIRE_OK(desk.view->commands().run("text.save"));
  CHECK(desk.first_line() == "床前明月光");
}

TEST_CASE("left and right go from column to column, with and without the caret in one") {
  Desk desk;
  desk.login();
  desk.open_page();
  REQUIRE_OK(desk.robot->key("Left"));
  CHECK(desk.model->line() == std::size_t{0});
  REQUIRE_OK(desk.robot->key("Left"));
  CHECK(desk.model->line() == std::size_t{1});
  REQUIRE_OK(desk.robot->key("Left"));
  CHECK(desk.model->line() == std::size_t{1});
  REQUIRE_OK(desk.robot->key("Right"));
  CHECK(desk.model->line() == std::size_t{0});
  REQUIRE_OK(desk.robot->key("Esc"));
  REQUIRE_OK(desk.robot->key("Left"));
  CHECK(desk.model->line() == std::size_t{1});
}

TEST_CASE("a column left for another is stored, one that is as it was makes no revision") {
  Desk desk;
  desk.type_into_first_column("甲");
  REQUIRE_OK(desk.robot->key("Left"));
  CHECK(desk.first_line() == "甲");
  const int revision = desk.model->revision();
  REQUIRE_OK(desk.robot->key("Right"));
  REQUIRE_OK(desk.robot->key("Enter"));
  REQUIRE_OK(desk.robot->key("Ctrl+S"));
  CHECK(desk.archive.store.text(desk.page)->revision == revision);
}

TEST_CASE("the character at the caret is marked on the page") {
  ShownDesk desk;
  REQUIRE_OK(desk.robot->click("column.2"));
  REQUIRE_OK(desk.robot->key("Home"));
  CHECK(caret(desk) == 0);
  REQUIRE_OK(desk.robot->key("Down"));
  REQUIRE_OK(desk.robot->key("Down"));
  CHECK(caret(desk) == 2);
  REQUIRE_OK(desk.robot->key("Right"));  // the column before, at the same height
  CHECK(desk.model->line() == std::size_t{0});
  CHECK(caret(desk) == 2);
}

TEST_CASE("a character pressed on the page gets the caret") {
  ShownDesk desk;
  REQUIRE_OK(desk.robot->click("column.1"));
  REQUIRE_OK(desk.robot->click("view.column"));  // its middle: the third of five characters
  CHECK(caret(desk) == 2);
  desk.robot->type("中");
  REQUIRE_OK(desk.robot->key("Enter"));
  CHECK(desk.first_line() == "床前中明月光");
}

TEST_CASE("a line from left to right keeps the horizontal field") {
  Desk desk(std::vector<std::string>{});
  model::PageText text = test::page_text({"床前明月光", "FONDS 12", "Plate 3"});
  text.lines[1].kind = model::LineKind::Horizontal;
  text.lines[2].kind = model::LineKind::Horizontal;
  REQUIRE_OK(desk.archive.store.propose_text(store::Session::for_program(), desk.page, text));
  desk.login();
  desk.open_page();
  REQUIRE_OK(desk.robot->click("column.2"));
  const auto field = desk.robot->find("field.column");
  REQUIRE_OK(field);
  CHECK(field->max.x - field->min.x > 4 * (field->max.y - field->min.y));
  REQUIRE_OK(desk.robot->key("End"));
  desk.robot->type("3");
  REQUIRE_OK(desk.robot->key("Down"));
  CHECK(desk.line(1) == "FONDS 123");
  CHECK(desk.model->line() == std::size_t{2});
}

TEST_CASE("every character of a long column can be reached, and many columns are scrolled to") {
  std::string longest;
  for (int i = 0; i < 80; ++i) {
    longest += "天";
  }
  std::vector<std::string> lines(40, "地");
  lines.front() = longest;
  Desk desk(lines);
  desk.login();
  desk.open_page();
  const auto first = desk.robot->find("column.1");
  REQUIRE_OK(first);
  CHECK(first->visible);  // reading begins at the right
  REQUIRE_OK(desk.robot->key("Left"));
  REQUIRE_OK(desk.robot->key("End"));
  desk.robot->type("終");
  for (int i = 0; i < 39; ++i) {
    REQUIRE_OK(desk.robot->key("Left"));
  }
  desk.robot->frames(3);
  CHECK(desk.first_line() == longest + "終");
  const auto last = desk.robot->find("column.40");
  REQUIRE_OK(last);
  CHECK(last->visible);
  CHECK(last->min.x >= 0);
}

TEST_CASE("undo goes to the column whose change it takes back") {
  Desk desk;
  desk.type_into_first_column("甲");
  REQUIRE_OK(desk.robot->key("Enter"));
  CHECK(desk.model->line() == std::size_t{1});
  REQUIRE_OK(desk.robot->click("button.undo"));
  CHECK(desk.first_line() == "床前明月光");
  CHECK(desk.model->line() == std::size_t{0});
}

TEST_CASE("without a login columns can be chosen but not typed in") {
  Desk desk;
  desk.open_page();
  REQUIRE_OK(desk.robot->click("column.2"));
  CHECK(desk.model->line() == std::size_t{1});
  CHECK_FALSE(desk.robot->find("field.column").has_value());
  CHECK_FALSE(desk.robot->ui().focus().typing());
}
