#include "storage/store/audit.h"

#include "storage/base/crypto.h"
#include "storage/store/internal/database.h"
#include "storage/store/store.h"
#include "tests/support/archive.h"

#include <array>

using namespace shiqu;
using namespace shiqu::store;
namespace fs = std::filesystem;

namespace {

/// A journal whose head was signed and written down, and somebody with a tool for SQLite who knows
/// about the triggers.
struct Tampered {
  test::SmallArchive archive;
  SigningKey key = SigningKey::make();
  HeadSigner signer{"0123456789ABCDEF", key};
  AuditAnchors anchors{{{"0123456789ABCDEF", key.public_key()}}, {}};
  std::optional<Database> raw;
  std::int64_t entries = 0;

  Tampered() {
    archive.add_item("GJ0001");
    archive.add_item("GJ0002");
    for (int i = 0; i < 6; ++i) {
      REQUIRE_OK(archive.store.note_event(Session::for_program(), "device.trouble", new_uuid(),
                                          {{"what", "紙張"}, {"times", i}, {"model", "test"}}));
    }
    REQUIRE_OK(archive.store.add_checkpoint(signer, "test"));
    entries = archive.store.last_sequence().value();
    open();
  }
  void open() {
    raw.reset();
    raw.emplace(Database::open(archive.store.folder() / "catalogue.sqlite", false).value());
    sql("PRAGMA synchronous=OFF; PRAGMA ignore_check_constraints=ON;"
        "DROP TRIGGER IF EXISTS event_is_final; DROP TRIGGER IF EXISTS event_stays;"
        "DROP TRIGGER IF EXISTS checkpoint_is_final; DROP TRIGGER IF EXISTS checkpoint_stays;");
  }
  void sql(const std::string& text) { REQUIRE_OK(raw->execute(text, "tamper")); }
  AuditReport verify() {
    auto report = archive.store.verify_journal(anchors);
    REQUIRE_OK(report);
    return *report;
  }
  std::string text(const std::string& column, std::int64_t sequence) {
    auto row = raw->query("SELECT CAST(" + column + " AS TEXT) FROM event WHERE sequence = ?", "r");
    REQUIRE(row->bind(sequence).next());
    return row->text(0);
  }
  void set(const std::string& column, std::int64_t sequence, const std::string& value) {
    auto row = raw->query("UPDATE event SET " + column + " = ? WHERE sequence = ?", "w");
    REQUIRE_OK(row->bind(value).bind(sequence).run());
  }
  /// Takes the journal away and puts it back: `change` is undone.
  template <class Change>
  AuditReport after(Change change) {
    sql("CREATE TEMP TABLE kept AS SELECT * FROM event; CREATE TEMP TABLE kept_heads AS SELECT * "
        "FROM checkpoint");
    change();
    const AuditReport report = verify();
    sql("DELETE FROM event; INSERT INTO event SELECT * FROM temp.kept; DROP TABLE temp.kept;"
        "DELETE FROM checkpoint; INSERT INTO checkpoint SELECT * FROM temp.kept_heads;"
        "DROP TABLE temp.kept_heads");
    return report;
  }
  void shift(std::int64_t from, int by) {
    sql(
        fmt::format("UPDATE event SET sequence = -sequence WHERE sequence >= {0};"
                    "UPDATE event SET sequence = -sequence + {1} WHERE sequence < 0;",
                    from, by));
  }
};

}  // namespace

TEST_CASE("an untouched journal fits its signed head") {
  Tampered t;
  const AuditReport report = t.verify();
  CHECK(report.intact);
  CHECK(report.fault == AuditFault::None);
  CHECK(report.checkpoints == 1);
  CHECK(report.signatures_checked == 2);  // in the catalogue and in heads.jsonl
  CHECK(report.anchored == t.entries);
}

