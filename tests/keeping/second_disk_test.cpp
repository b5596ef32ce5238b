#include "storage/keeping/second_disk.h"

#include "storage/keeping/mirror_job.h"
#include "storage/keeping/snapshots.h"
#include "tests/keeping/keeping_fixture.h"

#include <algorithm>

using namespace shiqu;
using namespace shiqu::keeping;
namespace fs = std::filesystem;

namespace {

MirrorReport mirrored(test::Kept& kept, std::int64_t snapshot_older_than_ms = 0) {
  const auto report =
      mirror(kept.store, kept.admin, {kept.disk, snapshot_older_than_ms, 0, {}, {}});
  REQUIRE_OK(report);
  return *report;
}

bool journal_has(store::Store& store, const std::string& action) {
  const auto events = store.events(0, 10000);
  return std::any_of(events->begin(), events->end(),
                     [&](const model::Event& event) { return event.action == action; });
}

}  // namespace

TEST_CASE("the second disk gets every object and sidecar, a snapshot and the journal's head") {
  test::Kept kept;
  REQUIRE_OK(mark_second_disk(kept.store, kept.admin, kept.disk));
  CHECK(second_disk_status(kept.store, kept.disk)->state == SecondDisk::Behind);
  const std::vector<std::string> files = kept.files();
  const MirrorReport report = mirrored(kept);
  CHECK(report.status.state == SecondDisk::Ok);
  CHECK(report.copied == 10);  // and the segment of the journal
  CHECK(report.snapshot);
  for (const std::string& path : files) {
    CHECK(read_file(kept.disk / path).value() == read_file(kept.store.folder() / path).value());
  }
  CHECK(list_snapshots(kept.disk).size() == 1);
  CHECK(store::read_heads(kept.disk / "heads.jsonl")->heads.size() == 1);
  CHECK(fs::exists(kept.disk / "settings.toml"));
  CHECK(mirrored(kept, 3'600'000).copied == 0);
}

TEST_CASE("a folder without the mark is a lost disk: nothing is copied into it") {
  test::Kept kept;
  const MirrorReport report = mirrored(kept);
  CHECK(report.status.state == SecondDisk::Lost);
  CHECK(fs::is_empty(kept.disk));
  CHECK(journal_has(kept.store, "backup.broken"));
  kept.keep(kept.item, 9);  // capture goes on
  CHECK(second_disk_told(kept.store, kept.disk)->state == SecondDisk::Lost);
}

TEST_CASE("a disk that went and came back gets what it missed") {
  test::Kept kept;
  REQUIRE_OK(mark_second_disk(kept.store, kept.admin, kept.disk));
  mirrored(kept);
  fs::rename(kept.disk, kept.disk.string() + ".away");
  kept.keep(kept.item, 9);
  CHECK(mirrored(kept).status.state == SecondDisk::Lost);
  fs::rename(kept.disk.string() + ".away", kept.disk);
  const MirrorReport back = mirrored(kept);
  CHECK(back.status.state == SecondDisk::Ok);
  CHECK(back.copied >= 3);
  CHECK(journal_has(kept.store, "backup.whole"));
}

TEST_CASE("another archive's disk and a folder with something in it are refused") {
  test::Kept kept;
  test::Kept other;
  REQUIRE_OK(mark_second_disk(other.store, other.admin, other.disk));
  CHECK(mark_second_disk(kept.store, kept.admin, other.disk).error().code == ErrorCode::Conflict);
  const auto report = mirror(kept.store, kept.admin, {other.disk, 0, 0, {}, {}});
  REQUIRE_OK(report);
  CHECK(report->status.state == SecondDisk::Foreign);
  REQUIRE_OK(write_new_file(kept.disk / "holiday.jpg", "x"));
  CHECK(mark_second_disk(kept.store, kept.admin, kept.disk).error().code == ErrorCode::Conflict);
  CHECK(mark_second_disk(kept.store, kept.admin, kept.disk / "none").error().code ==
        ErrorCode::NotFound);
}

