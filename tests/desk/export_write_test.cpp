#include "storage/package/keyring.h"
#include "storage/package/sequence.h"
#include "storage/package/verify.h"
#include "tests/desk/lead_desk.h"
#include "ui/app/transfer.h"

using namespace shiqu;
using namespace shiqu::desk;
namespace fs = std::filesystem;

namespace {

/// One that has begun to write a package which takes a while.
struct WritingDesk : test::LeadDesk {
  fs::path folder = archive.store.packages() / "gj0002-v1";

  WritingDesk() {
    constexpr int kPages = 40;
    for (int i = 0; i < kPages; ++i) {
      accept(archive.keep(ready, 20 + i).page, {60 + i, 30});
    }
    REQUIRE_OK(package::make_station_key(archive.store.keys()));
    start_jobs(std::chrono::milliseconds(50));
    login("li");
    open({"GJ0002"});
    REQUIRE(exports().obstacle().empty());
    REQUIRE_OK(view->commands().run("export.write"));
    REQUIRE_OK(robot->wait_until(
        [this] {
          queue.run_pending();
          return fs::exists(package::unfinished(folder));
        },
        20000));
    robot->frames(3);
  }

  [[nodiscard]] const store::JobRecord& job() { return exports().batches().front().jobs.front(); }

  void wait_for_end() {
    REQUIRE_OK(robot->wait_until(
        [this] {
          queue.run_pending();
          return exports().batches().front().record.counts.left() == 0;
        },
        60000));
  }

  [[nodiscard]] std::int64_t next_number() { return package::next_sequence(archive.store)->number; }
};

}  // namespace

TEST_CASE("a package goes as the view says: signed twice, encrypted, and cut for disks") {
  test::LeadDesk desk;
  const fs::path keys = desk.archive.store.keys();
  const TempDir theirs;
  const TempDir others;
  const auto key = package::make_receiving_key(theirs.path());
  REQUIRE_OK(key);
  REQUIRE_OK(package::make_station_key(keys));
  REQUIRE_OK(package::make_sm2_key(keys));
  REQUIRE_OK(package::add_receiver(
      keys, {"library", *package::receiving_recipient(theirs.path()), model::Grade::Public}));
  desk.start_jobs(std::chrono::milliseconds(50));
  desk.login("li");
  desk.open({"GJ0002"});
  desk.click("export.receiver.library");
  desk.wait_for_plan();
  desk.click("export.encrypt");
  desk.click("export.sm2");
  desk.click("export.volume.cd");
  CHECK(desk.exports().choice().wishes.volume_bytes == 700'000'000);
  desk.exports().choice().wishes.volume_bytes = 64U << 10U;  // no disk is so small
  desk.keep("export_wrapped");
  desk.write_and_wait();
  const fs::path folder = desk.newest()->folder;
  const fs::path volumes = folder.string() + ".volumes";
  REQUIRE_OK(
      desk.robot->wait_until([&] { return fs::exists(volumes.string() + ".sealed"); }, 20000));
  CHECK(fs::exists(folder / "tagmanifest-sha512.txt.sm2.sig"));
  CHECK(std::distance(fs::directory_iterator(volumes), fs::directory_iterator()) > 2);

  const TempDir inbox;
  const auto joined = app::join_package({volumes}, inbox.path(),
                                        [&] { return package::load_receiving_key(theirs.path()); });
  REQUIRE_OK(joined);
  CHECK(joined->verdict.ok);
  CHECK(joined->verdict.tag_manifest_sha256 ==
        package::verify_package(folder)->tag_manifest_sha256);
  const auto refused = app::join_package({volumes}, inbox.path() / "other", [&] {
    return package::make_receiving_key(others.path());
  });
  CHECK(refused.error().code == ErrorCode::Denied);
}

TEST_CASE("a package that is cancelled while it is written leaves nothing, and is written again") {
  WritingDesk desk;
  desk.keep("export_writing");
  CHECK(desk.shows("export.progress.1"));
  desk.click("export.cancel.1");
  desk.wait_for_end();
  CHECK(desk.job().state == store::JobState::Cancelled);
  CHECK_FALSE(fs::exists(desk.folder));
  CHECK_FALSE(fs::exists(package::unfinished(desk.folder)));
  CHECK(desk.next_number() == 1);
  CHECK(desk.newest() == nullptr);

  desk.press("F5");
  desk.wait_for_plan();
  desk.write_and_wait();
  CHECK(desk.newest()->sound == true);
  CHECK(desk.newest()->sequence == 1);
}

TEST_CASE("a package that was being written when the desk closed is written when it opens again") {
  WritingDesk desk;
  desk.runner.reset();
  CHECK_FALSE(fs::exists(desk.folder));
  CHECK(desk.next_number() == 1);
  desk.start_jobs(std::chrono::milliseconds(50));
  desk.wait_for_end();
  CHECK(desk.job().state == store::JobState::Done);
  CHECK(package::verify_package(desk.folder)->ok);
  CHECK(desk.next_number() == 2);
}
