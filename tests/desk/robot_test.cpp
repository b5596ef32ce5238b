#include "ui/desk/kit/robot.h"

#include <doctest/doctest.h>

using namespace shiqu;
using namespace shiqu::desk;

TEST_CASE("the robot refuses an item that is absent, gone, disabled or scrolled away") {
  bool shown = true;
  int pressed = 0;
  auto made = Robot::create({}, [&](Ui& ui) {
    ImGui::SetNextWindowPos(ImVec2(0, 0));
    ImGui::SetNextWindowSize(ImVec2(300, 300));
    ImGui::Begin("w");
    if (shown) {
      pressed += ui.button("shown", "Shown") ? 1 : 0;
    }
    ui.button("grey", "Grey", false);
    ImGui::Dummy(ImVec2(1, 1000));
    ui.button("below", "Below");
    ImGui::End();
  });
  REQUIRE(made);
  Robot& robot = **made;

  const Status absent = robot.click("no such item");
  REQUIRE_FALSE(absent);
  CHECK(absent.error().code == ErrorCode::NotFound);
  CHECK(absent.error().subject == "no such item");

  REQUIRE(robot.click("shown"));
  CHECK(pressed == 1);
  shown = false;
  robot.frames();
  CHECK(robot.click("shown").error().code == ErrorCode::NotFound);
  CHECK(robot.click("grey").error().code == ErrorCode::Denied);
  CHECK(robot.click("below").error().code == ErrorCode::NotFound);
}

TEST_CASE("waiting for something that never happens ends with a timeout") {
  auto made = Robot::create({}, [](Ui&) {});
  REQUIRE(made);
  const Status waited = (*made)->wait_until([] { return false; }, 5);
  REQUIRE_FALSE(waited);
  CHECK(waited.error().code == ErrorCode::Timeout);
}

TEST_CASE("a splitter follows the pointer and stops at its limits") {
  float left = 200;
  auto made = Robot::create({}, [&](Ui& ui) {
    ImGui::SetNextWindowPos(ImVec2(0, 0));
    ImGui::SetNextWindowSize(ImVec2(800, 400));
    ImGui::Begin("w");
    ImGui::BeginChild("left", ImVec2(left, 300));
    ImGui::EndChild();
    ui.splitter("split", 300, left, 100, 400);
    ui.button("right", "Right");
    ImGui::End();
  });
  REQUIRE(made);
  REQUIRE((*made)->drag("split", ImVec2(60, 0)));
  CHECK(left == doctest::Approx(260));
  REQUIRE((*made)->drag("split", ImVec2(500, 0)));
  CHECK(left == doctest::Approx(400));
  const auto right = (*made)->find("right");
  REQUIRE(right);
  CHECK(right->min.x > 400);
}
