#include "storage/jobs/estimate.h"

#include "storage/jobs/lock.h"
#include "tests/support/archive.h"

#include <fstream>
#include <optional>

using namespace shiqu;
using namespace shiqu::jobs;
using store::JobState;

namespace {

/// An archive with a batch of `count` jobs and nobody who does them.
struct Waiting {
  test::Archive archive;
  store::BatchId batch;
  std::optional<RunnerLock> life;

  explicit Waiting(int count) {
    std::vector<store::JobRecord> jobs(static_cast<std::size_t>(count));
    for (store::JobRecord& job : jobs) {
      job.kind = "echo";
    }
    batch = archive.store.add_batch(archive.operator_, "all", jobs).value();
  }

  /// A runner of two threads signs on.
  void sign_on() {
    life.emplace(std::move(*RunnerLock::take(archive.store.folder())));
    REQUIRE_OK(archive.store.add_runner({life->id(), 1, 2, 0}));
  }

  void do_one(std::int64_t took_ms) {
    store::JobRecord job = archive.store.claim_job({"echo"})->value();
    job.state = JobState::Done;
    job.took_ms = took_ms;
    REQUIRE_OK(archive.store.finish_job(store::Session::for_program(), job));
  }

  Progress progress() { return progress_of(archive.store, batch).value(); }
};

}  // namespace

TEST_CASE("one job out of all proportion hardly moves the mean") {
  CHECK(robust_mean_ms({}) == 0);
  const std::vector<std::int64_t> even(20, 1000);
  CHECK(robust_mean_ms(even) == doctest::Approx(1000));
  std::vector<std::int64_t> odd = even;
  odd[3] = 8 * 3600 * 1000;  // the machine slept meanwhile
  CHECK(robust_mean_ms(odd) == doctest::Approx(1150));
}

TEST_CASE("time left is work by workers, and never nothing while work is left") {
  const std::vector<std::int64_t> second(5, 1000);
  CHECK(seconds_left({{"ocr", 100, 0, second}}, 2) == 50);
  CHECK(seconds_left({{"ocr", 99, 2, second}, {"derive", 10, 0, second}}, 2) == 55);
  CHECK(seconds_left({{"ocr", 1, 0, second}}, 64) == 1);
  const std::vector<std::int64_t> quick(5, 1);
  CHECK(seconds_left({{"ocr", 1, 0, quick}}, 2) == 1);
  CHECK(seconds_left({{"ocr", 0, 1, {}}}, 2) == 1);
}

TEST_CASE(
    "time left is told once enough jobs are done, while somebody works and nothing is paused") {
  Waiting waiting(25);
  for (std::int64_t i = 0; i < kEnough; ++i) {
    CHECK_FALSE(waiting.progress().left_s);
    waiting.do_one(3000);
  }
  CHECK_FALSE(waiting.progress().left_s);  // nobody works
  waiting.sign_on();
  CHECK(waiting.progress().workers == 2);
  CHECK(waiting.progress().left_s == 30);
  CHECK(waiting.progress().seconds_each == doctest::Approx(3.0));
  REQUIRE_OK(waiting.archive.store.set_paused(waiting.archive.operator_, waiting.batch, true));
  CHECK(waiting.progress().paused);
  CHECK_FALSE(waiting.progress().left_s);
  REQUIRE_OK(waiting.archive.store.set_paused(waiting.archive.operator_, waiting.batch, false));
  for (int i = 0; i < 20; ++i) {
    CHECK(waiting.progress().left_s.value_or(0) > 0);
    waiting.do_one(3000);
  }
  CHECK_FALSE(waiting.progress().left_s);
  CHECK(waiting.progress().counts.left() == 0);
}

TEST_CASE("what goes before a batch counts for its time, what comes after does not") {
  Waiting waiting(25);
  waiting.sign_on();
  for (int i = 0; i < 5; ++i) {
    waiting.do_one(2000);
  }
  CHECK(waiting.progress().left_s == 20);
  store::JobRecord other;
  other.kind = "echo";
  other.priority = 5;
  for (int i = 0; i < 10; ++i) {
    REQUIRE_OK(waiting.archive.store.add_job(waiting.archive.operator_, other));
  }
  CHECK(waiting.progress().left_s == 30);
  other.priority = -5;
  for (int i = 0; i < 10; ++i) {
    REQUIRE_OK(waiting.archive.store.add_job(waiting.archive.operator_, other));
  }
  CHECK(waiting.progress().left_s == 30);
  CHECK(progress_of(waiting.archive.store, {})->left_s == 40);
}

TEST_CASE("a runner lives while its lock is held, and its file goes with it") {
  TempDir archive;
  store::RunnerId id;
  {
    const auto lock = RunnerLock::take(archive.path());
    REQUIRE_OK(lock);
    id = lock->id();
    CHECK(runner_lives(archive.path(), id));
    clear_dead_locks(archive.path());
    CHECK(runner_lives(archive.path(), id));
  }
  CHECK_FALSE(runner_lives(archive.path(), id));
  const auto left_over = archive.path() / "runners" / (id.str() + ".lock");
  std::ofstream(left_over) << "";  // what a killed program leaves
  CHECK_FALSE(runner_lives(archive.path(), id));
  clear_dead_locks(archive.path());
  CHECK_FALSE(std::filesystem::exists(left_over));
}