TEST_CASE("a flipped bit in any byte of any field of any entry is found at its entry") {
  Tampered t;
  int flips = 0;
  int unnoticed = 0;
  int elsewhere = 0;
  for (std::int64_t sequence = 1; sequence <= t.entries; ++sequence) {
    for (const char* column : {"agent", "action", "subject", "detail", "previous", "hash"}) {
      const std::string before = t.text(column, sequence);
      for (std::size_t i = 0; i < before.size(); ++i) {
        std::string changed = before;
        changed[i] = static_cast<char>(changed[i] ^ (1 << (flips % 8)));
        t.set(column, sequence, changed);
        const AuditReport report = t.verify();
        ++flips;
        unnoticed += report.intact ? 1 : 0;
        elsewhere += !report.intact && report.first_bad != sequence ? 1 : 0;
      }
      t.set(column, sequence, before);
    }
  }
  CHECK(flips > 2500);
  CHECK(unnoticed == 0);
  CHECK(elsewhere == 0);
  CHECK(t.verify().intact);
}

TEST_CASE("a flipped bit in the number or the time of any entry is found at its entry") {
  Tampered t;
  for (std::int64_t sequence = 1; sequence <= t.entries; ++sequence) {
    for (int bit = 0; bit < 48; ++bit) {
      const AuditReport time = t.after([&] {
        t.sql(fmt::format(
            "UPDATE event SET at_ms = (at_ms | {0}) - (at_ms & {0}) WHERE sequence = {1}",
            1LL << bit, sequence));
      });
      CHECK(time.fault == AuditFault::Altered);
      CHECK(time.first_bad == sequence);
      const std::int64_t other = sequence ^ (1LL << bit);
      if (other < 1 || other > t.entries) {  // the others are taken: SQLite itself refuses
        const AuditReport number = t.after([&] {
          t.sql(fmt::format("UPDATE event SET sequence = {} WHERE sequence = {}", other, sequence));
        });
        CHECK_FALSE(number.intact);
        CHECK(number.first_bad == (other < 1 ? 1 : sequence));
      }
    }
  }
}

TEST_CASE("each entry dropped is named, with its gap and with the numbers closed up") {
  Tampered t;
  for (std::int64_t sequence = 1; sequence < t.entries; ++sequence) {
    const std::string drop = fmt::format("DELETE FROM event WHERE sequence = {}", sequence);
    const AuditReport gap = t.after([&] { t.sql(drop); });
    CHECK(gap.fault == AuditFault::Dropped);
    CHECK(gap.first_bad == sequence);
    const AuditReport closed = t.after([&] {
      t.sql(drop);
      t.shift(sequence + 1, -1);
    });
    CHECK(closed.fault == AuditFault::Dropped);
    CHECK(closed.first_bad == sequence);
  }
}

TEST_CASE("each two neighbours swapped are named") {
  Tampered t;
  for (std::int64_t sequence = 1; sequence < t.entries; ++sequence) {
    const AuditReport swapped = t.after([&] {
      t.sql(
          fmt::format("UPDATE event SET sequence = -1 WHERE sequence = {0};"
                      "UPDATE event SET sequence = {0} WHERE sequence = {1};"
                      "UPDATE event SET sequence = {1} WHERE sequence = -1;",
                      sequence, sequence + 1));
    });
    CHECK(swapped.fault == AuditFault::Swapped);
    CHECK(swapped.first_bad == sequence);
  }
}

TEST_CASE("each entry doubled is named, behind itself and at the end") {
  Tampered t;
  for (std::int64_t sequence = 1; sequence <= t.entries; ++sequence) {
    for (const std::int64_t place : {sequence + 1, t.entries + 1}) {
      const AuditReport doubled = t.after([&] {
        t.shift(place, 1);
        t.sql(
            fmt::format("INSERT INTO event SELECT {}, at_ms, agent, action, subject, detail, "
                        "previous, hash FROM event WHERE sequence = {}",
                        place, sequence));
      });
      CHECK(doubled.fault == AuditFault::Doubled);
      CHECK(doubled.first_bad == place);
    }
  }
}

