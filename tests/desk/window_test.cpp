#include "storage/derive/derive.h"
#include "storage/imaging/codecs.h"
#include "tests/desk/virtual_display.h"
#include "tests/support/archive.h"

#include <set>

using namespace shiqu;
namespace fs = std::filesystem;

TEST_CASE("the real desk shows a page in a window and writes a picture of it") {
  const test::VirtualDisplay display;
  if (test::skipped(display)) {
    return;
  }
  test::Archive archive;
  const store::KeptCapture kept = archive.keep(archive.add_item("GJ0001"), 1);
  REQUIRE_OK(archive.store.propose_text(store::Session::for_program(), kept.page,
                                        test::page_text({"天地玄黃"})));
  const fs::path pyramid = derive::pyramid_path(archive.store, kept.master);
  REQUIRE_OK(make_folders(pyramid.parent_path()));
  REQUIRE_OK(imaging::write_pyramid(pyramid, test::gradient({800, 1200})));
  const fs::path picture = archive.folder.path() / "desk.png";
  auto desk = ChildProcess::start(
      {fs::path(SHIQU_BIN_DIR) / "shiqu-desk",
       {"--archive", archive.store.folder().string(), "--screenshot", picture.string()},
       {},
       false,
       archive.folder.path() / "log"});
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
