#include "ui/desk/kit/robot.h"

#include <doctest/doctest.h>

#include <thread>

using namespace shiqu;
using namespace shiqu::desk;

TEST_CASE("after three quiet frames nothing needs to be drawn") {
  auto made = Robot::create({}, [](Ui& ui) { ui.button("b", "B"); });
  REQUIRE(made);
  Robot& robot = **made;
  robot.ui().request_frames();

  CHECK(robot.ui().needs_frame());
  robot.frames(2);
  CHECK(robot.ui().needs_frame());
  robot.frames(1);
  CHECK_FALSE(robot.ui().needs_frame());
}

TEST_CASE("input and work of other threads make a frame necessary again") {
  auto made = Robot::create({}, [](Ui&) {});
  REQUIRE(made);
  Robot& robot = **made;
  REQUIRE(robot.settle());

  robot.ui().input().push({});
  CHECK(robot.ui().needs_frame());
  REQUIRE(robot.settle());

  int woken = 0;
  robot.ui().set_wake([&] { ++woken; });
  std::thread([&] { robot.ui().poke(); }).join();
  CHECK(robot.ui().needs_frame());
  CHECK(woken == 1);
  REQUIRE(robot.settle());
  CHECK_FALSE(robot.ui().needs_frame());
}
