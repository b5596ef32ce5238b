// What the desk does while nobody touches it: nothing, and show what jobs have made.

#include "tests/desk/desk_fixture.h"
#include "ui/desk/words.h"

#include <chrono>
#include <thread>

using namespace shiqu;
using namespace shiqu::desk;
using test::Desk;

TEST_CASE(
    "with jobs, page and a column open, at most two frames are drawn in three quiet seconds") {
  Desk desk;
  desk.derive();
  desk.login();
  desk.open_page();
  REQUIRE_OK(desk.robot->click("column.1"));
  desk.start_jobs(jobs::RunnerOptions().poll_interval);
  REQUIRE_OK(desk.robot->wait_until([&] { return desk.view->ready(); }));
  REQUIRE_OK(desk.robot->settle());

  int drawn = 0;  // as the window's loop would
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(3);
  while (std::chrono::steady_clock::now() < end) {
    desk.queue.run_pending();
    if (desk.robot->ui().needs_frame()) {
      desk.robot->frames(1);
      ++drawn;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  CHECK(drawn <= 2);
}

TEST_CASE("a page whose screen image is made while it is open is shown by itself") {
  Desk desk(std::vector<std::string>{});
  desk.open_page();
  CHECK_FALSE(desk.robot->find("page.view").has_value());
  REQUIRE_OK(desk.archive.store.add_job(store::Session::for_program(),
                                        derive::derive_job(desk.page, desk.kept.master)));
  desk.start_jobs();
  REQUIRE_OK(desk.robot->wait_until(
      [&] {
        desk.queue.run_pending();
        return desk.robot->find("page.view").has_value();
      },
      15000));
}

namespace {

/// Keeps one more page, large enough to be read.
store::KeptCapture keep_large(test::Archive& archive, const ItemId& item) {
  store::NewCapture fresh;
  fresh.item = item;
  fresh.capture.width_px = 300;
  fresh.capture.height_px = 400;
  fresh.capture.dpi = 300;
  fresh.capture.device = "test";
  fresh.master = {archive.store.spool() / "large.tif", "image/tiff"};
  fresh.received = {archive.store.spool() / "large.jpg", "image/jpeg"};
  REQUIRE_OK(imaging::write_master(fresh.master.file, test::gradient({300, 400}), {}));
  REQUIRE_OK(write_new_file(fresh.received.file, "large frame"));
  const auto kept = archive.store.keep(store::Session::for_program(), fresh);
  REQUIRE_OK(kept);
  return *kept;
}

}  // namespace

TEST_CASE("a reading asked for in the desk wakes the runner, and its end is shown") {
  Desk desk(std::vector<std::string>{});
  const store::KeptCapture large = keep_large(desk.archive, desk.model->entry_at(0)->item.id);
  REQUIRE_OK(desk.model->reload());
  desk.login();
  REQUIRE_OK(desk.robot->click("page.GJ0001.2"));
  REQUIRE_OK(desk.archive.store.add_job(store::Session::for_program(),
                                        derive::derive_job(large.page, large.master)));
  desk.start_jobs();
  const auto ended = [&] {
    desk.queue.run_pending();
    return desk.archive.store.job_counts()->queued == 0 &&
           desk.archive.store.job_counts()->running == 0;
  };
  REQUIRE_OK(desk.robot->wait_until(ended, 15000));  // the runner sleeps from now on
  const std::string before = desk.view->message();
  REQUIRE_OK(desk.robot->click("button.text.recognise"));
  CHECK(desk.view->message() != before);
  const std::string asked = desk.view->message();
  REQUIRE_OK(desk.robot->wait_until(
      [&] {
        desk.queue.run_pending();
        return desk.view->message() != asked;
      },
      30000));
  CHECK(desk.model->entry()->page.text_state == model::TextState::Proposed);
}

TEST_CASE("a reading that ends is shown by itself") {
  Desk desk(std::vector<std::string>{});
  desk.login();
  desk.open_page();
  CHECK_FALSE(desk.robot->find("column.1").has_value());
  desk.propose({"床前明月光"});
  desk.job_ends("ocr");
  CHECK(desk.robot->find("column.1").has_value());
  CHECK(desk.model->text().lines[0].text == "床前明月光");
  CHECK_FALSE(desk.view->message().empty());
}

TEST_CASE("a new reading keeps what is being typed, and it can be saved on top of that reading") {
  Desk desk;
  desk.type_into_first_column("甲");
  desk.propose({"林前明月光", "疑是地上霜"});
  desk.job_ends("ocr");
  CHECK(desk.model->text().lines[0].text == "林前明月光");
  desk.robot->type("乙");
  REQUIRE_OK(desk.robot->key("Ctrl+S"));
  CHECK(desk.first_line() == "甲乙");
}

TEST_CASE("typing whose column a new reading lacks is kept, until it is dropped") {
  Desk desk;
  desk.login();
  desk.open_page();
  REQUIRE_OK(desk.robot->click("column.2"));
  REQUIRE_OK(desk.robot->key("Ctrl+A"));
  desk.robot->type("乙");
  desk.propose({"床前明月光"});
  desk.job_ends("ocr");
  CHECK(desk.model->text().lines.size() == 2);
  REQUIRE_OK(desk.robot->key("Esc"));
  CHECK(desk.model->text().lines.size() == 1);
  CHECK_FALSE(desk.model->line().has_value());
}

TEST_CASE("a reading that has failed says so on its page") {
  Desk desk;
  desk.open_page();
  store::JobRecord job;
  job.kind = "ocr";
  job.subject = desk.page.str();
  job.state = store::JobState::Failed;
  job.error = Error{ErrorCode::Corrupt, "read page", "page 1", ""};
  desk.view->job_ended(desk.robot->ui(), job);
  CHECK(desk.view->message().find("read page") != std::string::npos);
}

TEST_CASE("the page's title tells item, page and state, and follows them") {
  Desk desk;
  desk.login();
  desk.open_page();
  const auto title = desk.robot->find("page.title");
  const auto list = desk.robot->find("item.GJ0001");
  REQUIRE_OK(title);
  REQUIRE_OK(list);
  CHECK(title->min.x > list->max.x);
  CHECK(title_words(*desk.model->entry()) == "GJ0001 · page 1 · read by the machine");
  REQUIRE_OK(desk.view->commands().run("text.submit"));
  CHECK(title_words(*desk.model->entry()) == "GJ0001 · page 1 · submitted");
}

TEST_CASE("help opens by F1 and by a question mark, but not while one is typed into text") {
  Desk desk;
  desk.robot->type("?");
  CHECK(desk.robot->find("help").has_value());
  REQUIRE_OK(desk.robot->key("Esc"));
  CHECK_FALSE(desk.robot->find("help").has_value());
  REQUIRE_OK(desk.robot->key("F1"));
  CHECK(desk.robot->find("help").has_value());
  REQUIRE_OK(desk.robot->key("Esc"));
  REQUIRE_OK(desk.robot->click("login.name"));
  desk.robot->type("?");
  CHECK_FALSE(desk.robot->find("help").has_value());
}
