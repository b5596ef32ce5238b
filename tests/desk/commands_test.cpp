#include "ui/desk/kit/commands.h"

#include "ui/desk/kit/command_views.h"
#include "ui/desk/kit/robot.h"

#include <doctest/doctest.h>

using namespace shiqu;
using namespace shiqu::desk;

namespace {

Chord chord(std::string_view name) {
  return parse_chord(name).value_or(Chord{});
}

/// A small desk: three commands, palette, help and one text field.
struct Desk {
  int merged = 0;
  int split = 0;
  bool can_split = true;
  Commands commands;
  CommandPalette palette;
  HelpOverlay help;
  TextField field{"field"};
  CommandTexts texts{"Search commands", "Nothing found", "Keys"};
  std::unique_ptr<Robot> robot;

  Desk() {
    REQUIRE(commands.add({"column.merge",
                          [] { return std::string("合并列"); },
                          chord("C"),
                          "",
                          {},
                          [this] { ++merged; },
                          "hbl"}));
    REQUIRE(commands.add({"column.split", [] { return std::string("Split column"); },
                          chord("Ctrl+Shift+X"), "transcribe", [this] { return can_split; },
                          [this] { ++split; }, ""}));
    REQUIRE(commands.add({"palette",
                          [] { return std::string("Command palette"); },
                          chord("Ctrl+K"),
                          "",
                          {},
                          [this] { palette.open(robot->ui()); },
                          ""}));
    REQUIRE(commands.add({"help",
                          [] { return std::string("Help"); },
                          chord("Shift+/"),
                          "",
                          {},
                          [this] { help.toggle(); },
                          ""}));
    commands.set_context("transcribe");
    auto made = Robot::create({}, [this](Ui& ui) { draw(ui); });
    REQUIRE(made);
    robot = std::move(*made);
  }

  void draw(Ui& ui) {
    commands.dispatch(ui);
    ImGui::SetNextWindowPos(ImVec2(0, 0));
    ImGui::SetNextWindowSize(ImGui::GetIO().DisplaySize);
    ImGui::Begin("desk", nullptr, ImGuiWindowFlags_NoBringToFrontOnFocus);
    field.draw_line(ui, 300);
    command_button(ui, commands, "column.split");
    ImGui::End();
    palette.draw(ui, commands, texts);
    help.draw(ui, commands, texts);
  }
};

}  // namespace

TEST_CASE("a key runs its command once") {
  Desk desk;
  REQUIRE(desk.robot->key("C"));
  CHECK(desk.merged == 1);
  REQUIRE(desk.robot->key("Ctrl+Shift+X"));
  CHECK(desk.split == 1);
  CHECK(desk.merged == 1);
}

TEST_CASE("a command runs by its id and tells who listens") {
  Desk desk;
  std::string audited;
  desk.commands.on_run([&](const Command& command) { audited = command.id; });
  REQUIRE(desk.commands.run("column.merge"));
  CHECK(desk.merged == 1);
  CHECK(audited == "column.merge");
  CHECK(desk.commands.run("column.fold").error().code == ErrorCode::NotFound);
}

TEST_CASE("a command that is not enabled runs by no way") {
  Desk desk;
  desk.can_split = false;
  desk.robot->frames();
  CHECK(desk.commands.run("column.split").error().code == ErrorCode::Conflict);
  REQUIRE(desk.robot->key("Ctrl+Shift+X"));
  CHECK(desk.robot->click("button.column.split").error().code == ErrorCode::Denied);
  CHECK(desk.split == 0);
}

TEST_CASE("a command of another workspace does not answer to its key") {
  Desk desk;
  desk.commands.set_context("capture");
  REQUIRE(desk.robot->key("Ctrl+Shift+X"));
  CHECK(desk.split == 0);
}

TEST_CASE("while a field has the keyboard, letters belong to it") {
  Desk desk;
  REQUIRE(desk.robot->click("field"));
  REQUIRE(desk.robot->key("C"));
  desk.robot->type("c");
  CHECK(desk.merged == 0);
  CHECK(desk.field.utf8() == "c");
  REQUIRE(desk.robot->key("Ctrl+Shift+X"));
  CHECK(desk.split == 1);
}

TEST_CASE("the letter of a command that opens a field is not typed into it") {
  Desk desk;
  REQUIRE(desk.commands.add({"edit",
                             [] { return std::string("Edit"); },
                             chord("E"),
                             "",
                             {},
                             [&] { desk.robot->ui().focus().give("field"); },
                             ""}));
  InputEvent press;
  press.key = key_of('E');
  InputEvent letter;
  letter.kind = InputKind::Character;
  letter.character = U'e';
  desk.robot->ui().input().push(press);
  desk.robot->ui().input().push(letter);
  REQUIRE(desk.robot->settle());
  CHECK(desk.robot->ui().focus().has("field"));
  CHECK(desk.field.utf8().empty());
}

TEST_CASE("the palette finds a command by part of its name and runs it") {
  Desk desk;
  REQUIRE(desk.robot->key("Ctrl+K"));
  REQUIRE(desk.palette.is_open());
  desk.robot->type("合并");
  REQUIRE(desk.robot->find("palette.column.merge"));
  CHECK_FALSE(desk.robot->find("palette.column.split"));
  REQUIRE(desk.robot->key("Enter"));
  CHECK(desk.merged == 1);
  CHECK_FALSE(desk.palette.is_open());
}

TEST_CASE("the palette finds by initials, obeys arrows and the mouse") {
  Desk desk;
  REQUIRE(desk.robot->key("Ctrl+K"));
  desk.robot->type("HBL");
  CHECK(desk.robot->find("palette.column.merge"));
  REQUIRE(desk.robot->key("Esc"));
  CHECK_FALSE(desk.palette.is_open());

  REQUIRE(desk.robot->key("Ctrl+K"));
  REQUIRE(desk.robot->key("Down"));
  REQUIRE(desk.robot->key("Enter"));
  CHECK(desk.split == 1);

  REQUIRE(desk.robot->key("Ctrl+K"));
  REQUIRE(desk.robot->click("palette.column.merge"));
  CHECK(desk.merged == 1);
  CHECK_FALSE(desk.palette.is_open());
}

TEST_CASE("the help sheet opens and closes by key") {
  Desk desk;
  REQUIRE(desk.robot->key("Shift+/"));
  CHECK(desk.robot->find("help"));
  REQUIRE(desk.robot->key("Esc"));
  CHECK_FALSE(desk.robot->find("help"));
}

TEST_CASE("one key cannot belong to two commands that are offered together") {
  Desk desk;
  const auto none = [] {};
  const auto name = [] { return std::string("x"); };
  CHECK(desk.commands.add({"x", name, chord("C"), "label", {}, none, ""}).error().code ==
        ErrorCode::Exists);
  CHECK(desk.commands.add({"help", name, {}, "", {}, none, ""}).error().code == ErrorCode::Exists);
  CHECK(desk.commands.add({"y", name, chord("Ctrl+Shift+X"), "label", {}, none, ""}));
  CHECK(desk.commands.set_key("y", chord("Ctrl+K")).error().code == ErrorCode::Exists);
  REQUIRE(desk.commands.set_key("column.merge", chord("M")));
  REQUIRE(desk.robot->key("C"));
  CHECK(desk.merged == 0);
  REQUIRE(desk.robot->key("M"));
  CHECK(desk.merged == 1);
}