TEST_CASE("every cut tail is named, also with the checkpoints taken away") {
  Tampered t;
  for (std::int64_t left = 0; left < t.entries; ++left) {
    for (const bool checkpoints_too : {false, true}) {
      const AuditReport cut = t.after([&] {
        t.sql(fmt::format("DELETE FROM event WHERE sequence > {}", left));
        if (checkpoints_too) {
          t.sql("DELETE FROM checkpoint");
        }
      });
      CHECK_FALSE(cut.intact);
      CHECK(cut.fault == (left == 0 ? AuditFault::Empty : AuditFault::Cut));
      CHECK(cut.first_bad == left + 1);
    }
  }
}

TEST_CASE("a chain that was hashed anew from the change on does not fit its head") {
  Tampered t;
  const auto events = t.archive.store.events(2);
  REQUIRE_OK(events);
  const AuditReport report = t.after([&] {
    std::string previous = t.text("previous", 3);
    for (model::Event event : *events) {
      event.agent = "person:eve";
      event.previous = previous;
      event.hash = previous = event_hash(event);
      t.set("agent", event.sequence, event.agent);
      t.set("previous", event.sequence, event.previous);
      t.set("hash", event.sequence, event.hash);
    }
  });
  CHECK(report.fault == AuditFault::Rewritten);
  CHECK_FALSE(report.problem.empty());
}

TEST_CASE("yesterday's whole catalogue is found out, as it is and written on") {
  Tampered t;
  const fs::path yesterday = t.archive.folder.path() / "yesterday.sqlite";
  REQUIRE_OK(t.archive.store.copy_catalogue(yesterday));
  const std::int64_t then = t.archive.store.last_sequence().value();
  t.archive.add_item("GJ0003");
  REQUIRE_OK(t.archive.store.add_checkpoint(t.signer, "package"));
  const fs::path catalogue = t.archive.store.folder() / "catalogue.sqlite";
  const auto put_back = [&] {
    t.raw.reset();
    for (const char* rest : {"", "-wal", "-shm"}) {
      fs::remove(catalogue.string() + rest);
    }
    fs::copy_file(yesterday, catalogue);
    return Store::open(t.archive.store.folder());
  };
  auto store = put_back();
  REQUIRE_OK(store);
  auto report = store->verify_journal(t.anchors);
  REQUIRE_OK(report);
  CHECK(report->fault == AuditFault::Cut);
  CHECK(report->first_bad == then + 1);
  CHECK(store->add_checkpoint(t.signer, "cover up").error().code == ErrorCode::Corrupt);

  for (int i = 0; i < 5; ++i) {
    REQUIRE_OK(store->note_event(Session::for_program(), "x", "y", Json::object()));
  }
  report = store->verify_journal(t.anchors);
  REQUIRE_OK(report);
  CHECK(report->fault == AuditFault::Rewritten);
  CHECK(report->first_bad == then + 1);
  CHECK(store->add_checkpoint(t.signer, "cover up").error().code == ErrorCode::Corrupt);
}

TEST_CASE("a head outside the archive finds what was put back as a whole folder") {
  Tampered t;
  const fs::path outside = t.archive.folder.path() / "stick.jsonl";
  t.archive.add_item("GJ0003");
  REQUIRE_OK(append_head(outside, t.archive.store.journal_head().value()));
  t.sql(fmt::format("DELETE FROM event WHERE sequence > {}", t.entries));
  CHECK(t.verify().intact);  // everything in the folder is yesterday's
  t.anchors.sources.push_back(read_heads(outside).value());
  const AuditReport report = t.verify();
  CHECK(report.fault == AuditFault::Cut);
  CHECK(report.first_bad == t.entries + 1);
  CHECK(report.problem.find("stick.jsonl") != std::string::npos);
}

