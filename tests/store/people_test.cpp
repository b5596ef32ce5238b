#include "storage/store/store.h"

#include "tests/support/archive.h"

using namespace shiqu;
using namespace shiqu::store;

TEST_CASE("the first account must be an administrator, the next ones need one") {
  const TempDir folder;
  REQUIRE(Store::init(folder.path() / "a", "x"));
  auto store = Store::open(folder.path() / "a");
  REQUIRE(store);
  const Session program = Session::for_program();
  CHECK(store->add_user(program, {UserId(), "olga", "", model::Role::Operator, true}, "1234").error().code ==
        ErrorCode::InvalidInput);
  REQUIRE(store->add_user(program, {UserId(), "root", "", model::Role::Administrator, true}, "1234"));
  CHECK(store->add_user(program, {UserId(), "eve", "", model::Role::Administrator, true}, "1234").error().code ==
        ErrorCode::Denied);
}

TEST_CASE("names and PINs are checked") {
  test::Archive archive;
  const auto add = [&](const std::string& name, const char* pin) {
    return archive.store.add_user(archive.admin, {UserId(), name, "", model::Role::Operator, true}, pin);
  };
  CHECK(add("Anna", "1234").error().code == ErrorCode::InvalidInput);
  CHECK(add("a", "1234").error().code == ErrorCode::InvalidInput);
  CHECK(add("wang", "123").error().code == ErrorCode::InvalidInput);
  CHECK(add("anna", "1234").error().code == ErrorCode::Exists);
  CHECK(add("wang", "1234"));
}

TEST_CASE("a wrong PIN is refused, journalled, and after five tries even the right one waits") {
  test::Archive archive;
  for (int i = 0; i < 5; ++i) {
    CHECK(archive.store.login("anna", "0000").error().code == ErrorCode::Denied);
  }
  const auto waiting = archive.store.login("anna", "1234");
  REQUIRE_FALSE(waiting);
  CHECK(waiting.error().native.find("wait") != std::string::npos);
  const auto events = archive.store.events();
  REQUIRE(events);
  CHECK(events->back().action == "login.refused");
  CHECK(archive.store.login("nobody", "1234").error().code == ErrorCode::Denied);
}

TEST_CASE("nobody without the role changes a record") {
  test::Archive archive;
  const ItemId item = archive.add_item("GJ0001");
  const PageId page = archive.keep(item, 1).page;
  REQUIRE(archive.store.propose_text(Session::for_program(), page, test::page_text({"天"})));
  model::Item changed = archive.store.item(item).value();
  changed.grade = model::Grade::Public;
  CHECK(archive.store.add_item(Session::for_program(), changed).error().code == ErrorCode::Denied);
  CHECK(archive.store.update_item(archive.annotator, changed).error().code == ErrorCode::Denied);
  CHECK(archive.store.update_item(archive.lead, changed));
  CHECK(archive.store.save_text(archive.operator_, page, 1, test::page_text({"地"}), "x").error().code ==
        ErrorCode::Denied);
  CHECK(archive.store.save_text(Session::for_program(), page, 1, test::page_text({"地"}), "x").error().code ==
        ErrorCode::Denied);
  CHECK(archive.store.text(page)->revision == 1);
}
