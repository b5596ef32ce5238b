#include "ui/desk/desk_view.h"

#include "tests/desk/desk_fixture.h"

using namespace shiqu;
using namespace shiqu::desk;
using model::TextState;
using test::Desk;

namespace {

/// Three pages of one item wait for a reviewer; the first two were written by anna, the last by the
/// reviewer.
struct ReviewDesk : Desk {
  std::vector<PageId> pages{page};

  ReviewDesk() {
    const ItemId item = archive.store.page(page)->item;
    submit(archive.annotator, page, 1);
    for (int number = 2; number <= 3; ++number) {
      pages.push_back(archive.keep(item, static_cast<std::uint8_t>(number)).page);
      submit(number == 3 ? archive.reviewer : archive.annotator, pages.back(), 0);
    }
    REQUIRE_OK(model->reload());
    login("rui");
    open_page();
  }

  void submit(const store::Session& by, const PageId& id, int revision) {
    REQUIRE_OK(archive.store.save_text(by, id, revision, test::page_text({"天地玄黃"}), "typed"));
    REQUIRE_OK(archive.store.submit_text(by, id));
  }
  TextState state(std::size_t index) { return archive.store.page(pages[index])->text_state; }
  void click(const char* tag) {
    REQUIRE_OK(robot->click(tag));
    robot->frames(3);
  }
};

}  // namespace

TEST_CASE("a reviewer accepts a page and is shown the next that waits") {
  ReviewDesk desk;
  CHECK_FALSE(desk.robot->find("button.submit").has_value());
  desk.click("button.accept");
  CHECK(desk.state(0) == TextState::Accepted);
  CHECK(desk.model->entry()->page.id == desk.pages[1]);
  REQUIRE_OK(desk.robot->key("Ctrl+Shift+Enter"));
  desk.robot->frames(3);
  CHECK(desk.state(1) == TextState::Accepted);
  CHECK(desk.model->entry()->page.id == desk.pages[2]);

  // Their own work is not theirs to accept.
  desk.click("button.accept");
  CHECK(desk.state(2) == TextState::Submitted);
  CHECK(desk.model->entry()->page.id == desk.pages[2]);
  CHECK_FALSE(desk.view->message().empty());
}

TEST_CASE("a text goes back with a reason, which whoever wrote it sees") {
  ReviewDesk desk;
  desk.click("button.return");
  REQUIRE(desk.robot->find("reason").has_value());
  REQUIRE_OK(desk.robot->key("Enter"));  // without words nothing happens
  desk.robot->frames(2);
  CHECK(desk.state(0) == TextState::Submitted);
  REQUIRE_OK(desk.robot->key("Esc"));
  desk.robot->frames(2);
  CHECK_FALSE(desk.robot->find("reason").has_value());

  REQUIRE_OK(desk.robot->key("Ctrl+Shift+Backspace"));
  desk.robot->frames(2);
  desk.robot->type("第二列缺字");
  REQUIRE_OK(desk.robot->key("Enter"));
  desk.robot->frames(3);
  CHECK(desk.state(0) == TextState::Returned);
  CHECK(desk.model->entry()->page.id == desk.pages[1]);

  REQUIRE_OK(desk.model->login("anna", "1234"));
  desk.open_page();
  CHECK(desk.robot->find("returned").has_value());
  REQUIRE(desk.model->returned().has_value());
  CHECK(desk.model->returned()->reason == "第二列缺字");
  CHECK_FALSE(desk.robot->find("button.accept").has_value());  // an annotator decides nothing
  CHECK_FALSE(desk.view->commands().run("review.accept"));
}

TEST_CASE("the next page to review is one that the filter asks for") {
  ReviewDesk desk;
  const ItemId other = desk.archive.add_item("GJ0000");
  const PageId apart = desk.archive.keep(other, 9).page;
  desk.submit(desk.archive.annotator, apart, 0);
  REQUIRE_OK(desk.model->filter("@GJ0001"));
  desk.robot->frames(2);
  desk.click("button.accept");
  desk.click("button.accept");
  CHECK(desk.state(1) == TextState::Accepted);
  CHECK(desk.archive.store.page(apart)->text_state == TextState::Submitted);
  CHECK(desk.model->entry()->page.id == desk.pages[2]);
}

TEST_CASE("what a reviewer is typing is not passed over") {
  ReviewDesk desk;
  desk.click("column.1");
  REQUIRE_OK(desk.robot->key("Ctrl+A"));
  desk.robot->type("天地玄黄");
  desk.click("button.accept");
  CHECK(desk.state(0) == TextState::Submitted);
  CHECK_FALSE(desk.view->message().empty());
}
