#include "storage/base/digest.h"
#include "tests/support/archive.h"

#include <sqlite3.h>

// What the catalogue itself refuses, whoever writes it.

using namespace shiqu;
using namespace shiqu::store;

namespace {

/// The catalogue by SQLite alone, with a row in every table that has some.
struct Raw {
  test::Archive archive;
  sqlite3* db = nullptr;

  Raw() {
    const ItemId item = archive.add_item("GJ0001");
    const auto kept = archive.keep(item, 1);
    REQUIRE_OK(
        archive.store.propose_text(Session::for_program(), kept.page, test::page_text({"天地"})));
    REQUIRE_OK(archive.store.submit_text(archive.annotator, kept.page));
    REQUIRE_OK(archive.store.review_text(archive.reviewer, kept.page, false, "again"));
    JobRecord job;
    job.kind = "ocr";
    job.subject = "x";
    REQUIRE_OK(archive.store.add_batch(Session::for_program(), "b", {job}));
    REQUIRE_OK(archive.store.assign_splits(archive.lead, {{item, "train", "g", 1, 0}}));
    REQUIRE(sqlite3_open((archive.store.folder() / "catalogue.sqlite").c_str(), &db) == SQLITE_OK);
  }
  ~Raw() { sqlite3_close(db); }
  Raw(const Raw&) = delete;
  Raw& operator=(const Raw&) = delete;

  /// The primary code of SQLite; nothing of it stays.
  int run(const std::string& sql) {
    REQUIRE(sqlite3_exec(db, "BEGIN", nullptr, nullptr, nullptr) == SQLITE_OK);
    const int code = sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr);
    REQUIRE(sqlite3_exec(db, "ROLLBACK", nullptr, nullptr, nullptr) == SQLITE_OK);
    return code;
  }
};

const std::string kId = "'01930000-0000-7000-8000-000000000001'";
const std::string kHex = "'" + std::string(64, 'a') + "'";
const std::string kNoHex = "'" + std::string(63, 'a') + "G'";

}  // namespace

