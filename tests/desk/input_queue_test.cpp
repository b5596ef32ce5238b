#include "ui/desk/kit/input_queue.h"

#include "ui/desk/kit/robot.h"
#include "ui/desk/kit/text_field.h"

#include <doctest/doctest.h>

using namespace shiqu;
using namespace shiqu::desk;

namespace {

InputEvent key(Key which, KeyAction action) {
  InputEvent event;
  event.key = which;
  event.action = action;
  return event;
}

}  // namespace

TEST_CASE("four backspaces between two frames all arrive") {
  TextField field("field");
  field.set_utf8("天地玄黃");
  auto robot = Robot::create({}, [&](Ui& ui) {
    ImGui::Begin("w");
    field.draw_line(ui, 300);
    ImGui::End();
  });
  REQUIRE(robot);
  REQUIRE((*robot)->click("field"));
  REQUIRE((*robot)->key("End"));
  for (int i = 0; i < 4; ++i) {
    (*robot)->ui().input().push(key(Key::Backspace, KeyAction::Press));
    (*robot)->ui().input().push(key(Key::Backspace, KeyAction::Release));
  }

  REQUIRE((*robot)->settle());

  CHECK(field.utf8().empty());
}

TEST_CASE("ImGui sees every press of a key that is hit twice within one frame") {
  int presses = 0;
  auto robot = Robot::create({}, [&](Ui&) {
    presses += ImGui::IsKeyPressed(static_cast<int>(Key::Space), false) ? 1 : 0;
  });
  REQUIRE(robot);
  for (int i = 0; i < 2; ++i) {
    (*robot)->ui().input().push(key(Key::Space, KeyAction::Press));
    (*robot)->ui().input().push(key(Key::Space, KeyAction::Release));
  }

  REQUIRE((*robot)->settle());

  CHECK(presses == 2);
}

TEST_CASE("letters and the keys between them keep their order") {
  TextField field("field");
  auto robot = Robot::create({}, [&](Ui& ui) {
    ImGui::Begin("w");
    field.draw_line(ui, 300);
    ImGui::End();
  });
  REQUIRE(robot);
  REQUIRE((*robot)->click("field"));
  InputQueue& input = (*robot)->ui().input();
  const auto letter = [&](char32_t c) {
    InputEvent event;
    event.kind = InputKind::Character;
    event.character = c;
    input.push(event);
  };
  letter(U'a');
  letter(U'b');
  input.push(key(Key::Backspace, KeyAction::Press));
  input.push(key(Key::Backspace, KeyAction::Release));
  letter(U'c');

  REQUIRE((*robot)->settle());

  CHECK(field.utf8() == "ac");
}

TEST_CASE("a recorded log of events plays back to the same text") {
  TextField field("field");
  const auto draw = [&](Ui& ui) {
    ImGui::Begin("w");
    field.draw_line(ui, 300);
    ImGui::End();
  };
  auto first = Robot::create({}, draw);
  REQUIRE(first);
  (*first)->ui().input().start_log();
  REQUIRE((*first)->click("field"));
  (*first)->type("宇宙𠂇");
  REQUIRE((*first)->key("Backspace"));
  (*first)->type("洪");
  const std::string recorded = log_to_text((*first)->ui().input().log());
  const std::string typed = field.utf8();
  field.set_utf8("");
  auto second = Robot::create({}, draw);
  REQUIRE(second);

  const auto log = log_from_text(recorded);
  REQUIRE(log);
  (*second)->play(*log);

  CHECK(typed == "宇宙洪");
  CHECK(field.utf8() == typed);
}

TEST_CASE("a broken log is refused with its line") {
  const auto log = log_from_text("1 0 65 1 000 0 0 0 0\nnonsense\n");
  REQUIRE_FALSE(log);
  CHECK(log.error().code == ErrorCode::InvalidInput);
  CHECK(log.error().subject == "nonsense");
}
