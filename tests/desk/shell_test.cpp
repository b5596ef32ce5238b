#include "ui/desk/kit/shell.h"
#include "tests/desk/virtual_display.h"

#include "storage/base/file.h"
#include "storage/base/process.h"
#include "storage/base/text.h"
#include "storage/imaging/codecs.h"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <optional>
#include <string>
#include <thread>

using namespace shiqu;
using namespace shiqu::desk;

using shiqu::test::skipped;
using shiqu::test::VirtualDisplay;

namespace {

void draw_sample(Ui& ui) {
  ImGui::SetNextWindowPos(ImVec2(0, 0));
  ImGui::SetNextWindowSize(ImGui::GetIO().DisplaySize);
  ImGui::Begin("w", nullptr, ImGuiWindowFlags_NoTitleBar);
  ui.heading("石渠寶笈");
  ui.text("天地玄黃 𠂇𰻝");
  ui.button("ok", "確定", true, true);
  ImGui::End();
}

}  // namespace

TEST_CASE("the window writes a picture of itself and ends") {
  const VirtualDisplay display;
  if (skipped(display)) {
    return;
  }
  const TempDir dir;
  ShellOptions options;
  options.size = {640, 480};
  options.scale = 1;
  options.screenshot = dir.path() / "window.png";
  auto shell = Shell::create(options);
  REQUIRE(shell);

  REQUIRE((*shell)->run(draw_sample));

  if (const char* folder = std::getenv("SHIQU_SCREENSHOTS"); folder != nullptr) {
    std::error_code error;
    std::filesystem::copy_file(options.screenshot, std::filesystem::path(folder) / "window.png",
                               std::filesystem::copy_options::overwrite_existing, error);
    CHECK_FALSE(error);
  }
  const auto picture = imaging::decode_file(dir.path() / "window.png");
  REQUIRE(picture);
  CHECK(picture->image.size() == SizePx{640, 480});
  int bright = 0;
  for (const std::uint8_t byte : picture->image.bytes()) {
    bright += byte > 150 ? 1 : 0;
  }
  CHECK(bright > 1000);
}

TEST_CASE("a window in which nothing happens draws nothing and uses no processor") {
  const VirtualDisplay display;
  if (skipped(display)) {
    return;
  }
  auto shell = Shell::create({});
  REQUIRE(shell);
  std::uint64_t frames_when_quiet = 0;
  std::clock_t clock_when_quiet = 0;
  std::jthread clock([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(800));
    (*shell)->queue().post([&] {
      frames_when_quiet = (*shell)->frames();
      clock_when_quiet = std::clock();
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(1200));
    (*shell)->queue().post([&] { (*shell)->close(); });
  });

  REQUIRE((*shell)->run(draw_sample));

  // The two posts themselves cost up to three frames each.
  CHECK((*shell)->frames() - frames_when_quiet <= 6);
  CHECK(static_cast<double>(std::clock() - clock_when_quiet) / CLOCKS_PER_SEC < 0.4);
}