TEST_CASE("rows that break a rule are refused by the catalogue, in every table") {
  Raw raw;
  const std::vector<std::string> bad{
      "INSERT INTO archive VALUES('', 'x')",
      "UPDATE user SET role = 'king'",
      "UPDATE user SET failures = -1",
      "UPDATE user SET failed_up_ms = -1",
      "UPDATE user SET secret = '1234'",
      "UPDATE user SET active = 2",
      "UPDATE item SET title = ''",
      "UPDATE item SET grade = 'secret'",
      "UPDATE item SET identifier = 'other'",
      "UPDATE item SET created_ms = -1",
      "INSERT INTO item VALUES('short', 'I2', 't', '', '', '', '', 'public', 1)",
      "UPDATE page SET ord = 0",
      "UPDATE page SET text_state = 'good'",
      "UPDATE page SET text_revision = -1",
      "UPDATE page SET text_revision = 0",
      "UPDATE page SET capture = 'c'",
      "INSERT INTO page(id, item, ord, label) SELECT 'short', item, 9, '' FROM page",
      "INSERT INTO object VALUES(" + kNoHex + ", 1, 'image/tiff', 1)",
      "INSERT INTO object VALUES('abc', 1, 'image/tiff', 1)",
      "INSERT INTO object VALUES(" + kHex + ", -1, 'image/tiff', 1)",
      "INSERT INTO object VALUES(" + kHex + ", 1, '', 1)",
      "INSERT INTO object VALUES(" + kHex + ", 1, 'image/tiff', -1)",
      "UPDATE object SET size = 1",
      "UPDATE capture SET width = 0",
      "UPDATE capture SET dpi = -1",
      "UPDATE capture SET source = 'phone'",
      "UPDATE capture SET superseded = 2",
      "UPDATE capture SET quality = 'good'",
      "UPDATE capture SET received = master",
      "INSERT INTO capture SELECT " + kId +
          ", page, source, master, received, raw, received_name, device, width, height, dpi, -1, "
          "quality, 1 FROM capture",
      "INSERT INTO capture SELECT " + kId +
          ", page, source, master, received, raw, received_name, device, width, height, dpi, 1, "
          "'good', 1 FROM capture",
      "INSERT INTO text_revision SELECT page, 0, author, 1, 1, '', 0, body FROM text_revision",
      "INSERT INTO text_revision SELECT page, 9, '', 1, 1, '', 0, body FROM text_revision",
      "INSERT INTO text_revision SELECT page, 9, author, 2, 1, '', 0, body FROM text_revision",
      "INSERT INTO text_revision SELECT page, 9, author, 1, -1, '', 0, body FROM text_revision",
      "INSERT INTO text_revision SELECT page, 9, author, 1, 1, '', -1, body FROM text_revision",
      "INSERT INTO text_revision SELECT page, 9, author, 1, 1, '', 0, x'' FROM text_revision",
      "UPDATE text_revision SET note = 'x'",
      "INSERT INTO review SELECT page, revision, 2, reviewer, 'x', 1 FROM review",
      "INSERT INTO review SELECT page, revision, 0, reviewer, '', 1 FROM review",
      "INSERT INTO review SELECT page, revision, 1, '', '', 1 FROM review",
      "UPDATE review SET accepted = 1",
      "INSERT INTO event VALUES(0, 1, 'a', 'b', '', '{}', " + kHex + ", " + kHex + ")",
      "INSERT INTO event VALUES(9999, -1, 'a', 'b', '', '{}', " + kHex + ", " + kHex + ")",
      "INSERT INTO event VALUES(9999, 1, '', 'b', '', '{}', " + kHex + ", " + kHex + ")",
      "INSERT INTO event VALUES(9999, 1, 'a', '', '', '{}', " + kHex + ", " + kHex + ")",
      "INSERT INTO event VALUES(9999, 1, 'a', 'b', '', '{', " + kHex + ", " + kHex + ")",
      "INSERT INTO event VALUES(9999, 1, 'a', 'b', '', '{}', " + kNoHex + ", " + kHex + ")",
      "INSERT INTO event VALUES(9999, 1, 'a', 'b', '', '{}', " + kHex + ", " + kNoHex + ")",
      "UPDATE event SET action = 'x'",
      "DELETE FROM event",
      "INSERT INTO checkpoint VALUES(1, " + kNoHex + ", 1, '0123456789ABCDEF', '" +
          std::string(128, 'a') + "', '')",
      "INSERT INTO checkpoint VALUES(1, " + kHex + ", 1, '0123456789ABCDEG', '" +
          std::string(128, 'a') + "', '')",
      "INSERT INTO checkpoint VALUES(1, " + kHex + ", 1, '0123456789ABCDEF', 'aa', '')",
      "UPDATE job SET state = 'waiting'",
      "UPDATE job SET attempts = -1",
      "UPDATE job SET done = -1",
      "UPDATE job SET total = -1",
      "UPDATE job SET took_ms = -1",
      "UPDATE job SET result = -1",
      "UPDATE job SET cancel = 2",
      "UPDATE job SET error = 'bad'",
      "UPDATE job SET kind = 'derive'",
      "UPDATE job SET batch = ''",
      "INSERT INTO batch VALUES('short', '', 'a', 0, 1)",
      "INSERT INTO batch VALUES(" + kId + ", '', '', 0, 1)",
      "UPDATE batch SET paused = 2",
      "UPDATE job_count SET jobs = -1",
      "INSERT INTO job_count VALUES('*', 'waiting', 1)",
      "INSERT INTO runner VALUES(" + kId + ", 0, 1, 1)",
      "INSERT INTO runner VALUES(" + kId + ", 1, 0, 1)",
      "UPDATE fixity SET verdict = 'good'",
      "UPDATE fixity SET checked_ms = -1",
      "UPDATE fixity SET mirrored_ms = -1",
      "UPDATE fixity SET size = size + 1",
      "UPDATE fixity SET digest = " + kHex,
      "INSERT INTO fixity(path, digest, size) VALUES('x', " + kNoHex + ", 1)",
      "INSERT INTO fixity(path, digest, size) VALUES('', " + kHex + ", 1)",
      "UPDATE sidecar SET kind = 'text'",
      "INSERT INTO fixity(path, digest, size) VALUES('x', " + kHex +
          ", 1); INSERT INTO sidecar VALUES('x', 'capture', 'short', 1)",
      "INSERT INTO text_indexed VALUES(0, 1)",
      "INSERT INTO text_indexed VALUES(9, 0)",
      "UPDATE page_count SET pages = -1",
      "UPDATE split SET side = 'left'",
      "DELETE FROM split; INSERT INTO split SELECT id, 'test', '', 1, 1 FROM item",
      "UPDATE item SET title = NULL",
      "UPDATE page SET ord = 'first'",
  };
  for (const std::string& sql : bad) {
    CHECK_MESSAGE(raw.run(sql) == SQLITE_CONSTRAINT, sql, ": ", sqlite3_errmsg(raw.db));
  }
}

TEST_CASE("sound rows are not refused") {
  Raw raw;
  for (const std::string& sql : {
           "INSERT INTO object VALUES(" + kHex + ", 0, 'image/tiff', 1)",
           std::string("INSERT INTO event VALUES(9999, 1, 'a', 'b', '', '{}', ") + kHex + ", " +
               kHex + ")",
           std::string("INSERT INTO review SELECT page, revision, 1, reviewer, '', 1 FROM review"),
           std::string("UPDATE item SET title = 'x'"),
           std::string("UPDATE page SET capture = ''"),
           std::string("UPDATE capture SET superseded = 1"),
           std::string("UPDATE job SET error = '{}', state = 'failed', done = 1, total = 2"),
           std::string("UPDATE fixity SET verdict = 'whole', checked_ms = 5, mirrored_ms = 5"),
       }) {
    CHECK_MESSAGE(raw.run(sql) == SQLITE_OK, sql, ": ", sqlite3_errmsg(raw.db));
  }
  CHECK(raw.archive.store.verify_journal()->intact);
}
