#pragma once

#include "storage/base/text.h"
#include "storage/derive/derive.h"
#include "storage/jobs/runner.h"
#include "tests/support/archive.h"
#include "ui/app/application.h"
#include "ui/app/builtin.h"
#include "ui/desk/desk_view.h"
#include "ui/desk/kit/robot.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace shiqu::test {

/// page_text() with a box for each character: equal parts of the column's.
inline model::PageText page_text_with_glyphs(const std::vector<std::string>& lines) {
  model::PageText text = page_text(lines);
  for (model::Line& line : text.lines) {
    const std::u32string characters = to_utf32(line.text);
    const int height = line.box.height / static_cast<int>(characters.size());
    for (std::size_t i = 0; i < characters.size(); ++i) {
      model::Glyph glyph;
      glyph.text = to_utf8(std::u32string(1, characters[i]));
      glyph.box = {line.box.x, line.box.y + height * static_cast<int>(i), line.box.width, height};
      glyph.confidence = 0.95;
      line.glyphs.push_back(std::move(glyph));
    }
  }
  return text;
}

/// The desk on an archive with one page of two columns, driven by a robot.
struct Desk {
  Archive archive;
  store::KeptCapture kept;
  PageId page;
  MainQueue queue;
  Registry<jobs::Handler> handlers;
  std::unique_ptr<desk::DeskModel> model;
  std::unique_ptr<desk::Robot> robot;
  std::unique_ptr<desk::DeskView> view;  // before its robot's Ui in destruction order
  std::atomic<bool> looked = false;      ///< the runner has had its first look
  std::unique_ptr<jobs::Runner> runner;  // before what its threads tell

  explicit Desk(const std::vector<std::string>& lines = {"床前明月光", "疑是地上霜"},
                const desk::UiOptions& options = {}) {
    kept = archive.keep(archive.add_item("GJ0001"), 1);
    page = kept.page;
    if (!lines.empty()) {
      propose(lines);
    }
    model =
        std::make_unique<desk::DeskModel>(std::move(*store::Store::open(archive.store.folder())));
    REQUIRE_OK(model->reload());
    auto made = desk::Robot::create(options, [this](desk::Ui& ui) {
      if (view) {
        view->draw(ui);
      }
    });
    REQUIRE_OK(made);
    robot = std::move(*made);
    view = std::make_unique<desk::DeskView>(robot->ui(), *model, [this] {
      if (runner) {
        runner->wake();
      }
    });
    robot->frames(3);
  }

  /// Runs jobs as the program does, but after its first look never looks into the queue unasked.
  void start_jobs(std::chrono::milliseconds poll_interval = std::chrono::hours(1)) {
    auto application = app::Application::open(archive.store.folder());
    REQUIRE_OK(application);
    handlers = app::builtin_jobs(model->vault().ask());
    jobs::RunnerOptions options;
    options.poll_interval = poll_interval;
    options.ended = [this](const store::JobRecord& job) {
      queue.post([this, job] { view->job_ended(robot->ui(), job); });
    };
    options.changed = [this] {
      queue.post([this] { view->jobs_changed(robot->ui()); });
      looked = true;
    };
    runner = application->runner(handlers, options);
    REQUIRE_OK(runner->start());
    REQUIRE_OK(robot->wait_until([this] { return looked.load(); }));
    queue.run_pending();
  }

  void propose(const std::vector<std::string>& lines) {
    REQUIRE_OK(archive.store.propose_text(store::Session::for_program(), page,
                                          page_text_with_glyphs(lines)));
  }

  /// What the derive job would make: the page's screen image.
  void derive() {
    const auto pyramid = derive::pyramid_path(archive.store, kept.master);
    REQUIRE_OK(make_folders(pyramid.parent_path()));
    REQUIRE_OK(imaging::write_pyramid(pyramid, gradient({1000, 1500})));
  }

  void login(const std::string& name = "anna") {
    REQUIRE_OK(robot->click("login.name"));
    robot->type(name);
    REQUIRE_OK(robot->click("login.pin"));
    robot->type("1234");
    REQUIRE_OK(robot->click("login.ok"));
    robot->frames(3);
  }

  void open_page() {
    REQUIRE_OK(robot->click("page.GJ0001.1"));
    robot->frames(2);
  }

  /// Logs in and puts `text` into the first column, without saving.
  void type_into_first_column(const std::string& text) {
    login();
    open_page();
    REQUIRE_OK(robot->click("column.1"));
    REQUIRE_OK(robot->key("Ctrl+A"));
    robot->type(text);
    robot->frames(2);
  }

  void job_ends(const std::string& kind, store::JobState state = store::JobState::Done) {
    store::JobRecord job;
    job.kind = kind;
    job.subject = page.str();
    job.state = state;
    view->job_ended(robot->ui(), job);
    robot->frames(3);
  }

  std::string line(std::size_t index) { return archive.store.text(page)->text.lines[index].text; }
  std::string first_line() { return line(0); }
};

}  // namespace shiqu::test
