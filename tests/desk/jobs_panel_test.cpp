#include "ui/desk/jobs_panel.h"

#include "tests/desk/desk_fixture.h"

#include <string>
#include <vector>

using namespace shiqu;
using namespace shiqu::desk;
using store::JobState;
using test::Desk;

namespace {

store::BatchId add_batch(Desk& desk, const std::string& label, int jobs) {
  std::vector<store::JobRecord> wanted(static_cast<std::size_t>(jobs));
  for (store::JobRecord& job : wanted) {
    job.kind = "other";  // nobody does these
    job.subject = desk.page.str();
  }
  const auto batch = desk.archive.store.add_batch(desk.archive.operator_, label, wanted);
  REQUIRE_OK(batch);
  return *batch;
}

store::BatchRecord state_of(Desk& desk, const store::BatchId& batch) {
  return desk.archive.store.batch(batch).value();
}

void press(Desk& desk, const char* chord) {
  REQUIRE_OK(desk.robot->key(chord));
  desk.robot->frames(3);
}

}  // namespace

TEST_CASE("the panel shows batches with their bars, and pauses, resumes and cancels by buttons") {
  Desk desk;
  const store::BatchId batch = add_batch(desk, "OCR GJ0001", 4);
  desk.login();
  press(desk, "Ctrl+J");
  REQUIRE(desk.robot->find("jobs").has_value());
  CHECK(desk.robot->find("jobs.batch.1").has_value());
  CHECK(desk.robot->find("jobs.bar.1").has_value());
  CHECK(desk.robot->click("button.jobs.resume").error().code == ErrorCode::Denied);

  REQUIRE_OK(desk.robot->click("button.jobs.pause"));
  desk.robot->frames(3);
  CHECK(state_of(desk, batch).paused);
  REQUIRE_OK(desk.robot->click("button.jobs.resume"));
  desk.robot->frames(3);
  CHECK_FALSE(state_of(desk, batch).paused);

  REQUIRE_OK(desk.robot->click("button.jobs.cancel"));
  desk.robot->frames(3);
  CHECK(state_of(desk, batch).counts.queued == 4);  // asked whether it is meant
  REQUIRE_OK(desk.robot->click("button.jobs.cancel"));
  desk.robot->frames(3);
  CHECK(state_of(desk, batch).counts.cancelled == 4);
  REQUIRE_OK(desk.robot->click("jobs.close"));
  desk.robot->frames(3);
  CHECK_FALSE(desk.robot->find("jobs").has_value());
}

TEST_CASE("everything in the panel goes by keys and by command ids") {
  Desk desk;
  const store::BatchId older = add_batch(desk, "OCR GJ0001", 2);
  const store::BatchId newer = add_batch(desk, "OCR GJ0002", 2);
  desk.login();
  CHECK_FALSE(desk.view->commands().run("jobs.pause"));  // the panel is closed
  REQUIRE_OK(desk.view->commands().run("jobs.panel"));
  desk.robot->frames(3);
  press(desk, "Up");  // to the newest
  press(desk, "P");
  CHECK(state_of(desk, newer).paused);
  CHECK_FALSE(state_of(desk, older).paused);
  press(desk, "R");
  CHECK_FALSE(state_of(desk, newer).paused);
  press(desk, "Down");
  press(desk, "P");
  CHECK(state_of(desk, older).paused);
  press(desk, "Shift+P");
  CHECK(desk.archive.store.queue_paused().value());
  press(desk, "Shift+P");
  CHECK_FALSE(desk.archive.store.queue_paused().value());
  press(desk, "Delete");
  press(desk, "Up");  // another batch: the question is taken back
  press(desk, "Delete");
  CHECK(state_of(desk, newer).counts.queued == 2);
  press(desk, "Delete");
  CHECK(state_of(desk, newer).counts.cancelled == 2);
  CHECK(state_of(desk, older).counts.queued == 2);
  press(desk, "Esc");
  CHECK_FALSE(desk.robot->find("jobs").has_value());
}

TEST_CASE("without a login the panel only shows") {
  Desk desk;
  const store::BatchId batch = add_batch(desk, "OCR GJ0001", 2);
  press(desk, "Ctrl+J");
  CHECK(desk.robot->click("button.jobs.pause").error().code == ErrorCode::Denied);
  press(desk, "P");
  press(desk, "Delete");
  press(desk, "Delete");
  CHECK_FALSE(state_of(desk, batch).paused);
  CHECK(state_of(desk, batch).counts.queued == 2);
}

TEST_CASE("opening a page puts what waits for it before all that waits") {
  Desk desk;
  add_batch(desk, "OCR GJ0001", 1);
  const store::KeptCapture other = desk.archive.keep(desk.model->entry_at(0)->item.id, 2);
  store::JobRecord urgent;
  urgent.kind = "other";
  urgent.subject = other.page.str();
  urgent.priority = 30;
  REQUIRE_OK(desk.archive.store.add_job(desk.archive.operator_, urgent));
  desk.open_page();
  CHECK(desk.archive.store.claim_job({"other"})->value().subject == desk.page.str());
}

TEST_CASE("all pages of an item are asked for as one batch, and its end is shown unasked") {
  Desk desk(std::vector<std::string>{});
  desk.login();
  desk.open_page();
  REQUIRE_OK(desk.archive.store.set_paused(desk.archive.operator_, {}, true));
  REQUIRE_OK(desk.view->commands().run("text.recognise_item"));
  desk.robot->frames(3);
  REQUIRE(desk.model->batches().size() == 1);
  CHECK(desk.model->batches().front().label == "OCR GJ0001");
  CHECK(desk.model->open_batch() != nullptr);
  // Another program cancels it: the desk sees that by looking now and then.
  desk.start_jobs(std::chrono::milliseconds(50));
  const store::BatchId batch = desk.model->batches().front().id;
  CHECK(desk.archive.store.cancel_batch(desk.archive.operator_, batch).value() == 1);
  REQUIRE_OK(desk.robot->wait_until([&] {
    desk.queue.run_pending();
    return desk.model->open_batch() == nullptr;
  }));
}
