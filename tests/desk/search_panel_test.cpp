#include "ui/desk/search_panel.h"

#include "tests/desk/desk_fixture.h"
#include "ui/app/soak_fill.h"

using namespace shiqu;
using namespace shiqu::desk;
using test::Desk;

namespace {

void press(Desk& desk, const char* chord) {
  REQUIRE_OK(desk.robot->key(chord));
  desk.robot->frames(3);
}

/// The desk on an archive of 120 more pages in 12 items.
void fill(Desk& desk) {
  app::SoakFillOptions options;
  options.pages = 120;
  options.pages_per_item = 10;
  REQUIRE_OK(app::soak_fill(desk.archive.store, desk.archive.admin, options));
  REQUIRE_OK(desk.model->reload());
  desk.robot->frames(3);
}

}  // namespace

TEST_CASE("Ctrl+F finds a text in the archive, and Enter opens its page with the place marked") {
  Desk desk;
  desk.derive();
  const store::KeptCapture other = desk.archive.keep(desk.archive.add_item("GJ0002"), 2);
  REQUIRE_OK(desk.archive.store.propose_text(store::Session::for_program(), other.page,
                                             test::page_text_with_glyphs({"天地玄黃", "小説家"})));
  REQUIRE_OK(desk.model->reload());
  desk.model->set_variants([](char32_t c) { return std::u32string(c == U'说' ? U"説" : U""); });
  desk.login();
  desk.open_page();
  press(desk, "Ctrl+F");
  REQUIRE(desk.robot->find("search").has_value());
  desk.robot->type("说");
  desk.robot->frames(3);
  REQUIRE(desk.robot->find("search.hit.1").has_value());
  press(desk, "Enter");
  CHECK_FALSE(desk.robot->find("search").has_value());
  REQUIRE(desk.model->entry() != nullptr);
  CHECK(desk.model->entry()->page.id == other.page);
  CHECK(desk.model->line() == 1U);
  REQUIRE(desk.model->found().size() == 1);
  CHECK(desk.model->found()[0] == desk.model->text().lines[1].glyphs[1].box);

  press(desk, "Ctrl+F");
  desk.robot->type("明月光疑是");  // runs over two columns; what was typed before was selected
  desk.robot->frames(3);
  press(desk, "Enter");
  CHECK(desk.model->entry()->page.id == desk.page);
  CHECK(desk.model->found().size() == 5);
  REQUIRE_OK(desk.robot->wait_until([&] { return desk.robot->find("view.found").has_value(); }));
  press(desk, "Ctrl+Shift+F");
  CHECK(desk.model->found().empty());
}

TEST_CASE("what was typed and not saved is saved before a hit is shown") {
  Desk desk;
  desk.type_into_first_column("𠂇前明月光");
  press(desk, "Ctrl+F");
  desk.robot->type("地上");
  desk.robot->frames(3);
  press(desk, "Enter");
  CHECK(desk.first_line() == "𠂇前明月光");
  CHECK(desk.model->line() == 1U);
}

TEST_CASE("nothing found is said, and Esc closes the search") {
  Desk desk;
  press(desk, "Ctrl+F");
  desk.robot->type("龘");
  desk.robot->frames(3);
  CHECK_FALSE(desk.robot->find("search.hit.1").has_value());
  press(desk, "Esc");
  CHECK_FALSE(desk.robot->find("search").has_value());
}

TEST_CASE("only what is in sight of a long list is drawn, and every page can be reached") {
  Desk desk;
  fill(desk);
  REQUIRE(desk.model->page_count() == 121);
  CHECK(desk.robot->find("page.GJ0001.1").has_value());
  CHECK_FALSE(desk.robot->find("page.SOAK1-000012.10").has_value());
  REQUIRE_OK(desk.model->select_page(120));
  CHECK(desk.model->entry()->item.identifier == "SOAK1-000012");
  REQUIRE_OK(desk.view->commands().run("page.previous"));
  desk.robot->frames(3);
  CHECK(desk.robot->find("page.SOAK1-000012.9").has_value());
  CHECK_FALSE(desk.robot->find("page.GJ0001.1").has_value());
  REQUIRE_OK(desk.robot->wheel("page.SOAK1-000012.9", 5));
  desk.robot->frames(3);
  CHECK_FALSE(desk.robot->find("page.SOAK1-000012.9").has_value());
}

TEST_CASE("the list is filtered by item, state, label and text, and a wrong filter says so") {
  Desk desk;
  fill(desk);
  const auto filtered = [&](const char* words) {
    const Status done = desk.model->filter(words);
    CHECK_MESSAGE(done, words);
    return desk.model->page_count();
  };
  CHECK(filtered("@SOAK1-000002") == 10);
  CHECK(filtered(":submitted") == 8);
  CHECK(filtered("@SOAK1-000001 :submitted") == 1);
  CHECK(filtered("#2b") == 12);
  CHECK(filtered("#2b @SOAK1-000003") == 1);
  CHECK(filtered("明月光") == 1);
  CHECK(desk.model->entry_at(0)->page.id == desk.page);
  CHECK(filtered("") == 121);
  CHECK(filtered("@NOBODY") == 0);
  CHECK(desk.model->filter(":green").error().code == ErrorCode::InvalidInput);
  REQUIRE_OK(desk.robot->click("pages.filter"));
  desk.robot->type("@SOAK1-000002");
  press(desk, "Enter");
  CHECK(desk.robot->find("page.SOAK1-000002.1").has_value());
  CHECK_FALSE(desk.robot->find("page.GJ0001.1").has_value());
}

TEST_CASE("the selected page stays when a filter hides it") {
  Desk desk;
  fill(desk);
  desk.login();
  desk.open_page();
  REQUIRE_OK(desk.model->filter(":submitted"));
  CHECK_FALSE(desk.model->selected().has_value());
  REQUIRE(desk.model->entry() != nullptr);
  CHECK(desk.model->entry()->page.id == desk.page);
  REQUIRE_OK(desk.model->submit());
  CHECK(desk.model->selected() == 0U);
}
