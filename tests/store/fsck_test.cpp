#include "storage/store/store.h"

#include "tests/support/archive.h"

#include <fstream>

using namespace shiqu;
using namespace shiqu::store;
namespace fs = std::filesystem;

namespace {

struct Kept {
  test::Archive archive;
  KeptCapture first;
  Kept() { first = archive.keep(archive.add_item("GJ0001"), 1); }
};

}  // namespace

TEST_CASE("an untouched archive is healthy and everything was read") {
  Kept kept;
  const auto report = kept.archive.store.fsck();
  REQUIRE(report);
  CHECK(report->healthy());
  CHECK(report->objects_checked == 2);
  CHECK(report->database == "ok");
}

TEST_CASE("one flipped bit in an object is found and named") {
  Kept kept;
  const fs::path file = kept.archive.store.object_path(kept.first.master);
  fs::permissions(file, fs::perms::owner_all);
  {
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekp(200);
    const char changed = static_cast<char>(stream.peek() ^ 1);
    stream.seekp(200);
    stream.put(changed);
  }
  const auto report = kept.archive.store.fsck();
  REQUIRE(report);
  CHECK_FALSE(report->healthy());
  REQUIRE(report->findings.size() == 1);
  CHECK(report->findings[0].fault == ObjectFault::Altered);
  CHECK(report->findings[0].digest == kept.first.master);
}

TEST_CASE("a missing and a shortened object are found") {
  Kept kept;
  fs::remove(kept.archive.store.object_path(kept.first.master));
  auto report = kept.archive.store.fsck();
  REQUIRE(report);
  CHECK_FALSE(report->healthy());
  CHECK(report->findings[0].fault == ObjectFault::Missing);
}

TEST_CASE("an orphan is shown, is no loss and is never deleted") {
  Kept kept;
  const fs::path stray = kept.archive.store.object_path(std::string(64, 'a'));
  REQUIRE(make_folders(stray.parent_path()));
  REQUIRE(write_new_file(stray, "left by a power cut"));
  const auto report = kept.archive.store.fsck();
  REQUIRE(report);
  REQUIRE(report->findings.size() == 1);
  CHECK(report->findings[0].fault == ObjectFault::Orphan);
  CHECK(report->healthy());
  CHECK(fs::exists(stray));
}

TEST_CASE("a check that is stopped says so instead of all is well") {
  Kept kept;
  std::stop_source source;
  source.request_stop();
  CHECK(kept.archive.store.fsck({}, source.get_token()).error().code == ErrorCode::Cancelled);
}

TEST_CASE("a frame over a damaged twin is refused, not acknowledged") {
  Kept kept;
  const fs::path file = kept.archive.store.object_path(kept.first.master);
  fs::permissions(file, fs::perms::owner_all);
  std::ofstream(file, std::ios::binary | std::ios::trunc) << "damage";
  const auto master = kept.archive.store.spool() / "m.tif";
  REQUIRE(imaging::write_master(master, test::gradient({41, 30}), {}));
  REQUIRE(write_new_file(kept.archive.store.spool() / "r.jpg", "frame 1"));
  NewCapture fresh;
  fresh.item = kept.archive.store.list_items(0, 1)->front().item.id;
  fresh.capture.width_px = fresh.capture.height_px = 1;
  fresh.master = {master, "image/tiff"};
  fresh.received = {kept.archive.store.spool() / "r.jpg", "image/jpeg"};
  const auto again = kept.archive.store.keep(Session::for_program(), fresh);
  REQUIRE_FALSE(again);
  CHECK(again.error().code == ErrorCode::Corrupt);
  CHECK(fs::exists(master));
}
