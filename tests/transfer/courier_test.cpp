#include "storage/transfer/courier.h"

#include "tests/transfer/support.h"

using namespace shiqu;
using namespace shiqu::transfer;
using namespace shiqu::transfer::test;

namespace {

struct Trip {
  TempDir dir;
  std::filesystem::path source = dir.path() / "gj0001-v1";
  std::filesystem::path disk = dir.path() / "disk";
  Sealed seal{"gj0001-v1", std::string(64, 'a'), 3, 300000};
  CourierOptions options;

  Trip() {
    put(source / "bagit.txt", "BagIt\n");
    put(source / "data/masters/0001.tif", noise(200000, 1));
    put(source / "data/masters/0002.tif", noise(100000, 2));
    std::filesystem::create_directories(disk);
    options.chunk_bytes = 65536;
  }
  Result<CourierReport> carry_it(const std::stop_token& stop = {},
                                 std::function<void(std::uint64_t)> seen = {}) {
    return carry(
        source, disk, seal, options,
        [&](std::uint64_t done, std::uint64_t) {
          if (seen) {
            seen(done);
          }
        },
        stop);
  }
  bool equal() {
    return shell("diff -r " + source.string() + " " + (disk / "gj0001-v1").string() +
                 " > /dev/null") == 0;
  }
};

}  // namespace

TEST_CASE("a package is carried, sealed last and read back, and again costs nothing") {
  Trip trip;
  const CourierReport done = need(trip.carry_it());
  CHECK(done.files == 3);
  CHECK(done.sent == done.bytes);
  CHECK(done.read_back != ReadBack::Remounted);
  CHECK(trip.equal());
  CHECK(need(parse_sealed(get(trip.disk / "gj0001-v1.sealed"))) == trip.seal);
  CHECK(need(trip.carry_it()).sent == 0);
}

TEST_CASE(
    "a copy that is cut off at any moment has no seal, and the next sends one chunk twice at "
    "most") {
  for (const std::uint64_t limit : {1UL, 70000UL, 131072UL, 200000UL, 250000UL}) {
    Trip trip;
    std::stop_source stop;
    const auto cut = trip.carry_it(stop.get_token(), [&](std::uint64_t done) {
      if (done >= limit) {
        stop.request_stop();
      }
    });
    REQUIRE_FALSE(cut);
    CHECK_FALSE(std::filesystem::exists(trip.disk / "gj0001-v1.sealed"));
    std::uint64_t there = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(trip.disk)) {
      there += entry.is_regular_file() ? entry.file_size() : 0;
    }
    const CourierReport done = need(trip.carry_it());
    CHECK(done.sent + there <= done.bytes + trip.options.chunk_bytes);
    CHECK(trip.equal());
  }
}

TEST_CASE("a piece that the disk lost is sent again, however long its file looks") {
  Trip trip;
  put(trip.disk / "gj0001-v1.part/data/masters/0001.tif", std::string(150000, '\0'));
  need(trip.carry_it());
  CHECK(trip.equal());
}

TEST_CASE("the last file that is there is never believed, be it as long as it should") {
  Trip trip;
  put(trip.disk / "gj0001-v1.part/bagit.txt", "BagIt\n");
  std::string torn = noise(200000, 1);
  torn.replace(196608, 3392, 3392, '\0');  // size on the disk, bytes of the last chunk not
  put(trip.disk / "gj0001-v1.part/data/masters/0001.tif", torn);
  CHECK(need(trip.carry_it()).sent == 100000 + 3392);
  CHECK(trip.equal());
}

TEST_CASE("a file that is no part of the package is not called copied") {
  Trip trip;  // a rename that FAT was cut off in left such: the same clusters under two names
  put(trip.disk / "gj0001-v1.part/data/masters/0001.tif", noise(200000, 1));
  put(trip.disk / "gj0001-v1.part/data/masters/0001.tif.part", noise(200000, 1));
  const auto refused = trip.carry_it();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::Corrupt);
  CHECK_FALSE(std::filesystem::exists(trip.disk / "gj0001-v1.sealed"));
}

TEST_CASE("a disk that gives back other bytes is found, and the seal goes") {
  Trip trip;
  need(trip.carry_it());
  std::string bytes = get(trip.disk / "gj0001-v1/data/masters/0002.tif");
  bytes[777] = static_cast<char>(bytes[777] ^ 4);
  put(trip.disk / "gj0001-v1/data/masters/0002.tif", bytes);
  const auto found = trip.carry_it();
  REQUIRE_FALSE(found);
  CHECK(found.error().code == ErrorCode::Corrupt);
  CHECK_FALSE(std::filesystem::exists(trip.disk / "gj0001-v1.sealed"));
  CHECK(need(trip.carry_it()).sent == 100000 + 3392);  // and the end of the one before
  CHECK(trip.equal());
}

TEST_CASE("databases, links, unfinished files and names that FAT cannot hold stay at home") {
  const auto refused = [](const char* name, const std::string& content) {
    Trip trip;
    put(trip.source / "data" / name, content);
    const auto done = trip.carry_it();
    return !done && done.error().code == ErrorCode::InvalidInput &&
           std::filesystem::is_empty(trip.disk);
  };
  CHECK(refused("catalogue.bin", std::string("SQLite format 3\0....", 20)));
  CHECK(refused("catalogue.sqlite-wal", "x"));
  CHECK(refused("0003.tif.part", "x"));
  CHECK(refused("a:b", "x"));
  CHECK(refused("dot.", "x"));
  CHECK(refused("con.txt", "x"));
  CHECK(refused("masters/0001.TIF", "x"));
  Trip trip;
  std::filesystem::create_symlink("bagit.txt", trip.source / "data/link");
  CHECK_FALSE(trip.carry_it());
}

TEST_CASE("FAT is told by name when a file is too large for it") {
  Trip trip;
  put(trip.source / "data/large.bin", "x");
  std::filesystem::resize_file(trip.source / "data/large.bin", 5ULL << 30U);
  CHECK(need(courier_objection(trip.source, false)).empty());
  CHECK(need(courier_objection(trip.source, true)).find("4 GiB") != std::string::npos);
}

TEST_CASE("a single file is carried like a folder, and another package of the name is refused") {
  Trip trip;
  const auto file = trip.dir.path() / "gj0001-v1.tar.age";
  put(file, noise(150000));
  need(carry(file, trip.disk, trip.seal, trip.options));
  CHECK(get(trip.disk / "gj0001-v1.tar.age") == get(file));
  Sealed other = trip.seal;
  other.tag_manifest_sha256 = std::string(64, 'b');
  const auto refused = carry(file, trip.disk, other, trip.options);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::Exists);
}

TEST_CASE("a seal has one form only") {
  const Sealed seal{"gj0001-v1", std::string(64, 'c'), 5, 99};
  CHECK(need(parse_sealed(text_of(seal))) == seal);
  CHECK_FALSE(parse_sealed(text_of(seal) + "\n"));
  CHECK_FALSE(parse_sealed("shiqu sealed 1\n"));
}
