#include "ui/desk/kit/text_field.h"

#include "storage/base/text.h"
#include "ui/desk/kit/robot.h"

#include <doctest/doctest.h>

using namespace shiqu;
using namespace shiqu::desk;

namespace {

/// A window with two lines and one column, and what the column reported.
struct Form {
  TextField first{"first"};
  TextField second{"second"};
  TextField column{"column"};
  FieldResult line;
  int column_steps = 0;
  std::unique_ptr<Robot> robot;

  Form() {
    auto made = Robot::create({}, [this](Ui& ui) { draw(ui); });
    REQUIRE(made);
    robot = std::move(*made);
  }

  void draw(Ui& ui) {
    ImGui::SetNextWindowPos(ImVec2(0, 0));
    ImGui::SetNextWindowSize(ImVec2(700, 700));
    ImGui::Begin("form");
    const FieldResult now = first.draw_line(ui, 300, "書名");
    line.accepted |= now.accepted;
    line.cancelled |= now.cancelled;
    second.draw_line(ui, 300);
    column_steps += column.draw_column(ui, ImVec2(60, 500), {}).column_step;
    ImGui::End();
  }
};

constexpr const char* kRare = "𠂇𰻝𱍐";

}  // namespace

TEST_CASE("rare characters survive typing, editing around them and pasting") {
  Form form;
  REQUIRE(form.robot->click("first"));

  form.robot->type(kRare);
  REQUIRE(form.robot->key("Home"));
  form.robot->type("天");
  REQUIRE(form.robot->key("End"));
  form.robot->type("地");
  REQUIRE(form.robot->key("Backspace"));
  CHECK(form.first.utf8() == std::string("天") + kRare);

  REQUIRE(form.robot->key("Ctrl+A"));
  REQUIRE(form.robot->key("Ctrl+C"));
  CHECK(form.robot->clipboard() == std::string("天") + kRare);
  REQUIRE(form.robot->click("column"));
  REQUIRE(form.robot->key("Ctrl+V"));
  CHECK(form.column.utf8() == std::string("天") + kRare);
}

TEST_CASE("text from the clipboard goes in as it is, without line breaks") {
  Form form;
  form.robot->set_clipboard("甲\n𰻝乙");
  REQUIRE(form.robot->click("second"));
  REQUIRE(form.robot->key("Ctrl+V"));
  CHECK(form.second.utf8() == "甲𰻝乙");
}

TEST_CASE("cutting takes the selection away and undo brings it back") {
  Form form;
  form.first.set_utf8("日月盈昃");
  REQUIRE(form.robot->click("first"));
  REQUIRE(form.robot->key("Home"));
  REQUIRE(form.robot->key("Shift+Right"));
  REQUIRE(form.robot->key("Shift+Right"));
  REQUIRE(form.robot->key("Ctrl+X"));
  CHECK(form.first.utf8() == "盈昃");
  CHECK(form.robot->clipboard() == "日月");

  REQUIRE(form.robot->key("Ctrl+Z"));
  CHECK(form.first.utf8() == "日月盈昃");
  REQUIRE(form.robot->key("Ctrl+Y"));
  CHECK(form.first.utf8() == "盈昃");
}

TEST_CASE("in a column the caret goes up and down, left and right leave it") {
  Form form;
  form.column.set_utf8("宇宙洪荒");
  REQUIRE(form.robot->click("column"));
  REQUIRE(form.robot->key("Home"));
  REQUIRE(form.robot->key("Down"));
  REQUIRE(form.robot->key("Down"));
  CHECK(form.column.edit().caret() == 2);
  REQUIRE(form.robot->key("Up"));
  CHECK(form.column.edit().caret() == 1);
  REQUIRE(form.robot->key("Delete"));
  CHECK(form.column.utf8() == "宇洪荒");

  REQUIRE(form.robot->key("Left"));  // the next column of a page read from right to left
  CHECK(form.column_steps == 1);
  REQUIRE(form.robot->key("Right"));
  REQUIRE(form.robot->key("Right"));
  CHECK(form.column_steps == -1);
  CHECK(form.column.utf8() == "宇洪荒");
}

TEST_CASE("a click places the caret beside the character under the pointer") {
  Form form;
  form.column.set_utf8("一二三四五六七八九十一二");
  const auto where = form.robot->find("column");
  REQUIRE(where);
  REQUIRE(form.robot->click("column"));  // middle of 500 px, cells of 32 px below 8 px
  CHECK(form.column.edit().caret() == 8);
}

TEST_CASE("dragging over a column selects characters") {
  Form form;
  form.column.set_utf8("一二三四五六七八九十一二");
  REQUIRE(form.robot->drag("column", ImVec2(0, 64)));
  CHECK(form.column.edit().has_selection());
  CHECK(to_utf8(form.column.edit().selected()) == "九十");
}

TEST_CASE("enter accepts, escape gives the keyboard back") {
  Form form;
  REQUIRE(form.robot->click("first"));
  REQUIRE(form.robot->key("Enter"));
  CHECK(form.line.accepted);
  CHECK(form.robot->ui().focus().typing());
  REQUIRE(form.robot->key("Esc"));
  CHECK(form.line.cancelled);
  CHECK_FALSE(form.robot->ui().focus().typing());
  form.robot->type("x");
  CHECK(form.first.utf8().empty());
}

TEST_CASE("tab walks through the fields and back") {
  Form form;
  REQUIRE(form.robot->click("first"));
  REQUIRE(form.robot->key("Tab"));
  form.robot->type("乙");
  CHECK(form.second.utf8() == "乙");
  REQUIRE(form.robot->key("Shift+Tab"));
  form.robot->type("甲");
  CHECK(form.first.utf8() == "甲");
}

TEST_CASE("a change is told once with the whole text") {
  Form form;
  std::vector<std::string> told;
  form.first.on_change([&](const std::u32string& text) { told.push_back(to_utf8(text)); });
  REQUIRE(form.robot->click("first"));
  form.robot->type("秋");
  form.robot->type("收");
  CHECK(told == std::vector<std::string>{"秋", "秋收"});
}

TEST_CASE("a field that is no longer drawn loses the keyboard") {
  bool shown = true;
  TextField field("field");
  auto robot = Robot::create({}, [&](Ui& ui) {
    ImGui::Begin("w");
    if (shown) {
      field.draw_line(ui, 200);
    }
    ImGui::End();
  });
  REQUIRE(robot);
  REQUIRE((*robot)->click("field"));
  CHECK((*robot)->ui().focus().typing());
  shown = false;
  (*robot)->frames(2);
  CHECK_FALSE((*robot)->ui().focus().typing());
}

TEST_CASE("cells that stand beside their ink are hit where they stand") {
  TextField field("field");
  field.set_utf8("天地玄");
  static constexpr float kTops[] = {10, 200, 260};
  auto robot = Robot::create({}, [&](Ui& ui) {
    ImGui::SetNextWindowPos(ImVec2(0, 0));
    ImGui::SetNextWindowSize(ImVec2(300, 600));
    ImGui::Begin("w");
    ColumnLayout layout;
    layout.tops = kTops;
    field.draw_column(ui, ImVec2(60, 420), layout);
    ImGui::End();
  });
  REQUIRE(robot);
  REQUIRE((*robot)->click("field"));  // 210 px below the upper edge: the upper half of the second
  CHECK(field.edit().caret() == 1);
  (*robot)->type("人");
  CHECK(field.utf8() == "天人地玄");
}
