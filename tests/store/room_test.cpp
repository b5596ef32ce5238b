#include "storage/store/room.h"

#include "storage/store/internal/room_keeper.h"
#include "tests/support/archive.h"

using namespace shiqu;
using namespace shiqu::store;
namespace fs = std::filesystem;

namespace {
constexpr std::uint64_t kMb = 1U << 20U;
}

TEST_CASE(
    "the reserve is made beside the catalogue, changes with its setting and can be given up") {
  test::Archive archive;
  const fs::path reserve = archive.store.folder() / "reserve.bin";
  archive.keep(archive.add_item("GJ0001"), 1);  // a small capture to go by
  REQUIRE(archive.store.set_reserve(2 * kMb));
  CHECK(fs::file_size(reserve) == 2 * kMb);
  CHECK_FALSE(archive.store.room()->reserve_used());
  REQUIRE(archive.store.set_reserve(kMb));
  CHECK(fs::file_size(reserve) == kMb);
  REQUIRE(archive.store.set_reserve(0));
  CHECK_FALSE(fs::exists(reserve));
}

TEST_CASE("captures are counted by the largest of the last ones, and refused when none has room") {
  test::Archive archive;
  const ItemId item = archive.add_item("GJ0001");
  CHECK(archive.store.room()->capture_bytes == 128 * kMb);  // nothing to go by yet
  archive.keep(item, 1);
  const auto room = archive.store.room();
  REQUIRE_OK(room);
  CHECK(room->capture_bytes < kMb);
  CHECK_FALSE(room->low());
  const std::uint64_t third = room->free_bytes / 3;
  const auto few = archive.store.admit_capture(third);
  REQUIRE_OK(few);
  CHECK(few->low());
  const auto refused = archive.store.admit_capture(2 * room->free_bytes);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::NoSpace);
  CHECK(refused.error().native.find("refused before the disk is full") != std::string::npos);
}

TEST_CASE("a reserve that does not fit is not made, and captures wait for it") {
  test::Archive archive;
  archive.keep(archive.add_item("GJ0001"), 1);
  const std::uint64_t free = archive.store.room()->free_bytes;
  REQUIRE(archive.store.set_reserve(2 * free));
  const auto room = archive.store.room();
  REQUIRE_OK(room);
  CHECK(room->reserve_bytes == 0);
  CHECK(room->reserve_used());
  CHECK(room->full());
  CHECK_FALSE(archive.store.admit_capture());
}

TEST_CASE("an archive may have its catalogue elsewhere and says so when that is away") {
  const TempDir folder;
  const fs::path catalogue = folder.path() / "fast" / "catalogue.db";
  REQUIRE_OK(Store::init(folder.path() / "archive", "Two disks", catalogue));
  {
    auto opened = Store::open(folder.path() / "archive");
    REQUIRE_OK(opened);
    CHECK(opened->title().value() == "Two disks");
    REQUIRE(opened->set_reserve(0));
  }
  CHECK(fs::is_regular_file(catalogue));
  CHECK(Store::init(folder.path() / "other", "x", catalogue).error().code == ErrorCode::Exists);
  fs::rename(folder.path() / "fast", folder.path() / "away");
  const auto away = Store::open(folder.path() / "archive");
  REQUIRE_FALSE(away);
  CHECK(away.error().code == ErrorCode::NotFound);
  CHECK(away.error().native.find("disk of its catalogue") != std::string::npos);
}

TEST_CASE("an init that was cut off is done again in the same folder") {
  const TempDir folder;
  const fs::path archive = folder.path() / "a";
  REQUIRE_OK(Store::init(archive, "First"));
  fs::rename(archive / "catalogue.sqlite", archive / "catalogue.sqlite.new");
  REQUIRE_OK(Store::init(archive, "Second"));
  CHECK(Store::open(archive)->title().value() == "Second");
}
