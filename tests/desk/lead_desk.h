#pragma once

#include "storage/imaging/codecs.h"
#include "tests/desk/desk_fixture.h"
#include "ui/app/outbox.h"
#include "ui/desk/export_view.h"

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

namespace shiqu::test {

/// A lead at the desk: GJ0001 has not been graded or reviewed, GJ0002 may leave.
struct LeadDesk : Desk {
  ItemId ready;
  PageId ready_page;

  LeadDesk() : Desk({"床前明月光", "疑是地上霜"}, {SizePx{1600, 1000}}) {
    ready = archive.add_item("GJ0002");
    set_record(ready, model::Grade::Public, "CC0-1.0");
    ready_page = archive.keep(ready, 7).page;
    accept(ready_page, {47, 30});
    REQUIRE_OK(model->reload());
  }

  void set_record(const ItemId& id, model::Grade grade, const std::string& rights) {
    model::Item item = archive.store.item(id).value();
    item.grade = grade;
    item.rights = rights;
    REQUIRE_OK(archive.store.update_item(archive.lead, item));
  }

  /// A text of that size, written by one and accepted by another person.
  void accept(const PageId& id, SizePx size) {
    model::PageText text = page_text({"天地玄黃"});
    text.width_px = size.width;
    text.height_px = size.height;
    text.lines.front().box = {5, 2, 10, 25};
    REQUIRE_OK(archive.store.save_text(archive.annotator, id, 0, text, "read"));
    REQUIRE_OK(archive.store.submit_text(archive.annotator, id));
    REQUIRE_OK(archive.store.review_text(archive.reviewer, id, true, ""));
  }

  desk::ExportModel& exports() { return view->exporting().model(); }

  void press(const char* chord) {
    REQUIRE_OK(robot->key(chord));
    robot->frames(3);
  }

  void click(const std::string& tag) {
    REQUIRE_OK(robot->click(tag));
    robot->frames(3);
  }

  void wait_for_plan() {
    REQUIRE_OK(robot->wait_until([this] {
      queue.run_pending();
      return !exports().planning();
    }));
    robot->frames(3);
  }

  /// Opens the export view with these items chosen.
  void open(const std::vector<std::string>& items) {
    exports().choice().order.items = items;
    press("Ctrl+E");
    wait_for_plan();
  }

  bool shows(const std::string& tag) { return robot->find(tag).has_value(); }

  /// Set SHIQU_SCREENSHOTS to a folder to look at it.
  void keep(const std::string& name) {
    if (const char* folder = std::getenv("SHIQU_SCREENSHOTS"); folder != nullptr) {
      CHECK(
          imaging::write_png(std::filesystem::path(folder) / (name + ".png"), robot->screenshot()));
    }
  }

  const app::Outgoing* newest() {
    return exports().outbox().empty() ? nullptr : &exports().outbox().front();
  }

  void write_and_wait() {
    REQUIRE_OK(view->commands().run("export.write"));
    REQUIRE_OK(robot->wait_until(
        [this] {
          queue.run_pending();
          return newest() != nullptr && newest()->sound.has_value();
        },
        20000));
    robot->frames(3);
  }
};

}  // namespace shiqu::test
