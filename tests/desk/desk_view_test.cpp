#include "ui/desk/desk_view.h"

#include "tests/desk/desk_fixture.h"
#include "tests/vcam/vcam_process.h"

using namespace shiqu;
using namespace shiqu::desk;
using test::Desk;

TEST_CASE("a person logs in, corrects a column with a rare character and saves it") {
  Desk desk;
  desk.login();
  CHECK(desk.model->session().has_value());
  desk.open_page();
  REQUIRE_OK(desk.robot->click("column.1"));
  desk.robot->frames(2);
  REQUIRE_OK(desk.robot->click("field.column"));
  REQUIRE_OK(desk.robot->key("Ctrl+A"));
  desk.robot->type("𠂇前明月光");
  REQUIRE_OK(desk.robot->click("button.save"));
  desk.robot->frames(2);
  CHECK(desk.first_line() == "𠂇前明月光");
  CHECK(desk.archive.store.page(desk.page)->text_state == model::TextState::Drafted);
  CHECK_FALSE(desk.view->message().empty());

  REQUIRE_OK(desk.robot->click("button.undo"));
  desk.robot->frames(2);
  CHECK(desk.first_line() == "床前明月光");

  REQUIRE_OK(desk.robot->click("button.submit"));
  desk.robot->frames(2);
  CHECK(desk.archive.store.page(desk.page)->text_state == model::TextState::Submitted);
}

TEST_CASE("commands work by id and by key, and the palette opens") {
  Desk desk;
  desk.login();
  desk.open_page();
  CHECK_FALSE(desk.view->commands().run("text.save"));  // no column is chosen
  REQUIRE_OK(desk.robot->click("column.2"));
  REQUIRE_OK(desk.robot->click("field.column"));
  REQUIRE_OK(desk.robot->key("Ctrl+A"));
  desk.robot->type("疑是地上𠀀");
  REQUIRE_OK(desk.robot->key("Ctrl+S"));
  desk.robot->frames(2);
  CHECK(desk.archive.store.text(desk.page)->text.lines[1].text == "疑是地上𠀀");
  REQUIRE_OK(desk.view->commands().run("text.undo"));
  CHECK(desk.archive.store.text(desk.page)->text.lines[1].text == "疑是地上霜");
  REQUIRE_OK(desk.view->commands().run("desk.palette"));
  desk.robot->frames(3);
  CHECK(desk.robot->find("palette.page.next").has_value());
}

TEST_CASE("without a login nothing can be changed, and a wrong PIN says so") {
  Desk desk;
  desk.open_page();
  CHECK_FALSE(desk.robot->find("button.save").has_value());
  REQUIRE_OK(desk.robot->click("login.name"));
  desk.robot->type("anna");
  REQUIRE_OK(desk.robot->click("login.ok"));
  desk.robot->frames(2);
  CHECK_FALSE(desk.model->session().has_value());
  CHECK(desk.view->message().find("PIN") != std::string::npos);
  CHECK_FALSE(desk.model->save_line("x"));
  CHECK(desk.first_line() == "床前明月光");
}

TEST_CASE("a page is taken from the virtual camera with live view, without blocking the frames") {
  const test::VcamProcess camera;
  Desk desk;
  desk.login();
  desk.open_page();
  REQUIRE_OK(desk.robot->click("capture.address"));
  desk.robot->type(camera.address());
  REQUIRE_OK(desk.robot->click("capture.start"));
  REQUIRE_OK(
      desk.robot->wait_until([&] { return desk.robot->find("capture.live").has_value(); }, 15000));
  REQUIRE_OK(desk.robot->click("capture.shoot"));
  const ItemId item = desk.model->entry_at(0)->item.id;
  REQUIRE_OK(
      desk.robot->wait_until([&] { return desk.archive.store.pages(item)->size() == 2; }, 15000));
  REQUIRE_OK(desk.robot->click("capture.stop"));
  desk.robot->frames(3);
  CHECK(desk.model->page_count() == 2);
  CHECK(desk.robot->find("capture.start").has_value());
}

TEST_CASE("the selection follows its page when a page is added to an earlier item") {
  test::Archive archive;
  const ItemId first = archive.add_item("GJ0001");
  archive.keep(first, 1);
  const PageId page = archive.keep(archive.add_item("GJ0002"), 1).page;
  REQUIRE_OK(
      archive.store.propose_text(store::Session::for_program(), page, test::page_text({"天"})));
  DeskModel model(std::move(*store::Store::open(archive.store.folder())));
  REQUIRE_OK(model.reload());
  REQUIRE_OK(model.login("anna", "1234"));
  REQUIRE_OK(model.select_page(1));
  archive.keep(first, 2);
  REQUIRE_OK(model.reload());
  CHECK(model.entry()->page.id == page);
  REQUIRE_OK(model.submit());
  CHECK(archive.store.page(page)->text_state == model::TextState::Submitted);
}

TEST_CASE("after undo the field holds the text in force, and saving it changes nothing") {
  Desk desk;
  desk.type_into_first_column("甲");
  REQUIRE_OK(desk.robot->click("button.save"));
  desk.robot->frames(2);
  REQUIRE_OK(desk.robot->click("button.undo"));
  desk.robot->frames(2);
  REQUIRE(desk.first_line() == "床前明月光");
  REQUIRE_OK(desk.robot->click("button.save"));
  desk.robot->frames(2);
  CHECK(desk.first_line() == "床前明月光");
}

TEST_CASE("saved is not claimed while the field holds text that is not stored") {
  Desk desk;
  desk.type_into_first_column("甲");
  REQUIRE_OK(desk.robot->click("button.save"));
  desk.robot->frames(2);
  const std::string saved = desk.view->message();
  REQUIRE_OK(desk.robot->click("field.column"));
  desk.robot->type("乙");
  desk.robot->frames(2);
  CHECK(desk.view->message() != saved);
}

TEST_CASE("undo takes back what was typed before it takes back what was stored") {
  Desk desk;
  desk.type_into_first_column("甲");
  REQUIRE_OK(desk.robot->click("button.save"));
  desk.robot->frames(2);
  REQUIRE_OK(desk.robot->click("field.column"));
  desk.robot->type("乙");
  REQUIRE_OK(desk.robot->click("button.undo"));
  desk.robot->frames(2);
  CHECK(desk.first_line() == "甲");
  REQUIRE_OK(desk.robot->click("button.undo"));
  desk.robot->frames(2);
  CHECK(desk.first_line() == "床前明月光");
}

TEST_CASE("what was typed is stored before another column is shown or the text is submitted") {
  Desk desk;
  desk.type_into_first_column("甲");
  REQUIRE_OK(desk.robot->click("column.2"));
  desk.robot->frames(2);
  CHECK(desk.first_line() == "甲");
  REQUIRE_OK(desk.robot->click("field.column"));
  desk.robot->type("丙");
  REQUIRE_OK(desk.robot->click("button.submit"));
  desk.robot->frames(2);
  CHECK(desk.archive.store.page(desk.page)->text_state == model::TextState::Submitted);
  CHECK(desk.archive.store.text(desk.page)->text.lines[1].text.find("丙") != std::string::npos);
}

TEST_CASE("a PIN cannot be copied from its field") {
  Desk desk;
  REQUIRE_OK(desk.robot->click("login.pin"));
  desk.robot->type("1234");
  desk.robot->set_clipboard("before");
  REQUIRE_OK(desk.robot->key("Ctrl+A"));
  REQUIRE_OK(desk.robot->key("Ctrl+C"));
  CHECK(desk.robot->clipboard() == "before");
}
