#include "storage/base/digest.h"
#include "tests/store/failing_io.h"
#include "tests/support/archive.h"

#include <sqlite3.h>

#include <algorithm>
#include <cerrno>
#include <set>

using namespace shiqu;
using namespace shiqu::test;
namespace fs = std::filesystem;

namespace {

/// What has been acknowledged: pages with their masters and how many texts they have.
struct Acknowledged {
  std::vector<store::KeptCapture> captures;
  std::set<std::string> texts;  ///< ids of pages
};

store::NewCapture spooled(Archive& archive, const ItemId& item, int seed) {
  const fs::path base = archive.store.spool() / fmt::format("shot-{}", seed);
  store::NewCapture fresh;
  fresh.item = item;
  fresh.capture.width_px = 40;
  fresh.capture.height_px = 30;
  fresh.capture.device = "test";
  fresh.master = {base.string() + ".tif", "image/tiff"};
  fresh.received = {base.string() + ".jpg", "image/jpeg"};
  return fresh;
}

/// One capture and its text, as a program does it; what succeeded is noted.
Status keep_one(Archive& archive, const ItemId& item, int seed, Acknowledged& done) {
  const store::NewCapture fresh = spooled(archive, item, seed);
  SHIQU_TRY(imaging::write_master(fresh.master.file, gradient({40 + seed, 30}), {}));
  SHIQU_TRY(write_new_file(fresh.received.file, fmt::format("frame {}", seed)));
  SHIQU_TRY_ASSIGN(const store::KeptCapture kept,
                   archive.store.keep(store::Session::for_program(), fresh));
  done.captures.push_back(kept);
  SHIQU_TRY(archive.store.save_text(archive.annotator, kept.page, 0, page_text({"石渠"}), "typed"));
  done.texts.insert(kept.page.str());
  return {};
}

void check_all_there(Archive& archive, const Acknowledged& done) {
  auto opened = store::Store::open(archive.store.folder());
  REQUIRE_OK(opened);
  for (const store::KeptCapture& kept : done.captures) {
    CHECK(opened->capture(kept.capture)->master == kept.master);
    CHECK(file_digest_hex(opened->object_path(kept.master), DigestKind::Sha256).value() ==
          kept.master);
  }
  for (const std::string& page : done.texts) {
    CHECK(opened->text(PageId(page))->text.lines.at(0).text == "石渠");
  }
  CHECK(opened->fsck()->healthy());
  CHECK(opened->verify_journal()->intact);
}

/// Fails operation 1, 2, 3 … of a capture with its text until none is left to fail, and looks that
/// all that was acknowledged is there. Returns how many tries were refused.
int fail_each_operation(io::Fault fault) {
  Archive archive;
  const ItemId item = archive.add_item("GJ0001");
  Acknowledged done;
  const std::string folder = fs::canonical(archive.store.folder()).string();
  int refused = 0;
  long operations = 0;
  for (int seed = 1; fault.at <= operations; ++seed) {
    ++fault.at;
    // The frame of a failed try is taken again: what it left behind must not be in the way.
    io::arm(folder, fault);
    const Status kept = keep_one(archive, item, seed, done);
    operations = std::max(io::disarm(), kept ? 0L : fault.at);
    CHECK_FALSE(io::synced_after_failure());
    if (!kept) {
      ++refused;
      std::error_code ignored;
      fs::remove(spooled(archive, item, seed).master.file, ignored);
      fs::remove(spooled(archive, item, seed).received.file, ignored);
      REQUIRE_OK(keep_one(archive, item, seed, done));
    }
  }
  MESSAGE(operations << " operations, " << refused << " tries refused");
  CHECK(operations > 20);
  check_all_there(archive, done);
  return refused;
}

std::ptrdiff_t place_of(const std::vector<std::string>& trace, const std::string& what,
                        std::ptrdiff_t after = 0) {
  const auto found = std::find(trace.begin() + after, trace.end(), what);
  REQUIRE_MESSAGE(found != trace.end(), what);
  return found - trace.begin();
}

}  // namespace

TEST_CASE("an I/O error at any operation of a capture loses nothing that was acknowledged") {
  CHECK(fail_each_operation({0, EIO, false, false}) > 10);
}

TEST_CASE("a full disk at any operation of a capture loses nothing that was acknowledged") {
  CHECK(fail_each_operation({0, ENOSPC, false, false}) > 10);
}

TEST_CASE("a disk that fails for good at any operation loses nothing that was acknowledged") {
  CHECK(fail_each_operation({0, EIO, true, false}) > 10);
}

