#include "storage/package/bag_writer.h"

#include "storage/base/text.h"
#include "tests/package/support.h"

#include <doctest/doctest.h>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <thread>

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

TEST_CASE("a writer killed at any moment leaves a whole package or none") {
  const TempDir dir;
  const StationKey key = new_station_key();
  for (int round = 0; round < 12; ++round) {
    const fs::path folder = dir.path() / std::to_string(round) / "x";
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      auto bag = BagWriter::create(folder);
      for (int i = 0; bag && i < 20; ++i) {
        (void)bag->add_text("data/" + std::to_string(i), std::string(20000, 'x'));
      }
      ::_exit(bag && bag->finish(small_info(), key) ? 0 : 1);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(3 * round));  // the moment of the kill
    ::kill(child, SIGKILL);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    if (!fs::exists(folder)) {
      auto again = BagWriter::create(folder);
      REQUIRE(again);
      REQUIRE(again->add_text("data/0", "again"));
      REQUIRE(again->finish(small_info(), key));
    }
    VerifyOptions generic;
    generic.profile = false;
    CHECK(test::verdict_of(folder, generic).ok);
    CHECK_FALSE(fs::exists(folder.string() + ".part"));
  }
}

TEST_CASE("a write that the system refuses is an error and leaves nothing") {
  const TempDir dir;
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{100000, 100000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    bool refused = false;
    {
      auto bag = BagWriter::create(dir.path() / "x");
      refused = bag && !bag->add_text("data/a", std::string(200000, 'x'));
    }
    ::_exit(refused && fs::is_empty(dir.path()) ? 0 : 1);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}
