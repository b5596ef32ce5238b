#include "ui/desk/kit/robot.h"

#include "storage/base/text.h"

#include <doctest/doctest.h>

using namespace shiqu;
using namespace shiqu::desk;

namespace {

/// Pixels inside `tag` that differ clearly from the panel's colour.
int ink(Robot& robot, std::string_view tag) {
  const auto where = robot.find(tag);
  REQUIRE(where);
  const imaging::Image image = robot.screenshot();
  const int ground = image.row(1)[3];
  int count = 0;
  for (int y = static_cast<int>(where->min.y); y < static_cast<int>(where->max.y); ++y) {
    for (int x = static_cast<int>(where->min.x); x < static_cast<int>(where->max.x); ++x) {
      count += image.row(y)[static_cast<std::size_t>(x) * 3] > ground + 60 ? 1 : 0;
    }
  }
  return count;
}

std::unique_ptr<Robot> robot_with(std::function<void(Ui&)> draw) {
  auto robot = Robot::create({}, [draw = std::move(draw)](Ui& ui) {
    ImGui::SetNextWindowPos(ImVec2(0, 0));
    ImGui::SetNextWindowSize(ImGui::GetIO().DisplaySize);
    ImGui::Begin("w", nullptr, ImGuiWindowFlags_NoTitleBar);
    draw(ui);
    ImGui::End();
  });
  REQUIRE(robot);
  return std::move(*robot);
}

}  // namespace

TEST_CASE("interface text leaves ink for common and for rare characters") {
  const auto robot = robot_with([](Ui& ui) {
    ui.text("一");
    ui.tag("common");
    ui.text("𠂇");
    ui.tag("rare");
    ui.text("　");
    ui.tag("blank");
  });
  CHECK(ink(*robot, "common") > 10);
  CHECK(ink(*robot, "rare") > 20);
  CHECK(ink(*robot, "blank") == 0);
}

TEST_CASE("page text leaves ink at any size and on every plane") {
  const auto robot = robot_with([](Ui& ui) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const ImVec2 at(100, 20);
    ui.page_glyphs().draw_column(list, at, 64, U"一𠂇𰻝", ui.theme().text);
    for (int i = 0; i < 3; ++i) {
      const float top = at.y + 64 * static_cast<float>(i);
      ui.tag_rect("cell" + std::to_string(i), ImVec2(at.x - 32, top), ImVec2(at.x + 32, top + 64));
    }
  });
  CHECK(ink(*robot, "cell0") > 60);
  CHECK(ink(*robot, "cell1") > 100);
  CHECK(ink(*robot, "cell2") > 400);
}

TEST_CASE("a character of no font is shown as a box with its code") {
  FontChain chain = FontChain::for_pages();
  constexpr char32_t kUnassigned = 0x3FFF0;
  REQUIRE_FALSE(chain.covers(kUnassigned));

  const GlyphBitmap box = chain.render(kUnassigned, 32);

  CHECK(box.code_box);
  CHECK(box.size.width > 20);
  CHECK(box.advance == doctest::Approx(32));
  CHECK(chain.render(U'一', 32).code_box == false);
}

TEST_CASE("brackets of a column are turned, ideographs are not") {
  FontChain chain = FontChain::for_pages();
  const GlyphBitmap flat = chain.render(U'（', 64);
  const GlyphBitmap turned = chain.render_vertical(U'（', 64);
  CHECK(flat.size.height > flat.size.width);
  CHECK(turned.size.width > turned.size.height);
  CHECK(chain.render(U'書', 64).alpha == chain.render_vertical(U'書', 64).alpha);
}

TEST_CASE("an atlas that overflows is emptied and goes on") {
  std::string text;
  int round = 0;
  const auto robot = robot_with([&](Ui& ui) {
    if (round < 200) {  // more than the reserve of the atlas holds
      std::u32string many;
      for (char32_t i = 0; i < 100; ++i) {
        many += U'\u4E00' + static_cast<char32_t>(round) * 100 + i;
      }
      ui.glyphs().prepare(to_utf8(many));
    }
    ui.text("龍");
    ui.tag("after");
  });
  for (; round < 205; ++round) {
    robot->frames();
  }
  CHECK(ink(*robot, "after") > 20);
}

TEST_CASE("the interface can be scaled while it runs") {
  const auto robot = robot_with([](Ui& ui) {
    ui.text("石渠");
    ui.tag("text");
  });
  const auto before = robot->find("text");
  robot->ui().set_scale(2);
  robot->frames(3);
  const auto after = robot->find("text");
  REQUIRE(before);
  REQUIRE(after);
  CHECK(after->max.y - after->min.y ==
        doctest::Approx(2 * (before->max.y - before->min.y)).epsilon(0.05));
  CHECK(ink(*robot, "text") > 200);
}

TEST_CASE("the same frame is drawn to the same pixels") {
  const auto robot = robot_with([](Ui& ui) {
    ui.heading("石渠寶笈");
    ui.button("ok", "確定", true, true);
  });
  robot->frames(3);
  const imaging::Image once = robot->screenshot();
  robot->frames();
  CHECK(robot->screenshot() == once);
}