TEST_CASE("a short write is completed or refused, never acknowledged as it is") {
  Archive archive;
  const ItemId item = archive.add_item("GJ0001");
  Acknowledged done;
  const std::string folder = fs::canonical(archive.store.folder()).string();
  long operations = 0;
  for (long at = 1; at <= std::max(operations, 1L); ++at) {
    io::arm(folder, {at, 0, false, true});
    (void)keep_one(archive, item, static_cast<int>(at), done).has_value();
    operations = std::max(operations, io::disarm());
  }
  CHECK(operations > 20);
  check_all_there(archive, done);
}

TEST_CASE("a kept object is synced, renamed, synced again with its folder, then committed") {
  Archive archive;
  const ItemId item = archive.add_item("GJ0001");
  const store::NewCapture fresh = spooled(archive, item, 1);
  REQUIRE(imaging::write_master(fresh.master.file, gradient({41, 30}), {}));
  REQUIRE(write_new_file(fresh.received.file, "frame"));
  io::arm(fs::canonical(archive.store.folder()).string(), {});
  const auto kept = archive.store.keep(store::Session::for_program(), fresh);
  io::disarm();
  REQUIRE_OK(kept);
  const std::vector<std::string> trace = io::trace();
  const std::string folder = "/objects/" + kept->master.substr(0, 2);
  const std::string object = folder + "/" + kept->master.substr(2);
  const auto synced = place_of(trace, "sync /spool/shot-1.tif");
  const auto made = place_of(trace, "sync /objects");
  const auto renamed = place_of(trace, "rename " + object, synced);
  const auto again = place_of(trace, "sync " + object, renamed);
  const auto named = place_of(trace, "sync " + folder, again);
  const auto row = place_of(trace, "write /catalogue.sqlite-wal", named);
  const auto committed = place_of(trace, "sync /catalogue.sqlite-wal", row);
  CHECK(made < renamed);
  CHECK(committed + 1 == static_cast<std::ptrdiff_t>(trace.size()));
}

TEST_CASE("what an interrupted keep left under a digest is replaced, not believed") {
  Archive archive;
  const ItemId item = archive.add_item("GJ0001");
  Acknowledged done;
  const std::string folder = fs::canonical(archive.store.folder()).string();
  // The name is given, then the fsync behind it fails: the file may be in memory only.
  io::arm(folder, {});
  REQUIRE_OK(keep_one(archive, item, 1, done));
  const std::vector<std::string> trace = io::trace();
  io::disarm();
  const std::string object =
      "/objects/" + done.captures[0].master.substr(0, 2) + "/" + done.captures[0].master.substr(2);
  const long at = place_of(trace, "sync " + object) + 1;
  io::arm(folder, {at, EIO, false, false});
  CHECK_FALSE(keep_one(archive, item, 2, done));
  io::disarm();
  fs::remove(archive.store.spool() / "shot-2.tif");
  fs::remove(archive.store.spool() / "shot-2.jpg");
  CHECK(archive.store.fsck()->findings.size() == 1);  // the orphan of the failed try
  io::arm(folder, {});
  REQUIRE_OK(keep_one(archive, item, 2, done));
  io::disarm();
  const std::string twin = done.captures[1].master;
  const std::string name = "/objects/" + twin.substr(0, 2) + "/" + twin.substr(2);
  place_of(io::trace(), "sync " + name, place_of(io::trace(), "rename " + name));
  check_all_there(archive, done);
}

TEST_CASE("every table is strict and only a raw file may be absent") {
  Archive archive;
  sqlite3* raw = nullptr;
  REQUIRE(sqlite3_open((archive.store.folder() / "catalogue.sqlite").c_str(), &raw) == SQLITE_OK);
  const auto all = [raw](const char* sql) {
    std::vector<std::string> out;
    sqlite3_stmt* rows = nullptr;
    REQUIRE(sqlite3_prepare_v2(raw, sql, -1, &rows, nullptr) == SQLITE_OK);
    while (sqlite3_step(rows) == SQLITE_ROW) {
      out.emplace_back(reinterpret_cast<const char*>(sqlite3_column_text(rows, 0)));
    }
    sqlite3_finalize(rows);
    return out;
  };
  CHECK(all("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
            " AND NOT strict AND name NOT LIKE 'sqlite_%'")
            .empty());
  CHECK(all("SELECT t.name || '.' || c.name FROM pragma_table_list t, pragma_table_info(t.name) c"
            " WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite_%'"
            " AND NOT c.\"notnull\" ORDER BY 1") == std::vector<std::string>{"capture.raw"});
  sqlite3_close(raw);
}
