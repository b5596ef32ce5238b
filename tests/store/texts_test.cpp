#include "storage/store/store.h"

#include "tests/support/archive.h"

using namespace shiqu;
using namespace shiqu::store;
using model::TextState;

namespace {

struct OnePage {
  test::Archive archive;
  PageId page;
  OnePage() {
    page = archive.keep(archive.add_item("GJ0001"), 1).page;
    REQUIRE(store().propose_text(Session::for_program(), page,
                                 test::page_text({"床前明月光", "疑是地上霜"})));
  }
  Store& store() { return archive.store; }
  TextState state() { return store().page(page)->text_state; }
  int revise(const Session& by, const std::string& first_line) {
    TextRevision now = store().text(page).value();
    now.text.lines[0].text = first_line;
    const auto saved = store().save_text(by, page, now.revision, now.text, "line corrected");
    REQUIRE(saved);
    return *saved;
  }
};

}  // namespace

TEST_CASE("a page goes from proposal over correction and review to accepted") {
  OnePage one;
  CHECK(one.state() == TextState::Proposed);
  one.revise(one.archive.annotator, "牀前看月光");
  CHECK(one.state() == TextState::Drafted);
  REQUIRE(one.store().submit_text(one.archive.annotator, one.page));
  REQUIRE(one.store().review_text(one.archive.reviewer, one.page, true, ""));
  CHECK(one.state() == TextState::Accepted);
  CHECK(one.store().text(one.page)->text.lines[0].text == "牀前看月光");
  CHECK(one.store().reviews(one.page)->front().reviewer == "rui");
}

TEST_CASE("nobody reviews a text that they worked on") {
  OnePage one;
  one.revise(one.archive.lead, "牀前看月光");
  REQUIRE(one.store().submit_text(one.archive.annotator, one.page));
  CHECK(one.store().review_text(one.archive.lead, one.page, true, "").error().code ==
        ErrorCode::Denied);
  CHECK(one.store().review_text(one.archive.annotator, one.page, true, "").error().code ==
        ErrorCode::Denied);
  CHECK(one.store().review_text(one.archive.reviewer, one.page, true, ""));
}

TEST_CASE("a text is returned only with a reason and can then be corrected again") {
  OnePage one;
  REQUIRE(one.store().submit_text(one.archive.annotator, one.page));
  CHECK(one.store().review_text(one.archive.reviewer, one.page, false, "").error().code ==
        ErrorCode::InvalidInput);
  REQUIRE(one.store().review_text(one.archive.reviewer, one.page, false, "第二行漏字"));
  CHECK(one.state() == TextState::Returned);
  one.revise(one.archive.annotator, "牀前看月光");
  CHECK(one.state() == TextState::Drafted);
}

TEST_CASE("an accepted text changes no more") {
  OnePage one;
  REQUIRE(one.store().submit_text(one.archive.annotator, one.page));
  REQUIRE(one.store().review_text(one.archive.reviewer, one.page, true, ""));
  const TextRevision now = one.store().text(one.page).value();
  CHECK(one.store()
            .save_text(one.archive.annotator, one.page, now.revision, now.text, "x")
            .error()
            .code == ErrorCode::Conflict);
  CHECK(one.store().undo_text(one.archive.annotator, one.page).error().code == ErrorCode::Conflict);
}

TEST_CASE("a reviewer takes an accepted text back with a reason, and it can be changed again") {
  OnePage one;
  REQUIRE(one.store().submit_text(one.archive.annotator, one.page));
  REQUIRE(one.store().review_text(one.archive.reviewer, one.page, true, ""));
  CHECK(one.store().review_text(one.archive.reviewer, one.page, true, "").error().code ==
        ErrorCode::Conflict);
  REQUIRE(one.store().review_text(one.archive.reviewer, one.page, false, "personal data"));
  CHECK(one.state() == TextState::Returned);
  one.revise(one.archive.annotator, "甲");
  CHECK(one.state() == TextState::Drafted);
}

TEST_CASE("two people who correct the same revision do not overwrite each other") {
  OnePage one;
  const TextRevision seen = one.store().text(one.page).value();
  one.revise(one.archive.annotator, "甲");
  const auto late =
      one.store().save_text(one.archive.lead, one.page, seen.revision, seen.text, "x");
  REQUIRE_FALSE(late);
  CHECK(late.error().code == ErrorCode::Conflict);
  CHECK(one.store().text(one.page)->text.lines[0].text == "甲");
}

TEST_CASE("a machine never overwrites a person") {
  OnePage one;
  one.revise(one.archive.annotator, "甲");
  const auto again =
      one.store().propose_text(Session::for_program(), one.page, test::page_text({"乙"}));
  REQUIRE(again);
  CHECK(one.store().text(one.page)->text.lines[0].text == "甲");
  CHECK(one.store().text_revision(one.page, *again)->text.lines[0].text == "乙");
}

TEST_CASE("undo goes back step by step, survives reopening, and stops at the proposal") {
  OnePage one;
  one.revise(one.archive.annotator, "甲");
  one.revise(one.archive.annotator, "乙");
  auto reopened = Store::open(one.store().folder());
  REQUIRE(reopened);
  REQUIRE(reopened->undo_text(one.archive.annotator, one.page));
  CHECK(reopened->text(one.page)->text.lines[0].text == "甲");
  REQUIRE(reopened->undo_text(one.archive.annotator, one.page));
  CHECK(reopened->text(one.page)->text.lines[0].text == "床前明月光");
  CHECK(one.state() == TextState::Proposed);
  CHECK(reopened->undo_text(one.archive.annotator, one.page).error().code == ErrorCode::NotFound);
  CHECK(reopened->text_history(one.page)->size() == 5);
}

TEST_CASE("undo does not reach another person's change") {
  OnePage one;
  one.revise(one.archive.annotator, "甲");
  CHECK(one.store().undo_text(one.archive.lead, one.page).error().code == ErrorCode::Denied);
}

TEST_CASE("steps out of order are refused") {
  OnePage one;
  CHECK(one.store().review_text(one.archive.reviewer, one.page, true, "").error().code ==
        ErrorCode::Conflict);
  REQUIRE(one.store().submit_text(one.archive.annotator, one.page));
  CHECK(one.store().submit_text(one.archive.annotator, one.page).error().code ==
        ErrorCode::Conflict);
}
