#include "storage/store/store.h"

#include "tests/support/archive.h"

using namespace shiqu;
using namespace shiqu::store;

namespace {

JobRecord job(const std::string& kind, int priority = 0) {
  JobRecord out;
  out.kind = kind;
  out.subject = "page";
  out.spec = {{"languages", "HanT_vert"}};
  out.priority = priority;
  return out;
}

}  // namespace

TEST_CASE("jobs are taken by priority, then by age, and only of the kinds asked for") {
  test::Archive archive;
  const Session program = Session::for_program();
  REQUIRE(archive.store.add_job(program, job("ocr")));
  REQUIRE(archive.store.add_job(program, job("derive")));
  const JobId urgent = archive.store.add_job(program, job("ocr", 10)).value();
  const auto first = archive.store.claim_job({"ocr"});
  REQUIRE(first);
  REQUIRE(first->has_value());
  CHECK((*first)->id == urgent);
  CHECK((*first)->attempts == 1);
  CHECK((*first)->spec["languages"] == "HanT_vert");
  CHECK(archive.store.claim_job({"ocr"})->has_value());
  CHECK_FALSE(archive.store.claim_job({"ocr"})->has_value());
  CHECK(archive.store.claim_job({"derive", "ocr"})->has_value());
}

TEST_CASE("what ran when the power went is queued again") {
  test::Archive archive;
  REQUIRE(archive.store.add_job(Session::for_program(), job("ocr")));
  REQUIRE(archive.store.claim_job({"ocr"})->has_value());
  auto reopened = Store::open(archive.store.folder());
  REQUIRE(reopened);
  const auto nobody_lives = [](const RunnerId&) { return false; };
  CHECK(reopened->requeue_jobs_of_dead(nobody_lives).value() == 1);
  const auto again = reopened->claim_job({"ocr"});
  REQUIRE(again->has_value());
  CHECK((*again)->attempts == 2);
}

TEST_CASE("a queued job is cancelled at once and never taken") {
  test::Archive archive;
  const JobId id = archive.store.add_job(Session::for_program(), job("ocr")).value();
  REQUIRE(archive.store.cancel_job(archive.operator_, id));
  CHECK_FALSE(archive.store.claim_job({"ocr"})->has_value());
  CHECK(archive.store.job_counts()->cancelled == 1);
  CHECK(archive.store.cancel_job(archive.operator_, id).error().code == ErrorCode::NotFound);
}

TEST_CASE("a failed job keeps its error and is in the journal") {
  test::Archive archive;
  REQUIRE(archive.store.add_job(Session::for_program(), job("ocr")));
  JobRecord taken = archive.store.claim_job({"ocr"})->value();
  taken.state = JobState::Quarantined;
  taken.crashes = 3;
  taken.error = Error{ErrorCode::Crashed, "read page", "page 3", "signal 11"};
  REQUIRE(archive.store.finish_job(Session::for_program(), taken));
  const auto jobs = archive.store.jobs();
  REQUIRE(jobs->size() == 1);
  CHECK(jobs->front().state == JobState::Quarantined);
  REQUIRE(jobs->front().error);
  CHECK(jobs->front().error->native == "signal 11");
  CHECK(archive.store.events(0, 1000)->back().action == "job.quarantined");
}

TEST_CASE("only the runner that has a job ends it and stores its result, once") {
  test::Archive archive;
  const PageId page = archive.keep(archive.add_item("GJ0001"), 1).page;
  REQUIRE(archive.store.add_job(Session::for_program(), job("ocr")));
  const RunnerId mine = RunnerId::make();
  JobRecord taken = archive.store.claim_job({"ocr"}, mine)->value();
  JobRecord stranger = taken;
  stranger.runner = RunnerId::make();
  const auto text = test::page_text({"床前明月光"});
  const auto propose = [&](const JobRecord& by) {
    return archive.store.propose_text(Session::for_program(), by, page, text);
  };
  CHECK(propose(stranger).error().code == ErrorCode::Conflict);
  CHECK(propose(taken).value() == 1);
  CHECK(propose(taken).error().code == ErrorCode::Conflict);
  CHECK(archive.store.text_history(page)->size() == 1);
  CHECK(archive.store.job(taken.id)->result == 1);
  stranger.state = JobState::Done;
  CHECK(archive.store.finish_job(Session::for_program(), stranger).error().code ==
        ErrorCode::Conflict);
  taken.state = JobState::Done;
  taken.took_ms = 1234;
  CHECK(archive.store.finish_job(Session::for_program(), taken).value() == JobState::Done);
  CHECK(archive.store.job(taken.id)->took_ms == 1234);
}

