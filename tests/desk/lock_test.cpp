#include "storage/imaging/codecs.h"
#include "tests/desk/desk_fixture.h"

#include <cstdlib>

using namespace shiqu;

namespace {

constexpr std::int64_t kFiveMinutesMs = 300'000;

struct Watched : test::Desk {
  std::int64_t now_ms = 1'000'000;
  Watched() {
    view->lock().set_clock([this] { return now_ms; });
  }
  void unlock(const std::string& pin) {
    robot->type(pin);
    REQUIRE_OK(robot->key("Enter"));
    robot->frames(3);
  }
  /// Set SHIQU_SCREENSHOTS to a folder to look at it.
  void keep(const std::string& name) {
    if (const char* folder = std::getenv("SHIQU_SCREENSHOTS"); folder != nullptr) {
      CHECK(
          imaging::write_png(std::filesystem::path(folder) / (name + ".png"), robot->screenshot()));
    }
  }
};

}  // namespace

TEST_CASE("after five idle minutes the desk is covered, and the PIN brings back what was typed") {
  Watched desk;
  desk.derive();
  desk.type_into_first_column("甲乙丙");
  desk.keep("before_lock");
  desk.now_ms += kFiveMinutesMs - 1;
  desk.robot->frames(1);
  CHECK_FALSE(desk.view->lock().locked());
  desk.now_ms += 1;
  desk.robot->frames(3);
  REQUIRE(desk.view->lock().locked());
  desk.keep("locked");
  for (const char* covered :
       {"status", "field.column", "page.title", "item.GJ0001", "button.save"}) {
    CAPTURE(covered);
    CHECK_FALSE(desk.robot->find(covered).has_value());
  }
  CHECK(desk.robot->find("lock.unsaved").has_value());
  desk.unlock("9999");
  CHECK(desk.view->lock().locked());
  CHECK(desk.robot->find("lock.refusal").has_value());
  desk.keep("locked_refused");
  desk.unlock("1234");
  CHECK_FALSE(desk.view->lock().locked());
  CHECK(desk.first_line() == "床前明月光");  // nothing was stored meanwhile
  REQUIRE_OK(desk.robot->click("button.save"));
  desk.robot->frames(2);
  CHECK(desk.first_line() == "甲乙丙");
}

TEST_CASE("Ctrl+L locks at once, keys do nothing behind it, and nobody logged in locks nothing") {
  Watched desk;
  REQUIRE_OK(desk.robot->key("Ctrl+L"));
  desk.robot->frames(2);
  CHECK_FALSE(desk.view->lock().locked());
  desk.type_into_first_column("甲");
  REQUIRE_OK(desk.robot->key("Ctrl+L"));
  desk.robot->frames(3);
  REQUIRE(desk.view->lock().locked());
  for (const char* key : {"Ctrl+S", "Ctrl+Enter", "Ctrl+K", "PageDown", "Esc", "F1"}) {
    REQUIRE_OK(desk.robot->key(key));
  }
  desk.robot->frames(3);
  CHECK(desk.view->lock().locked());
  CHECK(desk.first_line() == "床前明月光");
  CHECK_FALSE(desk.robot->find("palette.query").has_value());
  desk.unlock("1234");
  CHECK_FALSE(desk.view->lock().locked());
}

TEST_CASE("a touch that comes after the limit does not reach the desk, one before it begins anew") {
  Watched desk;
  desk.type_into_first_column("甲");
  desk.now_ms += kFiveMinutesMs - 1000;
  desk.robot->type("乙");
  desk.robot->frames(1);
  desk.now_ms += 2000;
  desk.robot->frames(1);
  CHECK_FALSE(desk.view->lock().locked());
  desk.now_ms += kFiveMinutesMs;
  REQUIRE_OK(desk.robot->key("Ctrl+S"));
  desk.robot->frames(2);
  CHECK(desk.view->lock().locked());
  CHECK(desk.first_line() == "床前明月光");
}

TEST_CASE("an idle window is woken when the lock falls due") {
  Watched desk;
  desk.login();
  REQUIRE_OK(desk.robot->settle());
  CHECK_FALSE(desk.robot->ui().needs_frame());
  const auto sleep = desk.robot->ui().sleep_ms();
  REQUIRE(sleep.has_value());
  CHECK(*sleep <= kFiveMinutesMs);
  CHECK(*sleep > kFiveMinutesMs - 60'000);
}
