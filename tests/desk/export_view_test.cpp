#include "storage/package/verify.h"
#include "tests/desk/lead_desk.h"
#include "ui/app/export_jobs.h"
#include "ui/app/transfer.h"

using namespace shiqu;
using namespace shiqu::desk;
using test::LeadDesk;
namespace fs = std::filesystem;

TEST_CASE("the plan shows what holds an object back, and an offender opens to be set right") {
  LeadDesk desk;
  desk.login("li");
  desk.open_page();
  desk.press("Ctrl+E");  // the object of the open page is chosen
  desk.wait_for_plan();
  desk.keep("export_closed");
  REQUIRE(desk.exports().planned() != nullptr);
  CHECK(desk.exports().is_chosen("GJ0001"));
  CHECK(desk.shows("export.gate.ungraded"));
  CHECK(desk.shows("export.gate.rights_unknown"));
  CHECK(desk.shows("export.gate.unreviewed"));
  CHECK(desk.shows("export.clear.journal_broken"));
  CHECK_FALSE(desk.shows("export.gate.journal_broken"));
  CHECK(desk.exports().planned()->counts.by_grade.at("ungraded").pages == 1);
  CHECK(desk.shows("export.bar.grade"));
  CHECK(desk.view->commands().run("export.write").error().code == ErrorCode::Conflict);

  desk.click("export.gate.ungraded");
  desk.click("export.offender.ungraded.1");
  REQUIRE(desk.shows("card"));
  desk.keep("export_card");
  desk.click("card.grade.internal");
  desk.click("card.rights");
  desk.robot->type("CC0-1.0");
  desk.click("card.save");
  desk.wait_for_plan();
  CHECK(desk.archive.store.item_named("GJ0001")->grade == model::Grade::Internal);
  CHECK_FALSE(desk.shows("card"));
  CHECK_FALSE(desk.shows("export.gate.ungraded"));
  CHECK_FALSE(desk.shows("export.gate.rights_unknown"));
  REQUIRE(desk.shows("export.gate.unreviewed"));

  desk.click("export.gate.unreviewed");
  desk.click("export.offender.unreviewed.1");
  CHECK_FALSE(desk.view->exporting().is_open());
  REQUIRE(desk.model->entry() != nullptr);
  CHECK(desk.model->entry()->page.id == desk.page);
}

TEST_CASE("a plan without closed gates is written, verified, sent, and delivered by receipt only") {
  LeadDesk desk;
  REQUIRE_OK(package::make_station_key(desk.archive.store.keys()));
  desk.start_jobs(std::chrono::milliseconds(50));
  desk.login("li");
  desk.open({"GJ0002"});
  REQUIRE(desk.exports().obstacle().empty());
  const package::SizeEstimate planned = desk.exports().planned()->size;
  desk.write_and_wait();
  desk.keep("export_written");
  REQUIRE(desk.newest()->sound == true);
  CHECK(desk.newest()->name == "gj0002-v1");
  CHECK(desk.newest()->sequence == 1);
  CHECK(desk.newest()->by == "person:li");
  CHECK(desk.newest()->head_entries > 0);
  CHECK(desk.newest()->files == planned.files);
  for (const char* tag : {"export.verdict", "export.folder", "export.number", "export.head"}) {
    CHECK_MESSAGE(desk.shows(tag), tag);
  }
  const auto verdict = package::verify_package(desk.newest()->folder);
  REQUIRE_OK(verdict);
  CHECK(verdict->ok);
  CHECK(verdict->sequence == 1);
  CHECK(desk.newest()->state() == transfer::DeliveryState::Written);

  const TempDir disk;
  const auto comes_to = [&](transfer::DeliveryState state) {
    return desk.robot->wait_until(
        [&] {
          desk.queue.run_pending();
          return desk.newest()->state() == state;
        },
        20000);
  };
  desk.click("export.to");
  desk.robot->type(disk.path().string());
  desk.press("Esc");
  desk.click("export.deliver");
  REQUIRE_OK(comes_to(transfer::DeliveryState::Copied));
  CHECK(fs::exists(disk.path() / "gj0002-v1.sealed"));
  CHECK(fs::exists(disk.path() / "gj0002-v1.sheet.html"));

  test::SmallArchive receiver;
  const auto key = package::make_station_key(receiver.store.keys());
  REQUIRE_OK(key);
  const auto receipt = app::make_receipt(receiver.store, receiver.admin, disk.path() / "gj0002-v1",
                                         *verdict, disk.path(), *key);
  REQUIRE_OK(receipt);
  desk.exports().take_receipt(*receipt, receiver.store.keys() / "station.pub");
  REQUIRE_OK(comes_to(transfer::DeliveryState::Delivered));
  desk.robot->frames(3);
  desk.keep("export_delivered");
}

