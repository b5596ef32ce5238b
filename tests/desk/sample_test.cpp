// A sheet with every part of the kit. Set SHIQU_SCREENSHOTS to a folder to look at it.

#include "storage/base/file.h"
#include "storage/imaging/codecs.h"
#include "storage/imaging/tiff.h"
#include "ui/desk/kit/command_views.h"
#include "ui/desk/kit/page_view.h"
#include "ui/desk/kit/rasterise.h"
#include "ui/desk/kit/robot.h"

#include <doctest/doctest.h>

#include <cstdlib>

using namespace shiqu;
using namespace shiqu::desk;

namespace {

/// A paper-coloured page with typeset columns: drawn with the kit itself.
imaging::Image sample_page() {
  UiOptions options;
  options.display = {1400, 1000};
  auto robot = Robot::create(options, [](Ui& ui) {
    ImDrawList& list = *ImGui::GetBackgroundDrawList();
    list.AddRectFilled(ImVec2(0, 0), ImVec2(1400, 1000), IM_COL32(226, 211, 178, 255));
    list.AddRect(ImVec2(60, 60), ImVec2(1340, 940), IM_COL32(70, 55, 40, 255), 0, 0, 4);
    for (int i = 0; i < 10; ++i) {
      const float x = 1340 - 128 * static_cast<float>(i);
      list.AddLine(ImVec2(x, 60), ImVec2(x, 940), IM_COL32(110, 90, 70, 255), 1.5F);
      ui.page_glyphs().draw_column(list, ImVec2(x - 64, 80), 84, U"天地玄黃宇宙洪荒𠂇",
                                   IM_COL32(30, 22, 16, 255));
    }
  });
  REQUIRE(robot);
  return (*robot)->screenshot();
}

struct Sample {
  TempDir dir;
  Commands commands;
  CommandPalette palette;
  HelpOverlay help;
  CommandTexts texts{"搜索命令…", "没有找到", "键盘"};
  TextField title{"title"};
  TextField column{"column"};
  std::unique_ptr<PageView> page;
  std::unique_ptr<Robot> robot;

  Sample() {
    const auto add = [this](const char* id, const char* label, const char* key) {
      REQUIRE(commands.add({id,
                            [label] { return std::string(label); },
                            parse_chord(key).value_or(Chord{}),
                            "",
                            {},
                            [] {},
                            ""}));
    };
    add("accept", "接受并到下一处存疑", "Space");
    add("next", "下一列", "Left");
    add("merge", "合并列", "C");
    add("split", "拆分列", "X");
    add("variants", "异体字", "V");
    add("wall", "字墙", "G");
    add("export", "导出数据包…", "");
    auto made = Robot::create({}, [this](Ui& ui) { draw(ui); });
    REQUIRE(made);
    robot = std::move(*made);
    title.set_utf8("石渠寶笈 𠂇𰻝");
    column.set_utf8("天地玄黃，宇宙洪荒（𠂇𰻝）「日月」");
    const auto file = dir.path() / "page.tif";
    REQUIRE(imaging::write_pyramid(file, sample_page()));
    page = std::make_unique<PageView>(robot->ui());
    page->open(file);
    REQUIRE(robot->wait_until([this] { return !page->loading(); }));
  }
  ~Sample() { page.reset(); }

  void draw(Ui& ui) {
    commands.dispatch(ui);
    ImGui::SetNextWindowPos(ImVec2(0, 0));
    ImGui::SetNextWindowSize(ImGui::GetIO().DisplaySize);
    ImGui::Begin("desk", nullptr,
                 ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoBringToFrontOnFocus);
    ui.heading("石渠 · 转录", 1.5F);
    ImGui::SameLine(0, 40);
    title.draw_line(ui, 320, "书名");
    ImGui::SameLine();
    command_button(ui, commands, "accept", true);
    ImGui::SameLine();
    command_button(ui, commands, "export");
    const ImVec2 room = ImGui::GetContentRegionAvail();
    if (page) {
      page->draw("page", ImVec2(room.x - 420, room.y),
                 [&](ImDrawList& list, const PageTransform& t) {
                   list.AddRect(t.to_screen({1220, 70}), t.to_screen({1330, 930}),
                                ui.theme().selection, 2, 0, 2);
                 });
    }
    ImGui::SameLine();
    static constexpr Doubt kDoubts[] = {Doubt::None, Doubt::Some, Doubt::None, Doubt::Much};
    ColumnLayout layout;
    layout.doubts = kDoubts;
    column.draw_column(ui, ImVec2(80, room.y), layout);
    ImGui::SameLine();
    ImGui::BeginGroup();
    ui.text("候选");
    ui.row("candidate.1", "1  玄  0.92", true);
    ui.row("candidate.2", "2  𤣥  0.05", false);
    ui.faint_text("两个引擎意见一致");
    ui.wrapped_text("本列尚有两处存疑。Ｕ+3FFF0 没有字形：\xF0\xBF\xBF\xB0");
    bool checked = true;
    ui.check_box("checked", "已核对", checked);
    ui.button("grey", "不可用", false);
    ImGui::EndGroup();
    ImGui::End();
    palette.draw(ui, commands, texts);
    help.draw(ui, commands, texts);
  }

  void keep(const std::string& name) {
    const char* folder = std::getenv("SHIQU_SCREENSHOTS");
    if (folder != nullptr) {
      CHECK(
          imaging::write_png(std::filesystem::path(folder) / (name + ".png"), robot->screenshot()));
    }
  }
};

}  // namespace

TEST_CASE("a sheet with every part of the kit settles and can be drawn in all themes") {
  Sample sample;
  REQUIRE(sample.robot->click("column"));
  REQUIRE(sample.robot->settle());
  sample.keep("dark");
  const imaging::Image dark = sample.robot->screenshot();
  sample.robot->ui().set_theme(ThemeKind::Light);
  sample.robot->frames(2);
  sample.keep("light");
  CHECK_FALSE(sample.robot->screenshot() == dark);
  sample.robot->ui().set_theme(ThemeKind::Dark);
  sample.robot->ui().set_scale(1.5F);
  sample.robot->frames(3);
  sample.keep("scaled");
  sample.robot->ui().set_scale(1);
  sample.palette.open(sample.robot->ui());
  sample.robot->frames(3);
  sample.keep("palette");
  CHECK(sample.robot->find("palette.merge"));
  sample.palette.close(sample.robot->ui());
  sample.help.toggle();
  sample.robot->frames(3);
  sample.keep("help");
  CHECK(sample.robot->find("help"));
}
