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
