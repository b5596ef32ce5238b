#include "storage/package/bag_writer.h"

#include "storage/base/text.h"
#include "tests/package/support.h"

#include <doctest/doctest.h>

using namespace shiqu;
using namespace shiqu::package;
namespace fs = std::filesystem;

namespace {

BagInfo small_info() {
  BagInfo info;
  info.source_organization = "館\nBag-Count: 9";  // a value may not smuggle in a tag
  info.external_identifier = "X";
  info.internal_sender_identifier = "S";
  info.bagging_date = "2026-11-25";
  info.bag_group_identifier = "G";
  return info;
}

}  // namespace

TEST_CASE("a written bag is a valid bag with exact Oxum and sorted manifests") {
  const TempDir dir;
  auto bag = BagWriter::create(dir.path() / "x-v1");
  REQUIRE(bag);
  REQUIRE(bag->add_text("data/b", "12"));
  REQUIRE(bag->add_text("data/a", "345"));
  REQUIRE(bag->add_text("data/empty", ""));
  const auto written = bag->finish(small_info(), new_station_key());
  REQUIRE(written);
  CHECK(written->payload_files == 3);
  CHECK(written->payload_bytes == 5);
  VerifyOptions generic;
  generic.profile = false;
  const PackageVerdict verdict = test::verdict_of(written->folder, generic);
  CHECK_MESSAGE(verdict.ok, test::findings_of(verdict));
  CHECK(verdict.findings.empty());
  const std::string info = test::get(written->folder / "bag-info.txt");
  CHECK(info.find("Payload-Oxum: 5.3\n") != std::string::npos);
  CHECK(info.find("Source-Organization: 館 Bag-Count: 9\n") != std::string::npos);
  const auto lines = split(test::get(written->folder / "manifest-sha512.txt"), '\n');
  REQUIRE(lines.size() == 4);
  CHECK(lines[0].ends_with("  data/a"));
  CHECK(lines[1].ends_with("  data/b"));
}

TEST_CASE("equal input gives equal bytes") {
  const TempDir dir;
  const StationKey key = new_station_key();
  const fs::path one = test::make_small_package(dir.path() / "1", key);
  const fs::path two = test::make_small_package(dir.path() / "2", key);
  int compared = 0;
  for (const auto& entry : fs::recursive_directory_iterator(one)) {
    if (entry.is_regular_file()) {
      CHECK(test::get(entry.path()) == test::get(two / entry.path().lexically_relative(one)));
      ++compared;
    }
  }
  CHECK(compared == 16);
}

TEST_CASE("unsafe and repeated paths are refused") {
  const TempDir dir;
  auto bag = BagWriter::create(dir.path() / "x");
  REQUIRE(bag);
  REQUIRE(bag->add_text("data/a", ""));
  CHECK(bag->add_text("data/a", "").error().code == ErrorCode::Exists);
  for (const char* bad : {"a", "data/../a", "data/A", "bagit.txt", "/data/a", "data/x y"}) {
    CHECK(bag->add_text(bad, "").error().code == ErrorCode::InvalidInput);
  }
}

TEST_CASE("an unfinished bag leaves nothing, and nothing is overwritten") {
  const TempDir dir;
  const fs::path folder = dir.path() / "x";
  {
    auto bag = BagWriter::create(folder);
    REQUIRE(bag);
    REQUIRE(bag->add_text("data/a", "1"));
    CHECK(BagWriter::create(folder).error().code == ErrorCode::Conflict);
    CHECK(fs::exists(dir.path() / "x.part" / "data" / "a"));
    CHECK_FALSE(fs::exists(folder));
  }
  CHECK(fs::is_empty(dir.path()));
  fs::create_directory(folder);
  CHECK(BagWriter::create(folder).error().code == ErrorCode::Exists);
}

TEST_CASE("what a killed writer left behind is cleared") {
  const TempDir dir;
  fs::create_directories(dir.path() / "x.part" / "data");
  test::put(dir.path() / "x.part" / "data" / "old", "old");
  auto bag = BagWriter::create(dir.path() / "x");
  REQUIRE(bag);
  REQUIRE(bag->add_text("data/new", "new"));
  REQUIRE(bag->finish(small_info(), new_station_key()));
  CHECK_FALSE(fs::exists(dir.path() / "x" / "data" / "old"));
}

TEST_CASE("a source with other bytes than were kept is refused, and a stop is obeyed") {
  const TempDir dir;
  test::put(dir.path() / "source", "content");
  auto bag = BagWriter::create(dir.path() / "x");
  REQUIRE(bag);
  CHECK(bag->add_file("data/a", dir.path() / "source", std::string(64, '0')).error().code ==
        ErrorCode::Corrupt);
  std::stop_source stop;
  stop.request_stop();
  auto other = BagWriter::create(dir.path() / "y");
  REQUIRE(other);
  CHECK(other->add_file("data/b", dir.path() / "source", {}, {}, stop.get_token()).error().code ==
        ErrorCode::Cancelled);
}

TEST_CASE("a bag without payload or with an empty tag is refused") {
  const TempDir dir;
  auto bag = BagWriter::create(dir.path() / "x");
  REQUIRE(bag);
  CHECK_FALSE(bag->finish(small_info(), new_station_key()));
  REQUIRE(bag->add_text("data/a", ""));
  BagInfo info = small_info();
  info.bag_group_identifier = " \n";
  const auto written = bag->finish(info, new_station_key());
  REQUIRE_FALSE(written);
  CHECK(written.error().subject == "Bag-Group-Identifier");
}
