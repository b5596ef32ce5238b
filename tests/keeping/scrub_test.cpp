#include "storage/keeping/scrub.h"

#include "storage/base/clock.h"
#include "storage/base/digest.h"
#include "storage/keeping/disk_read.h"
#include "storage/keeping/second_disk.h"
#include "tests/keeping/keeping_fixture.h"

#include <algorithm>
#include <random>
#include <set>

using namespace shiqu;
using namespace shiqu::keeping;
using store::Fixity;
namespace fs = std::filesystem;

namespace {

ScrubReport scrubbed(test::Kept& kept, ScrubOptions options = {}) {
  options.limit_mb_s = options.limit_mb_s == 100 ? 0 : options.limit_mb_s;
  const auto report = scrub(kept.store, store::Session::for_program(), options);
  REQUIRE_OK(report);
  return *report;
}

std::int64_t count_events(store::Store& store, const std::string& action) {
  const auto events = store.events(0, 100000);
  REQUIRE_OK(events);
  return std::count_if(events->begin(), events->end(),
                       [&](const model::Event& event) { return event.action == action; });
}

}  // namespace

TEST_CASE("a whole archive is green only after everything was read, and says how much and when") {
  test::Kept kept;
  CHECK(kept.store.fixity_state()->verdict(0) == "unchecked");
  const ScrubReport report = scrubbed(kept);
  CHECK(report.green());
  CHECK(report.files == 9);  // three masters, three received files, three sidecars
  CHECK(report.checked == 9);
  CHECK(report.unchecked == 0);
  CHECK(report.oldest_check_ms > 0);
  CHECK(kept.store.fixity_state()->verdict(0) == "whole");
  CHECK(kept.store.fixity_state()->verdict(now_unix_ms() + 1000) == "stale");
}

TEST_CASE("an archive without files is not green") {
  test::Kept kept(0);
  CHECK(scrubbed(kept).verdict == "nothing");
  CHECK(kept.store.fixity_state()->verdict(0) == "nothing");
}

TEST_CASE("a file that came after the round is not checked, so the archive is not green") {
  test::Kept kept;
  REQUIRE(scrubbed(kept).green());
  kept.keep(kept.item, 9);
  CHECK(kept.store.fixity_state()->verdict(0) == "unchecked");
}

TEST_CASE("1000 flipped bits in masters, received files and sidecars: all named, none besides") {
  constexpr int kFlips = 1000;
  constexpr int kBatch = 50;
  test::Kept kept(25);
  const std::vector<std::string> files = kept.files();
  std::mt19937 random(5);
  int named = 0;
  int falsely = 0;
  for (int done = 0; done < kFlips; done += kBatch) {
    std::vector<std::string> chosen = files;
    std::shuffle(chosen.begin(), chosen.end(), random);
    chosen.resize(kBatch);
    std::vector<std::pair<std::uint64_t, int>> places;
    for (const std::string& path : chosen) {
      const fs::path file = kept.store.folder() / path;
      places.emplace_back(random() % fs::file_size(file), static_cast<int>(random() % 8));
      test::flip(file, places.back().first, places.back().second);
    }
    const ScrubReport report = scrubbed(kept);
    CHECK(report.verdict == "damaged");
    const std::set<std::string> flipped(chosen.begin(), chosen.end());
    for (const store::FixityFinding& one : report.findings) {
      named += flipped.contains(one.path) ? 1 : 0;
      falsely += flipped.contains(one.path) ? 0 : 1;
    }
    for (std::size_t i = 0; i < chosen.size(); ++i) {
      test::flip(kept.store.folder() / chosen[i], places[i].first, places[i].second);
    }
  }
  CHECK(named == kFlips);
  CHECK(falsely == 0);
  CHECK(scrubbed(kept).green());  // mended by hand: whole again, and the journal knows
  CHECK(count_events(kept.store, "file.damaged") > 0);
  CHECK(count_events(kept.store, "file.whole_again") > 0);
}

TEST_CASE("a stopped scrub is not green and goes on where it was") {
  test::Kept kept(40);
  std::stop_source source;
  ScrubOptions options;
  options.stop = source.get_token();
  options.progress = [&](const ScrubProgress& at) {
    if (at.checked == 70) {
      source.request_stop();
    }
  };
  const ScrubReport first = scrubbed(kept, options);
  CHECK(first.verdict == "unfinished");
  CHECK(first.checked == 70);
  CHECK(first.unchecked == 50);
  CHECK(kept.store.fixity_state()->round_open);
  CHECK(kept.store.fixity_state()->verdict(0) == "unchecked");
  const ScrubReport second = scrubbed(kept);
  CHECK(second.green());
  CHECK(second.round == first.round);
  CHECK(second.checked == 50);
}