TEST_CASE("a plan says when the archive has changed, and nothing is written by it") {
  LeadDesk desk;
  REQUIRE_OK(package::make_station_key(desk.archive.store.keys()));
  desk.login("li");
  desk.open({"GJ0002"});
  REQUIRE(desk.exports().obstacle().empty());
  desk.archive.add_item("GJ0003");  // of no concern
  desk.view->jobs_changed(desk.robot->ui());
  desk.robot->frames(3);
  CHECK_FALSE(desk.shows("export.outdated"));

  const auto seen = desk.exports().planned()->plans;
  desk.set_record(desk.ready, model::Grade::Sensitive, "CC0-1.0");
  desk.view->jobs_changed(desk.robot->ui());
  desk.robot->frames(3);
  CHECK(desk.shows("export.outdated"));
  CHECK(desk.view->commands().run("export.write").error().code == ErrorCode::Conflict);
  desk.press("F5");
  desk.wait_for_plan();
  CHECK_FALSE(desk.shows("export.outdated"));
  CHECK(desk.exports().planned()->counts.by_grade.count("sensitive") == 1);

  // Neither by an order that was given before.
  const auto batch = app::request_packages(desk.archive.store, desk.archive.lead, seen, {});
  REQUIRE_OK(batch);
  desk.start_jobs(std::chrono::milliseconds(50));
  REQUIRE_OK(desk.robot->wait_until(
      [&] { return desk.archive.store.batch(*batch)->counts.failed == 1; }, 20000));
  CHECK(desk.archive.store.jobs_of(*batch)->front().error->code == ErrorCode::Conflict);
  CHECK_FALSE(fs::exists(desk.archive.store.packages() / "gj0002-v1"));
}

TEST_CASE("only a lead lets a gate stay open, and the package says so") {
  LeadDesk desk;
  REQUIRE_OK(package::make_station_key(desk.archive.store.keys()));
  const PageId fresh = desk.archive.keep(desk.ready, 9).page;
  desk.login("anna");
  desk.open({"GJ0002"});
  desk.click("export.gate.unreviewed");
  CHECK(desk.robot->click("export.waive.unreviewed").error().code == ErrorCode::Denied);
  desk.exports().toggle_waiver("unreviewed");
  desk.wait_for_plan();
  CHECK_FALSE(desk.exports().obstacle().empty());
  const auto plans = desk.exports().planned()->plans;
  CHECK(app::request_packages(desk.archive.store, desk.archive.annotator, plans, {}).error().code ==
        ErrorCode::Denied);

  desk.start_jobs(std::chrono::milliseconds(50));
  const auto batch = app::request_packages(desk.archive.store, desk.archive.lead, plans, {});
  REQUIRE_OK(batch);
  REQUIRE_OK(desk.robot->wait_until(
      [&] { return desk.archive.store.batch(*batch)->counts.left() == 0; }, 20000));
  REQUIRE(desk.archive.store.batch(*batch)->counts.done == 1);
  const auto info = read_file(desk.archive.store.packages() / "gj0002-v1/bag-info.txt");
  REQUIRE_OK(info);
  CHECK(info->find("Shiqu-Waived-Gates: unreviewed") != std::string::npos);
  CHECK(desk.archive.store.page(fresh)->text_revision == 0);
}

TEST_CASE("a sealed key signs only once its passphrase was given at the desk") {
  LeadDesk desk;
  REQUIRE_OK(package::make_station_key(desk.archive.store.keys(), "石渠寶笈 1745"));
  desk.start_jobs(std::chrono::milliseconds(50));
  desk.login("li");
  desk.open({"GJ0002"});
  REQUIRE_OK(desk.robot->wait_until([&] { return desk.shows("export.passphrase"); }));
  CHECK_FALSE(desk.exports().obstacle().empty());
  const auto try_passphrase = [&](const char* passphrase) {
    desk.click("export.passphrase");
    desk.robot->type(passphrase);
    desk.press("Enter");
    desk.robot->frames(3);
  };
  try_passphrase("another one");
  REQUIRE_OK(desk.robot->wait_until([&] { return !desk.view->message().empty(); }, 20000));
  CHECK_FALSE(desk.exports().key_is_open());
  try_passphrase("石渠寶笈 1745");
  REQUIRE_OK(desk.robot->wait_until([&] { return desk.exports().key_is_open(); }, 20000));
  CHECK(desk.exports().obstacle().empty());
  desk.write_and_wait();
  CHECK(desk.newest()->sound == true);
}

TEST_CASE("everything in the export view goes by keys") {
  LeadDesk desk;
  desk.login("li");
  desk.press("Ctrl+E");
  desk.wait_for_plan();
  CHECK(desk.exports().planned() == nullptr);  // nothing is chosen
  desk.press("Home");
  desk.press("Space");
  desk.wait_for_plan();
  CHECK(desk.exports().is_chosen("GJ0001"));
  desk.press("Down");
  desk.press("Enter");
  desk.wait_for_plan();
  CHECK(desk.exports().is_chosen("GJ0002"));
  desk.press("Up");
  desk.press("Space");
  desk.wait_for_plan();
  CHECK_FALSE(desk.exports().is_chosen("GJ0001"));
  REQUIRE(desk.exports().planned() != nullptr);
  CHECK(desk.exports().planned()->plans.size() == 1);
  desk.press("Ctrl+K");  // the palette lies over the view and has the keys
  desk.press("Down");
  desk.press("Esc");
  CHECK(desk.view->exporting().is_open());
  desk.press("Esc");
  CHECK_FALSE(desk.view->exporting().is_open());
}

TEST_CASE("with sides chosen the plan shows them, and a lead assigns them") {
  LeadDesk desk;
  desk.login("li");
  desk.open({"GJ0002"});
  desk.click("export.sides");
  desk.wait_for_plan();
  REQUIRE(desk.exports().planned()->sides.size() == 1);
  const std::string side = desk.exports().planned()->sides.front().side;
  CHECK(desk.archive.store.splits()->empty());
  REQUIRE_OK(desk.exports().assign_sides());
  desk.wait_for_plan();
  const auto stored = desk.archive.store.splits();
  REQUIRE(stored->size() == 1);
  CHECK(stored->front().side == side);
  CHECK(desk.exports().planned()->plans.front().split == side);
}