TEST_CASE("jobs of dead runners are queued again, or cancelled when somebody asked for it") {
  test::Archive archive;
  const auto batch =
      archive.store.add_batch(archive.operator_, "three", {job("ocr"), job("ocr"), job("ocr")});
  REQUIRE_OK(batch);
  const RunnerId dead = RunnerId::make();
  const RunnerId alive = RunnerId::make();
  REQUIRE_OK(archive.store.add_runner({dead, 1, 2, 0}));
  REQUIRE_OK(archive.store.add_runner({alive, 2, 2, 0}));
  const JobId first = archive.store.claim_job({"ocr"}, dead)->value().id;
  const JobId second = archive.store.claim_job({"ocr"}, dead)->value().id;
  const JobId third = archive.store.claim_job({"ocr"}, alive)->value().id;
  REQUIRE_OK(archive.store.cancel_job(archive.operator_, second));
  const auto lives = [&](const RunnerId& id) { return id == alive; };
  CHECK(archive.store.requeue_jobs_of_dead(lives).value() == 2);
  CHECK(archive.store.job(first)->state == JobState::Queued);
  CHECK(archive.store.job(second)->state == JobState::Cancelled);
  CHECK(archive.store.job(third)->state == JobState::Running);
  REQUIRE(archive.store.runners()->size() == 1);
  CHECK(archive.store.runners()->front().id == alive);
}

TEST_CASE("a pause holds a batch or everything back until it is lifted") {
  test::Archive archive;
  const auto batch = archive.store.add_batch(archive.operator_, "two", {job("ocr"), job("ocr")});
  REQUIRE_OK(batch);
  REQUIRE(archive.store.add_job(archive.operator_, job("ocr")));
  REQUIRE_OK(archive.store.set_paused(archive.operator_, *batch, true));
  CHECK(archive.store.job_counts()->held == 2);
  CHECK(archive.store.claim_job({"ocr"})->value().batch.empty());
  CHECK_FALSE(archive.store.claim_job({"ocr"})->has_value());
  REQUIRE_OK(archive.store.set_paused(archive.operator_, *batch, false));
  REQUIRE_OK(archive.store.set_paused(archive.operator_, {}, true));
  CHECK(archive.store.queue_paused().value());
  CHECK(archive.store.batch(*batch)->counts.held == 2);
  CHECK_FALSE(archive.store.claim_job({"ocr"})->has_value());
  REQUIRE_OK(archive.store.set_paused(archive.operator_, {}, false));
  CHECK(archive.store.claim_job({"ocr"})->has_value());
  CHECK(archive.store.set_paused(archive.operator_, BatchId::make(), true).error().code ==
        ErrorCode::NotFound);
  CHECK(archive.store.set_paused(Session::for_program(), *batch, true).error().code ==
        ErrorCode::Denied);
}

TEST_CASE("a batch is cancelled as a whole and can be queued again as a whole") {
  test::Archive archive;
  const auto batch = archive.store.add_batch(archive.operator_, "two", {job("ocr"), job("ocr")});
  REQUIRE_OK(batch);
  JobRecord running = archive.store.claim_job({"ocr"})->value();
  CHECK(archive.store.cancel_batch(archive.operator_, *batch).value() == 2);
  CHECK(archive.store.batch(*batch)->counts.cancelled == 1);
  CHECK(archive.store.job_cancelled(running.id).value());
  running.state = JobState::Queued;  // the runner stops: a cancelled job does not come back
  CHECK(archive.store.finish_job(Session::for_program(), running).value() == JobState::Cancelled);
  JobSelection all;
  all.batch = *batch;
  CHECK(archive.store.retry_jobs(archive.operator_, all).value() == 2);
  CHECK(archive.store.batch(*batch)->counts.queued == 2);
  CHECK_FALSE(archive.store.job_cancelled(running.id).value());
  CHECK(archive.store.set_priority(archive.operator_, all, 7).value() == 2);
  CHECK(archive.store.claim_job({"ocr"})->value().priority == 7);
  CHECK(archive.store.verify_journal()->intact);
}

TEST_CASE("jobs are counted as they change, and two programs add one") {
  test::Archive archive;
  Store& store = archive.store;
  const Session program = Session::for_program();
  const auto batch = store.add_batch(program, "b", {job("ocr"), job("ocr"), job("ocr")});
  REQUIRE_OK(batch);
  CHECK(store.add_job_once(program, job("scrub", kIdlePriority), false).value());
  CHECK_FALSE(store.add_job_once(program, job("scrub", kIdlePriority), false).value());
  CHECK(store.job_counts()->queued == 4);
  CHECK(store.job_counts()->idle_queued == 1);
  auto taken = store.claim_job({"scrub"});
  REQUIRE(taken->has_value());
  CHECK(store.job_counts()->idle_running == 1);
  CHECK_FALSE(store.add_job_once(program, job("scrub"), false).value());
  CHECK(store.add_job_once(program, job("scrub"), true).value());
  (*taken)->state = JobState::Done;
  REQUIRE_OK(store.finish_job(program, **taken));
  const auto first = store.claim_job({"ocr"});
  REQUIRE(first->has_value());
  REQUIRE_OK(store.cancel_batch(archive.operator_, *batch));
  const JobCounts all = store.job_counts().value();
  CHECK(all.queued == 1);
  CHECK(all.running == 1);
  CHECK(all.done == 1);
  CHECK(all.cancelled == 2);
  CHECK(all.all() == 5);
  const JobCounts of_batch = store.batch(*batch)->counts;
  CHECK(of_batch.cancelled == 2);
  CHECK(of_batch.running == 1);
  CHECK(of_batch.all() == 3);
}
