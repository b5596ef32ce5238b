#include "storage/keeping/restore.h"

#include "storage/keeping/second_disk.h"
#include "storage/keeping/snapshots.h"
#include "tests/keeping/keeping_fixture.h"

#include <algorithm>

using namespace shiqu;
using namespace shiqu::keeping;
namespace fs = std::filesystem;

namespace {

bool lost(const RestoreReport& report, const std::string& kind) {
  return std::any_of(report.replayed.lost.begin(), report.replayed.lost.end(),
                     [&](const store::NotRebuilt& one) { return one.kind == kind; });
}

struct Mirrored : test::Kept {
  Mirrored() {
    REQUIRE_OK(mark_second_disk(store, admin, disk));
    REQUIRE_OK(store.propose_text(store::Session::for_program(), kept[0].page,
                                  test::page_text({"床前明月光"})));
    copy();
  }
  void copy(std::int64_t snapshot_older_than_ms = 0) {
    REQUIRE_OK(mirror(store, admin, {disk, snapshot_older_than_ms, 0, {}, {}}));
  }
  fs::path to = folder.path() / "new";
};

}  // namespace

TEST_CASE("the second disk alone gives the archive back") {
  Mirrored old;
  const SigningKey key = SigningKey::make();
  REQUIRE_OK(old.store.add_checkpoint({"0123456789ABCDEF", key}, "test"));
  old.copy();
  const auto report = restore(old.disk, old.to);
  REQUIRE_OK(report);
  CHECK(report->complete());
  CHECK_FALSE(report->snapshot.empty());
  CHECK(report->objects == 6);
  auto store = store::Store::open(old.to);
  REQUIRE_OK(store);
  CHECK(store->fsck()->healthy());
  CHECK(store->verify_journal()->intact);
  CHECK(store->events(report->entries, 1)->front().action == "archive.restored");
  CHECK(store->login("root", "1234"));
  CHECK(store->text(old.kept[0].page)->text.lines.front().text == "床前明月光");
  CHECK(store->fixity_state()->verdict(0) == "unchecked");  // not checked on this disk
}

TEST_CASE("what was kept after the last snapshot comes back from sidecars") {
  Mirrored old;
  const store::KeptCapture late = old.keep(old.item, 9);
  REQUIRE_OK(old.store.seal_journal());
  old.copy(3'600'000);  // no new snapshot
  REQUIRE(list_snapshots(old.disk).size() == 1);
  const auto report = restore(old.disk, old.to);
  REQUIRE_OK(report);
  CHECK(report->complete());
  CHECK(report->replayed.captures == 1);
  CHECK(report->replayed.entries > 0);
  auto store = store::Store::open(old.to);
  CHECK(store->capture(late.capture)->master == late.master);
  CHECK(store->page(late.page)->order == 4);
}

TEST_CASE("a damaged snapshot is named, and the one before or the sidecars serve") {
  Mirrored old;
  old.keep(old.item, 9);
  old.copy();
  const auto snapshots = list_snapshots(old.disk);
  REQUIRE(snapshots.size() == 2);
  test::flip(snapshots.front().file, 6000, 1);
  const auto before = restore(old.disk, old.to);
  REQUIRE_OK(before);
  CHECK(lost(*before, "snapshot"));
  CHECK(before->snapshot == snapshots.back().file.filename());
  CHECK(before->objects == 8);
  test::flip(snapshots.back().file, 6000, 1);
  const auto none = restore(old.disk, old.folder.path() / "third");
  REQUIRE_OK(none);
  CHECK(none->snapshot.empty());
  CHECK(none->objects == 8);
  CHECK(store::Store::open(old.folder.path() / "third")->fsck()->healthy());
}

TEST_CASE("an object that the second disk has lost is named, the others come back") {
  Mirrored old;
  fs::remove(old.disk / "objects" / old.kept[1].master.substr(0, 2) / old.kept[1].master.substr(2));
  test::flip(old.disk / "objects" / old.kept[2].master.substr(0, 2) / old.kept[2].master.substr(2),
             9, 0);
  const auto report = restore(old.disk, old.to);
  REQUIRE_OK(report);
  CHECK_FALSE(report->complete());
  CHECK(report->objects == 4);
  CHECK(std::count_if(report->replayed.lost.begin(), report->replayed.lost.end(),
                      [](const auto& one) { return one.kind == "object"; }) == 2);
}

TEST_CASE("nothing is restored into a folder with something in it, nor from any folder") {
  Mirrored old;
  REQUIRE_OK(make_folders(old.to));
  REQUIRE_OK(write_new_file(old.to / "x", "x"));
  CHECK(restore(old.disk, old.to).error().code == ErrorCode::Exists);
  CHECK(restore(old.to, old.folder.path() / "y").error().code == ErrorCode::NotFound);
  CHECK(rebuild(old.disk / "keys", old.folder.path() / "y", "root", "1234").error().code ==
        ErrorCode::NotFound);
}

TEST_CASE("an archive is rebuilt without its catalogue, and says what cannot be had") {
  Mirrored old;
  const std::int64_t entries = old.store.sealed_entries().value();
  const fs::path folder = old.store.folder();
  fs::remove(folder / "catalogue.sqlite");
  const auto report = rebuild(folder, old.to, "root", "9753");
  REQUIRE_OK(report);
  CHECK(report->entries == entries);
  CHECK(report->objects == 6);
  CHECK(report->journal_intact);
  CHECK(lost(*report, "secret"));
  CHECK(lost(*report, "jobs"));
  CHECK(lost(*report, "journal_end"));
  auto store = store::Store::open(old.to);
  REQUIRE_OK(store);
  CHECK(store->title().value() == "Test archive");
  CHECK(store->fsck()->healthy());
  CHECK(store->pages(old.item)->size() == 3);
  CHECK(store->text(old.kept[0].page)->text.lines.front().text == "床前明月光");
  CHECK(store->login("root", "9753"));
  CHECK(store->verify_journal()->intact);
}

TEST_CASE("a damaged sidecar and a stray object are named by a rebuild") {
  Mirrored old;
  for (const auto& entry : fs::recursive_directory_iterator(old.store.sidecars())) {
    if (entry.is_regular_file() &&
        read_file(entry.path())->find("\"kind\":\"capture\"") != std::string::npos) {
      test::flip(entry.path(), 100, 0);
      break;
    }
  }
  const auto report = rebuild(old.store.folder(), old.to, "root", "9753");
  REQUIRE_OK(report);
  CHECK_FALSE(report->complete());
  CHECK(report->replayed.captures == 2);
  CHECK(lost(*report, "sidecar"));
  CHECK(lost(*report, "object"));
}
