#include "storage/store/store.h"

#include "storage/base/clock.h"
#include "tests/support/archive.h"

#include <cstdlib>

using namespace shiqu;
using namespace shiqu::store;

TEST_CASE("the first account must be an administrator, the next ones need one") {
  const TempDir folder;
  REQUIRE(Store::init(folder.path() / "a", "x"));
  auto store = Store::open(folder.path() / "a");
  REQUIRE(store);
  const Session program = Session::for_program();
  CHECK(store->add_user(program, {UserId(), "olga", "", model::Role::Operator, true}, "1234")
            .error()
            .code == ErrorCode::InvalidInput);
  REQUIRE(
      store->add_user(program, {UserId(), "root", "", model::Role::Administrator, true}, "1234"));
  CHECK(store->add_user(program, {UserId(), "eve", "", model::Role::Administrator, true}, "1234")
            .error()
            .code == ErrorCode::Denied);
}

TEST_CASE("names and PINs are checked") {
  test::Archive archive;
  const auto add = [&](const std::string& name, const char* pin) {
    return archive.store.add_user(archive.admin, {UserId(), name, "", model::Role::Operator, true},
                                  pin);
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
  CHECK(archive.store.save_text(archive.operator_, page, 1, test::page_text({"地"}), "x")
            .error()
            .code == ErrorCode::Denied);
  CHECK(archive.store.save_text(Session::for_program(), page, 1, test::page_text({"地"}), "x")
            .error()
            .code == ErrorCode::Denied);
  CHECK(archive.store.text(page)->revision == 1);
}

namespace {

/// Uptime that a test moves.
struct Clock {
  std::string boot = "first";
  std::int64_t ms = 1'000'000;
  void drive(Store& store) {
    store.set_uptime([this] { return Uptime{boot, ms}; });
  }
};

bool must_wait(Store& store) {
  const auto tried = store.login("anna", "1234");
  return !tried && tried.error().native.find("wait") != std::string::npos;
}

void fail_five_times(Store& store) {
  for (int i = 0; i < 5; ++i) {
    REQUIRE_FALSE(store.login("anna", "0000"));
  }
}

std::string last_action(Store& store) {
  return store.events()->back().action;
}

}  // namespace

TEST_CASE("of 1,000 wrong PINs at one a second only those that the wait allows are evaluated") {
  test::Archive archive;
  Clock clock;
  clock.drive(archive.store);
  int too_soon = 0;
  for (int i = 0; i < 1000; ++i) {
    const auto tried = archive.store.login("anna", "0000");
    REQUIRE_FALSE(tried);
    too_soon += tried.error().native.find("wait") != std::string::npos ? 1 : 0;
    clock.ms += 1000;
  }
  // 5 at once, then after 1, 2, 4 … 256 and 300 s.
  CHECK(1000 - too_soon <= 5 + 11);
  CHECK(1000 - too_soon >= 5 + 9);
  int noted = 0;
  const auto events = archive.store.events(0, 5000);
  REQUIRE(events);
  for (const model::Event& event : *events) {
    noted += event.action == "login.refused" ? 1 : 0;
  }
  CHECK(noted == 1000);
  CHECK(archive.store.verify_journal()->intact);
}

TEST_CASE("a clock set back or forward by ten years does not shorten the wait") {
  test::Archive archive;
  Clock clock;
  clock.drive(archive.store);
  fail_five_times(archive.store);
  constexpr std::int64_t kTenYearsS = 315'360'000;
  for (const std::int64_t jump : {-kTenYearsS, kTenYearsS}) {
    ::setenv("SHIQU_SOURCE_DATE", std::to_string(now_unix_ms() / 1000 + jump).c_str(), 1);
    CHECK(must_wait(archive.store));
    ::unsetenv("SHIQU_SOURCE_DATE");
  }
  clock.ms += 999;
  CHECK(must_wait(archive.store));
  clock.ms += 1;
  CHECK(archive.store.login("anna", "1234"));
}

TEST_CASE("after a restart the wait begins anew, whatever the new uptime is") {
  test::Archive archive;
  Clock clock;
  clock.drive(archive.store);
  fail_five_times(archive.store);
  for (const std::int64_t up : {0LL, 86'400'000LL}) {
    auto restarted = Store::open(archive.store.folder());
    REQUIRE(restarted);
    clock.boot += "+";
    clock.ms = up;
    clock.drive(*restarted);
    CHECK(must_wait(*restarted));
    clock.ms += 999;
    CHECK(must_wait(*restarted));
  }
  auto again = Store::open(archive.store.folder());
  clock.drive(*again);
  clock.ms += 1;
  CHECK(again->login("anna", "1234"));
}

TEST_CASE("a try counts before it is evaluated, and a right PIN forgets the wrong ones") {
  test::Archive archive;
  for (int i = 0; i < 4; ++i) {
    REQUIRE_FALSE(archive.store.login("anna", "0000"));
  }
  REQUIRE(archive.store.login("anna", "1234"));
  for (int i = 0; i < 4; ++i) {
    REQUIRE_FALSE(archive.store.login("anna", "0000"));
  }
  CHECK(archive.store.login("anna", "1234"));
}

TEST_CASE("every denied action is in the journal, with who, what and why") {
  test::Archive archive;
  model::Item item;
  item.identifier = "GJ0001";
  item.title = "x";
  REQUIRE(archive.store.add_item(archive.operator_, item));
  item = *archive.store.item_named("GJ0001");
  item.grade = model::Grade::Public;
  REQUIRE_FALSE(archive.store.update_item(archive.annotator, item));  // inside a transaction
  const auto events = archive.store.events();
  CHECK(events->back().action == "action.denied");
  CHECK(events->back().agent == "person:anna");
  CHECK(events->back().detail.find("grade") != std::string::npos);
  CHECK(archive.store.item_named("GJ0001")->grade == model::Grade::Ungraded);
  REQUIRE_FALSE(archive.store.add_item(Session::for_program(), item));
  CHECK(last_action(archive.store) == "action.denied");
  CHECK(archive.store.verify_journal()->intact);
}

TEST_CASE("a PIN is changed by its owner or an administrator, and by nobody else") {
  test::Archive archive;
  REQUIRE_OK(archive.store.set_secret(archive.annotator, "anna", "5678"));
  CHECK_FALSE(archive.store.login("anna", "1234"));
  CHECK(archive.store.login("anna", "5678"));
  CHECK(archive.store.set_secret(archive.lead, "anna", "0000").error().code == ErrorCode::Denied);
  CHECK(last_action(archive.store) == "action.denied");
  CHECK(archive.store.set_secret(archive.annotator, "anna", "1").error().code ==
        ErrorCode::InvalidInput);
  fail_five_times(archive.store);
  REQUIRE_OK(archive.store.set_secret(archive.admin, "anna", "1234"));
  CHECK(last_action(archive.store) == "user.secret_changed");
  CHECK(archive.store.login("anna", "1234"));
  CHECK(archive.store.set_secret(archive.admin, "nobody", "1234").error().code ==
        ErrorCode::NotFound);
}

TEST_CASE("a deactivated account can neither log in nor go on in a session that is open") {
  test::Archive archive;
  model::Item item;
  item.identifier = "GJ0001";
  item.title = "x";
  REQUIRE_OK(archive.store.set_active(archive.admin, "olga", false));
  CHECK_FALSE(archive.store.login("olga", "1234"));
  CHECK(archive.store.add_item(archive.operator_, item).error().code == ErrorCode::Denied);
  REQUIRE_OK(archive.store.set_active(archive.admin, "olga", true));
  CHECK(archive.store.add_item(archive.operator_, item));
  REQUIRE_OK(archive.store.set_role(archive.admin, "li", model::Role::Operator));
  CHECK(last_action(archive.store) == "user.role_changed");
  CHECK(archive.store.require(archive.lead, model::Role::Lead, "x").error().code ==
        ErrorCode::Denied);
}

TEST_CASE("the last active administrator can be neither deactivated nor demoted") {
  test::Archive archive;
  CHECK(archive.store.set_active(archive.admin, "root", false).error().code == ErrorCode::Conflict);
  CHECK(archive.store.set_role(archive.admin, "root", model::Role::Lead).error().code ==
        ErrorCode::Conflict);
  REQUIRE_OK(archive.store.set_role(archive.admin, "li", model::Role::Administrator));
  CHECK(archive.store.set_active(archive.admin, "root", false));
  CHECK(archive.store.set_active(archive.admin, "li", false).error().code == ErrorCode::Denied);
  CHECK(archive.store.set_active(archive.login("li"), "li", false).error().code ==
        ErrorCode::Conflict);
}

TEST_CASE("a job acts for the person who asked for it, as long as the account is active") {
  test::Archive archive;
  store::JobRecord job;
  job.kind = "package";
  job.subject = "anything";
  const auto by_lead = archive.store.add_job(archive.lead, job);
  const auto by_program = archive.store.add_job(store::Session::for_program(), job);
  REQUIRE_OK(by_lead);
  REQUIRE_OK(by_program);
  const auto session = archive.store.session_of_job(*by_lead);
  REQUIRE_OK(session);
  CHECK(session->user().name == "li");
  CHECK(session->may(model::Role::Lead));
  CHECK(archive.store.session_of_job(*by_program).error().code == ErrorCode::Denied);
  CHECK(archive.store.session_of_job(JobId::make()).error().code == ErrorCode::Denied);

  REQUIRE_OK(archive.store.set_role(archive.admin, "li", model::Role::Operator));
  CHECK_FALSE(archive.store.session_of_job(*by_lead)->may(model::Role::Lead));
  REQUIRE_OK(archive.store.set_active(archive.admin, "li", false));
  CHECK(archive.store.session_of_job(*by_lead).error().code == ErrorCode::Denied);
}