TEST_CASE("those are read first whose last check is oldest") {
  test::Kept kept(3);
  REQUIRE(scrubbed(kept).green());
  const store::KeptCapture late = kept.keep(kept.item, 9);
  const auto round = kept.store.open_fixity_round();
  const auto due = kept.store.files_to_check(*round, 100);
  REQUIRE_OK(due);
  REQUIRE(due->size() == 12);
  for (int i = 0; i < 3; ++i) {
    CHECK(due->at(static_cast<std::size_t>(i)).checked_ms == 0);
  }
  CHECK(due->back().checked_ms > 0);
  CHECK(std::is_sorted(due->begin(), due->end(),
                       [](const auto& a, const auto& b) { return a.checked_ms < b.checked_ms; }));
}

TEST_CASE("missing, unreadable, emptied and lengthened files are each named as what they are") {
  test::Kept kept(4);
  const auto path = [&](int page) {
    return kept.store.object_path(kept.kept[static_cast<std::size_t>(page)].master);
  };
  fs::remove(path(0));
  fs::remove(path(1));
  fs::create_directory(path(1));  // what gives an error when it is read
  fs::permissions(path(2), fs::perms::owner_all);
  fs::resize_file(path(2), 0);
  fs::permissions(path(3), fs::perms::owner_all);
  std::ofstream(path(3), std::ios::app) << "x";
  const ScrubReport report = scrubbed(kept);
  CHECK(report.verdict == "damaged");
  CHECK(report.damaged == 4);
  CHECK(report.unchecked == 0);
  std::multiset<Fixity> found;
  for (const store::FixityFinding& one : report.findings) {
    found.insert(one.verdict);
  }
  CHECK(found.count(Fixity::Missing) == 1);
  CHECK(found.count(Fixity::Unreadable) == 1);
  CHECK(found.count(Fixity::Altered) == 2);
}

TEST_CASE("a sidecar that is no sidecar is red though its digest is right") {
  test::Kept kept(1);
  const std::string bytes = "{\"not\": ";
  const std::string path = store::sidecar_path(sha256_hex(bytes));
  REQUIRE_OK(make_folders((kept.store.folder() / path).parent_path()));
  REQUIRE_OK(write_new_file(kept.store.folder() / path, bytes));
  DiskReader reader;
  const auto verdict =
      look_at_file(kept.store.folder(), {path, sha256_hex(bytes), 8, 0, {}}, reader, {});
  REQUIRE_OK(verdict);
  CHECK(verdict->verdict == Fixity::Unparsable);
}

TEST_CASE("a damaged and a missing file come back from the second disk, the damaged one is kept") {
  test::Kept kept(3);
  REQUIRE_OK(mark_second_disk(kept.store, kept.admin, kept.disk));
  REQUIRE_OK(mirror(kept.store, kept.admin, {kept.disk, 0, 0, {}, {}}));
  const fs::path altered = kept.store.object_path(kept.kept[0].master);
  const std::string before = read_file(altered).value();
  test::flip(altered, 77, 3);
  const std::string bad = read_file(altered).value();
  fs::remove(kept.store.object_path(kept.kept[1].master));
  ScrubOptions options;
  options.second_copy = kept.disk;
  const ScrubReport report = scrubbed(kept, options);
  CHECK(report.green());
  CHECK(report.repaired == 2);
  CHECK(report.seen.size() == 2);
  CHECK(read_file(altered).value() == before);
  CHECK(count_events(kept.store, "file.repaired") == 2);
  std::vector<fs::path> aside(fs::directory_iterator(kept.store.folder() / "damaged"), {});
  REQUIRE(aside.size() == 1);
  CHECK(read_file(aside.front()).value() == bad);
  CHECK(kept.store.fsck()->healthy());
}

TEST_CASE("a second copy that is bad itself repairs nothing, and the damage stays red") {
  test::Kept kept(1);
  REQUIRE_OK(mark_second_disk(kept.store, kept.admin, kept.disk));
  REQUIRE_OK(mirror(kept.store, kept.admin, {kept.disk, 0, 0, {}, {}}));
  const fs::path here = kept.store.object_path(kept.kept[0].master);
  test::flip(here, 10, 0);
  test::flip(kept.disk / here.lexically_relative(kept.store.folder()), 20, 0);
  const std::string bad = read_file(here).value();
  ScrubOptions options;
  options.second_copy = kept.disk;
  const ScrubReport report = scrubbed(kept, options);
  CHECK(report.verdict == "damaged");
  CHECK(report.repaired == 0);
  CHECK(read_file(here).value() == bad);
}

TEST_CASE("the rate is kept, and a stop is seen while it waits") {
  test::Kept kept(6);
  ScrubOptions options;
  options.limit_mb_s = 0.05;  // 6 masters are about 25 kB
  const std::int64_t begun = now_monotonic_ms();
  const ScrubReport report = scrubbed(kept, options);
  const double seconds = static_cast<double>(now_monotonic_ms() - begun) / 1e3;
  CHECK(report.green());
  CHECK(static_cast<double>(report.bytes) / seconds < 0.1e6);
}