TEST_CASE("every flipped bit in the file of heads and in a checkpoint is noticed") {
  Tampered t;
  const fs::path file = t.archive.store.heads_file();
  const std::string before = read_file(file).value();
  for (std::size_t i = 0; i + 1 < before.size();
       ++i) {  // without its last line end there is no line
    std::string changed = before;
    changed[i] = static_cast<char>(changed[i] ^ (1 << (i % 8)));
    REQUIRE_OK(replace_file(file, changed));
    const AuditReport report = t.verify();
    CHECK_MESSAGE(!report.intact, "byte " << i);
  }
  REQUIRE_OK(replace_file(file, before));
  for (const char* column : {"head", "signature", "key"}) {
    const AuditReport report = t.after([&] {
      t.sql(
          fmt::format("UPDATE checkpoint SET {0} = replace({0}, substr({0}, 5, 1), 'x')", column));
    });
    CHECK_FALSE(report.intact);
  }
  CHECK(t.after([&] { t.sql("UPDATE checkpoint SET at_ms = at_ms + 1"); }).fault ==
        AuditFault::BadCheckpoint);
}

TEST_CASE(
    "a head of an unknown key, of another archive, and no head at all are not taken for good") {
  Tampered t;
  const SigningKey other = SigningKey::make();
  Head head = t.archive.store.journal_head().value();
  sign_head(head, {"FFFFFFFFFFFFFFFF", other});
  t.anchors.sources = {{"stranger", {head}, {}, false}};
  CHECK(t.verify().fault == AuditFault::UnknownKey);
  head.archive = std::string(64, 'a');
  t.anchors.sources = {{"elsewhere", {head}, {}, false}};
  CHECK(t.verify().fault == AuditFault::NothingCompared);
  t.anchors.sources = {{"own", {head}, {}, true}};
  CHECK(t.verify().fault == AuditFault::Rewritten);
  t.anchors.sources = {{"empty", {}, {}, false}};
  CHECK(t.verify().fault == AuditFault::NothingCompared);
  t.anchors.sources.clear();
  fs::remove(t.archive.store.heads_file());
  CHECK_FALSE(t.verify().intact);  // there is a checkpoint, so there was a file
  t.archive.add_item("GJ0009");
  CHECK(t.archive.store.add_checkpoint(t.signer, "x").error().code == ErrorCode::Corrupt);
  CHECK(t.archive.store.renew_heads(Session::for_program()).error().code == ErrorCode::Denied);
  REQUIRE_OK(t.archive.store.renew_heads(t.archive.admin));
  CHECK(t.verify().intact);
  REQUIRE_OK(t.archive.store.add_checkpoint(t.signer, "x"));
}

TEST_CASE("nothing that was altered is signed") {
  Tampered t;
  t.archive.add_item("GJ0003");
  t.set("agent", t.entries + 1, "person:eve");
  const auto signed_ = t.archive.store.add_checkpoint(t.signer, "on demand");
  REQUIRE_FALSE(signed_);
  CHECK(signed_.error().code == ErrorCode::Corrupt);
}

TEST_CASE("a torn last line of heads is cut off, not built upon") {
  Tampered t;
  const fs::path file = t.archive.folder.path() / "heads.jsonl";
  const Head head = t.archive.store.journal_head().value();
  REQUIRE_OK(append_head(file, head));
  const std::string whole = read_file(file).value();
  REQUIRE_OK(replace_file(file, whole + whole.substr(0, 40)));
  CHECK(read_heads(file)->heads.size() == 1);
  REQUIRE_OK(append_head(file, head));
  const auto source = read_heads(file);
  REQUIRE_OK(source);
  CHECK(source->heads.size() == 2);
  CHECK(source->damaged_lines.empty());
}

TEST_CASE("checkpoints cannot be changed or dropped in the catalogue, and one entry has one") {
  test::SmallArchive archive;
  const SigningKey key = SigningKey::make();
  const HeadSigner signer{"0123456789ABCDEF", key};
  const auto first = archive.store.add_checkpoint(signer, "a");
  REQUIRE_OK(first);
  CHECK(archive.store.add_checkpoint(signer, "b")->at_ms == first->at_ms);
  auto db = Database::open(archive.store.folder() / "catalogue.sqlite", false);
  CHECK_FALSE(db->execute("UPDATE checkpoint SET reason = 'x'", "forge"));
  CHECK_FALSE(db->execute("DELETE FROM checkpoint", "forge"));
}