TEST_CASE("a new second disk gets everything from the beginning") {
  test::Kept kept;
  REQUIRE_OK(mark_second_disk(kept.store, kept.admin, kept.disk));
  mirrored(kept);
  fs::remove_all(kept.disk);
  REQUIRE_OK(make_folders(kept.disk));
  REQUIRE_OK(mark_second_disk(kept.store, kept.admin, kept.disk));
  CHECK(second_disk_status(kept.store, kept.disk)->waiting == 10);
  CHECK(mirrored(kept).copied >= 10);
}

TEST_CASE("a copy that went bad is found by a check of the disk and replaced from here") {
  test::Kept kept;
  REQUIRE_OK(mark_second_disk(kept.store, kept.admin, kept.disk));
  mirrored(kept);
  const fs::path here = kept.store.object_path(kept.kept[1].master);
  const fs::path copy = kept.disk / here.lexically_relative(kept.store.folder());
  test::flip(copy, 50, 1);
  const auto report = check_second_disk(kept.store, kept.admin, {kept.disk, 0, 0, {}, {}});
  REQUIRE_OK(report);
  CHECK(report->replaced == 1);
  CHECK(report->status.state == SecondDisk::Ok);
  CHECK(read_file(copy).value() == read_file(here).value());
}

TEST_CASE("a file that is damaged here is not copied, and the disk is not green") {
  test::Kept kept;
  REQUIRE_OK(mark_second_disk(kept.store, kept.admin, kept.disk));
  test::flip(kept.store.object_path(kept.kept[1].master), 50, 1);
  const MirrorReport report = mirrored(kept);
  CHECK(report.damaged == 1);
  CHECK(report.status.state == SecondDisk::Failed);
  CHECK(report.status.waiting == 1);
  CHECK_FALSE(fs::exists(kept.disk / "objects" / kept.kept[1].master.substr(0, 2) /
                         kept.kept[1].master.substr(2)));
}

TEST_CASE("what an interrupted copy has left is no copy and stands in nobody's way") {
  test::Kept kept(1);
  REQUIRE_OK(mark_second_disk(kept.store, kept.admin, kept.disk));
  const std::string path = kept.files().front();
  REQUIRE_OK(make_folders((kept.disk / path).parent_path()));
  REQUIRE_OK(write_new_file(kept.disk / (path + ".part"), "half"));
  CHECK(mirrored(kept).status.state == SecondDisk::Ok);
  CHECK_FALSE(fs::exists(kept.disk / (path + ".part")));
}

TEST_CASE("a snapshot is checked, a flipped bit in it is found, and old ones go") {
  test::Kept kept(1);
  for (int i = 0; i < 14; ++i) {
    REQUIRE_OK(kept.store.note_event(kept.admin, "x", "y", Json::object()));
    REQUIRE_OK(make_snapshot(kept.store, kept.disk));
  }
  REQUIRE_OK(rotate_snapshots(kept.disk));
  const auto snapshots = list_snapshots(kept.disk);
  CHECK(snapshots.size() == 10);
  CHECK(snapshots.front().entries == kept.store.last_sequence().value());
  DiskReader reader;
  REQUIRE_OK(check_snapshot(snapshots.front(), reader));
  test::flip(snapshots.front().file, 5000, 2);
  CHECK(check_snapshot(snapshots.front(), reader).error().code == ErrorCode::Corrupt);
}

TEST_CASE("one job waits for the second disk at a time, none for a disk that has just failed") {
  test::Kept kept(1);
  const auto jobs = [&] { return kept.store.job_counts()->queued; };
  REQUIRE_OK(request_mirror(kept.store, kept.admin, {}));
  CHECK(jobs() == 0);
  REQUIRE_OK(request_mirror(kept.store, kept.admin, kept.disk));
  REQUIRE_OK(request_mirror(kept.store, kept.admin, kept.disk));
  CHECK(jobs() == 1);
  const auto job = kept.store.claim_job({"mirror"});
  REQUIRE(job);
  CHECK(mirrored(kept).status.state == SecondDisk::Lost);
  REQUIRE_OK(request_mirror(kept.store, kept.admin, kept.disk));
  CHECK(jobs() == 0);
}
