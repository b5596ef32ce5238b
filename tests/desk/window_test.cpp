#include "storage/derive/derive.h"
#include "storage/imaging/codecs.h"
#include "tests/desk/virtual_display.h"
#include "tests/support/archive.h"

#include <fmt/format.h>

#include <set>
#include <string>
#include <thread>
#include <vector>

#include <unistd.h>

using namespace shiqu;
namespace fs = std::filesystem;

namespace {

/// Processor time of process `id` so far, in ticks of sysconf(_SC_CLK_TCK).
long ticks_of(int id) {
  const std::string stat = read_file(fmt::format("/proc/{}/stat", id)).value_or("");
  const auto name_end = stat.rfind(')');
  REQUIRE(name_end != std::string::npos);
  const std::vector<std::string> fields = split(stat.substr(name_end + 2), ' ');
  REQUIRE(fields.size() > 12);
  return std::stol(fields[11]) + std::stol(fields[12]);
}

/// The desk's archive: one page with its screen image and one column.
struct OnePage {
  test::Archive archive;
  OnePage() {
    const store::KeptCapture kept = archive.keep(archive.add_item("GJ0001"), 1);
    REQUIRE_OK(archive.store.propose_text(store::Session::for_program(), kept.page,
                                          test::page_text({"天地玄黃"})));
    const fs::path pyramid = derive::pyramid_path(archive.store, kept.master);
    REQUIRE_OK(make_folders(pyramid.parent_path()));
    REQUIRE_OK(imaging::write_pyramid(pyramid, test::gradient({800, 1200})));
  }

  Result<ChildProcess> start(std::vector<std::string> more = {}) {
    std::vector<std::string> arguments{"--archive", archive.store.folder().string()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return ChildProcess::start({fs::path(SHIQU_BIN_DIR) / "shiqu-desk",
                                std::move(arguments),
                                {},
                                false,
                                archive.folder.path() / "log"});
  }
};

}  // namespace

TEST_CASE("the real desk shows a page in a window and writes a picture of it") {
  const test::VirtualDisplay display;
  if (test::skipped(display)) {
    return;
  }
  OnePage shown_page;
  const fs::path picture = shown_page.archive.folder.path() / "desk.png";
  auto desk = shown_page.start({"--screenshot", picture.string()});
  REQUIRE_OK(desk);
  const auto status = desk->wait(std::chrono::seconds(40));
  REQUIRE_OK(status);
  CHECK(*status == 0);
  const auto shown = imaging::decode_file(picture);
  REQUIRE_OK(shown);
  CHECK(shown->image.width() >= 1024);
  // A page and text: many different colours, not one empty window.
  std::set<std::uint8_t> levels;
  for (const std::uint8_t sample : shown->image.bytes()) {
    levels.insert(sample);
  }
  CHECK(levels.size() > 100);
}

TEST_CASE("the real desk with its job runner takes no processor time while nothing happens") {
  const test::VirtualDisplay display;
  if (test::skipped(display)) {
    return;
  }
  OnePage shown_page;
  auto desk = shown_page.start();
  REQUIRE_OK(desk);
  long before = -1;
  long now = 0;
  for (int i = 0; i < 60 && (before != now || now == 0); ++i) {  // until the window has come up
    before = now;
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    REQUIRE(desk->running());
    now = ticks_of(desk->pid());
  }
  const long second = ::sysconf(_SC_CLK_TCK);
  std::this_thread::sleep_for(std::chrono::seconds(3));
  CHECK(ticks_of(desk->pid()) - now <= 3 * second / 50);  // 2 %: measured is 0
  desk->stop();
}
