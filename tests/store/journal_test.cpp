#include "storage/store/store.h"

#include "storage/store/internal/database.h"
#include "tests/support/archive.h"

using namespace shiqu;
using namespace shiqu::store;

namespace {

/// Runs SQL behind the store's back, with the triggers out of the way.
void tamper(test::Archive& archive, const std::string& sql) {
  auto db = Database::open(archive.store.folder() / "catalogue.sqlite", false);
  REQUIRE(db);
  REQUIRE(db->execute("DROP TRIGGER event_is_final; DROP TRIGGER event_stays;", "disarm"));
  REQUIRE(db->execute(sql, "tamper"));
}

std::int64_t first_bad_after(const std::string& sql) {
  test::Archive archive;
  archive.add_item("GJ0001");
  REQUIRE(archive.store.verify_journal()->intact);
  tamper(archive, sql);
  const auto report = archive.store.verify_journal();
  REQUIRE(report);
  CHECK_FALSE(report->intact);
  CHECK_FALSE(report->problem.empty());
  return report->first_bad;
}

}  // namespace

TEST_CASE("an untouched journal is intact and every change is in it") {
  test::Archive archive;
  archive.add_item("GJ0001");
  const auto report = archive.store.verify_journal();
  REQUIRE(report);
  CHECK(report->intact);
  CHECK(report->entries == archive.store.last_sequence().value());
  const auto events = archive.store.events();
  REQUIRE(events);
  CHECK(events->front().action == "archive.created");
  CHECK(events->back().action == "item.added");
  CHECK(events->back().agent == "person:olga");
  CHECK(events->back().hash == report->head);
}

TEST_CASE("each altered field of an entry is found at its place") {
  for (const char* change :
       {"at_ms = at_ms + 1", "agent = 'person:eve'", "action = 'x'", "subject = 'x'",
        "detail = '{}'", "previous = (CASE substr(previous, 1, 1) WHEN '0' THEN '1' ELSE '0' END) || substr(previous, 2)"}) {
    CHECK(first_bad_after(std::string("UPDATE event SET ") + change + " WHERE sequence = 3") == 3);
  }
}

TEST_CASE("an entry whose hash was recomputed is found at the next one") {
  test::Archive archive;
  archive.add_item("GJ0001");
  model::Event forged = archive.store.events().value()[2];
  forged.agent = "person:eve";
  forged.hash = event_hash(forged);
  tamper(archive,
         "UPDATE event SET agent = 'person:eve', hash = '" + forged.hash + "' WHERE sequence = 3");
  CHECK(archive.store.verify_journal()->first_bad == 4);
}

TEST_CASE("dropped and swapped entries are found") {
  CHECK(first_bad_after("DELETE FROM event WHERE sequence = 4") == 4);
  CHECK(first_bad_after("UPDATE event SET sequence = -1 WHERE sequence = 3;"
                        "UPDATE event SET sequence = 3 WHERE sequence = 4;"
                        "UPDATE event SET sequence = 4 WHERE sequence = -1;") == 3);
  CHECK(first_bad_after("DELETE FROM event") == 1);
}

TEST_CASE("the catalogue itself refuses to change or drop entries") {
  test::Archive archive;
  auto db = Database::open(archive.store.folder() / "catalogue.sqlite", false);
  REQUIRE(db);
  CHECK_FALSE(db->execute("UPDATE event SET agent = 'x'", "forge"));
  CHECK_FALSE(db->execute("DELETE FROM event", "forge"));
}
