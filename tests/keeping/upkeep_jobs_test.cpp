#include "storage/base/clock.h"
#include "storage/keeping/mirror_job.h"
#include "storage/keeping/scrub.h"
#include "storage/keeping/scrub_job.h"
#include "storage/keeping/second_disk.h"
#include "tests/keeping/keeping_fixture.h"

using namespace shiqu;
using namespace shiqu::keeping;
using store::JobState;
namespace fs = std::filesystem;

namespace {

constexpr std::int64_t kDayMs = 24LL * 3600 * 1000;

struct Station : test::Kept {
  const store::Session program = store::Session::for_program();
  ScrubPolicy policy{30, 0, {}};
  Registry<jobs::Handler> handlers;

  explicit Station(int pages = 3) : Kept(pages) {
    handlers.add(make_scrub_handler(0));
    handlers.add(make_mirror_handler());
  }

  std::int64_t queued() { return store.job_counts()->queued; }
  void ask(std::int64_t at_ms) { REQUIRE_OK(request_scrub(store, program, policy, at_ms)); }
  void work() {
    jobs::RunnerOptions options;
    options.poll_interval = std::chrono::milliseconds(20);
    options.threads = 1;
    options.worker = [](std::string_view) { return ProcessSpec{}; };
    options.drains_idle_work = true;
    REQUIRE_OK(jobs::Runner(store.folder(), handlers, options).drain());
  }
};

}  // namespace

TEST_CASE("files that nobody has checked are asked for on the second day, once a day") {
  Station station;
  const std::int64_t now = now_unix_ms();
  station.ask(now);
  station.ask(now + kDayMs - 1000);
  CHECK(station.queued() == 0);
  station.ask(now + kDayMs);
  CHECK(station.queued() == 1);
  station.ask(now + 3 * kDayMs);
  CHECK(station.queued() == 1);
  REQUIRE(station.store.claim_job({"scrub"})->has_value());
  station.ask(now + 5 * kDayMs);  // one runs
  CHECK(station.queued() == 0);
}

TEST_CASE("an archive without files is not asked for") {
  Station station(0);
  station.ask(now_unix_ms());
  station.ask(now_unix_ms() + 99 * kDayMs);
  CHECK(station.queued() == 0);
}

TEST_CASE("checks are asked for before they are too old, and stay green") {
  Station station;
  REQUIRE(scrub(station.store, station.program, {0, {}, {}, {}})->green());
  const std::int64_t now = now_unix_ms();
  station.ask(now + 26 * kDayMs);
  CHECK(station.queued() == 0);
  station.ask(now + 28 * kDayMs);
  CHECK(station.queued() == 1);
}

TEST_CASE("a job checks all files in slices, between which it goes behind other jobs") {
  Station station;
  const std::int64_t now = now_unix_ms();
  station.ask(now);
  station.ask(now + kDayMs);
  station.work();
  const store::JobRecord job = station.store.jobs(1)->front();
  CHECK(job.state == JobState::Done);
  CHECK(job.attempts == 9);  // one file a slice
  CHECK(job.done == 9);
  CHECK(job.total == 9);
  CHECK(job.priority < 0);
  const auto state = station.store.fixity_state();
  CHECK(state->verdict(0) == "whole");
  CHECK(state->round == 0);  // rounds are people's
}

TEST_CASE("a slice that was cut off is not read again, and a round of before goes on") {
  Station station;
  std::stop_source source;
  ScrubOptions options;
  options.limit_mb_s = 0;
  options.stop = source.get_token();
  options.progress = [&](const ScrubProgress& at) {
    if (at.checked == 4) {
      source.request_stop();
    }
  };
  REQUIRE(scrub(station.store, station.program, options)->verdict == "unfinished");
  const auto slice =
      scrub_slice(station.store, station.program, {0, {}, {}, {}}, {now_unix_ms() - kDayMs, 0});
  REQUIRE_OK(slice);
  CHECK(slice->checked == 1);
  CHECK(slice->left == 4);
  CHECK(station.store.fixity_state()->left_in_round == 4);
}

TEST_CASE("a damaged file fails the job by its name, and a good copy mends it") {
  Station station;
  const fs::path bad = station.store.object_path(station.kept[1].master);
  REQUIRE_OK(mark_second_disk(station.store, station.admin, station.disk));
  REQUIRE_OK(mirror(station.store, station.admin, {station.disk, 0, 0, {}, {}}));
  test::flip(bad, 50, 1);
  const std::int64_t now = now_unix_ms();
  station.ask(now);
  station.ask(now + kDayMs);
  station.work();
  const store::JobRecord failed = station.store.jobs(1)->front();
  CHECK(failed.state == JobState::Failed);
  REQUIRE(failed.error);
  CHECK(failed.error->subject == bad.lexically_relative(station.store.folder()).string());
  station.policy.second_copy = station.disk;
  station.ask(now + 90 * kDayMs);
  station.work();
  CHECK(station.store.jobs(1)->front().state == JobState::Done);
  CHECK(station.store.fixity_state()->damaged == 0);
}

TEST_CASE("a disk that comes back catches up although nobody keeps anything") {
  Station station;
  const auto due = [&] {
    REQUIRE_OK(request_mirror_when_due(station.store, station.program, station.disk));
    return station.queued();
  };
  CHECK(due() == 1);  // three pages wait
  station.work();     // the disk has no mark: lost
  CHECK(station.store.jobs(1)->front().state == JobState::Failed);
  CHECK(due() == 0);  // not again at once
  REQUIRE_OK(station.store.set_fact("backup_state", R"({"state":"lost","at_ms":1})"));
  REQUIRE_OK(mark_second_disk(station.store, station.admin, station.disk));
  CHECK(due() == 1);
  station.work();
  CHECK(second_disk_status(station.store, station.disk)->state == SecondDisk::Ok);
  CHECK(due() == 0);
}

TEST_CASE("a text that was changed reaches the second disk with a snapshot within the hour") {
  Station station;
  REQUIRE_OK(mark_second_disk(station.store, station.admin, station.disk));
  REQUIRE_OK(mirror(station.store, station.admin, {station.disk, 0, 0, {}, {}}));
  const auto hours_ago = [&](int hours) {
    Json state = Json::parse(station.store.fact("backup_state").value());
    state["last_good_ms"] = now_unix_ms() - hours * 3'600'000LL;
    state["entries"] = station.store.last_sequence().value();
    REQUIRE_OK(station.store.set_fact("backup_state", state.dump()));
  };
  hours_ago(2);
  REQUIRE_OK(request_mirror_when_due(station.store, station.program, station.disk));
  CHECK(station.queued() == 0);  // nothing is new
  hours_ago(2);
  REQUIRE_OK(station.store.save_text(station.admin, station.kept[0].page, 0,
                                     test::page_text({"天地"}), "typed"));
  REQUIRE_OK(request_mirror_when_due(station.store, station.program, station.disk));
  CHECK(station.queued() == 1);
}
