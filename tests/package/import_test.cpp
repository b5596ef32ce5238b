#include "storage/package/import.h"

#include "storage/package/internal/read_package.h"
#include "tests/package/archive.h"

using namespace shiqu;
using namespace shiqu::package;
using namespace shiqu::package::test;

namespace {

/// Another station: an archive of its own with somebody who may import.
struct Station {
  TempDir dir;
  store::Store store = make();
  store::Session lead = person();

  store::Store make() {
    need(store::Store::init(dir.path() / "archive", "分館"));
    return need(store::Store::open(dir.path() / "archive"));
  }
  store::Session person() {
    model::User user;
    user.name = "boss";
    user.display_name = "boss";
    user.role = model::Role::Administrator;
    need(store.add_user(store::Session::for_program(), user, "secret"));
    return need(store.login("boss", "secret"));
  }
};

std::filesystem::path packaged(PackagedArchive& archive, const std::string& out) {
  PlanOptions options;
  options.allow = {"unreviewed"};
  const PackagePlan plan = archive.plan(options);
  const auto made = need(write_package(archive.store, archive.lead, plan, tools(),
                                       archive.dir.path() / out, archive.key));
  return made.bag.folder;
}

PackageVerdict trusted_verdict(const std::filesystem::path& folder, const StationKey& key) {
  VerifyOptions options;
  options.trusted = key.verifying();
  const PackageVerdict verdict = verdict_of(folder, options);
  REQUIRE_MESSAGE(verdict.ok, findings_of(verdict));
  return verdict;
}

ImportSummary imported(Station& station, const std::filesystem::path& folder,
                       const PackageVerdict& verdict, const ImportOptions& options = {}) {
  return need(import_package(station.store, station.lead, folder, verdict, options));
}

std::string text_here(store::Store& store, const PageId& page) {
  return need(canonical_text(need(store.text(page)).text));
}

}  // namespace

TEST_CASE("a package goes into an empty archive and comes out of it with equal masters and texts") {
  PackagedArchive archive;
  archive.accept_text(archive.keep_page(10));
  archive.keep_page(20);
  const auto folder = packaged(archive, "out");
  const PackageVerdict verdict = trusted_verdict(folder, archive.key);
  Station station;
  const ImportSummary done = imported(station, folder, verdict);
  CHECK(done.new_item);
  CHECK(done.pages_added == 2);
  CHECK(done.texts_added == 1);
  CHECK(done.conflicts.empty());
  PlanOptions options;
  options.allow = {"unreviewed"};
  const PackagePlan plan = need(plan_package(station.store, done.item, options));
  const StationKey own = new_station_key();
  const auto again = need(
      write_package(station.store, station.lead, plan, tools(), station.dir.path() / "out", own));
  const PackageVerdict second = trusted_verdict(again.bag.folder, own);
  CHECK(second.pages == 2);
  for (const char* name : {"data/masters/0001.tif", "data/masters/0002.tif",
                           "data/ocr/text/0001.txt", "data/ocr/text/0002.txt"}) {
    CHECK_MESSAGE(get(folder / name) == get(again.bag.folder / name), name);
  }
  const auto before = need(read_text(folder, "0001"));
  const auto after = need(read_text(again.bag.folder, "0001"));
  CHECK(need(canonical_text(before->text)) == need(canonical_text(after->text)));
  CHECK(after->text.producer == before->text.producer);
  CHECK(after->at_ms == before->at_ms);
  CHECK(after->author == before->author + "@" + verdict.signer);
  const auto record = need(read_record(again.bag.folder));
  CHECK(record.item.id == archive.item);
  CHECK(record.pages[0].accepted_by == "second@" + verdict.signer);
  CHECK(record.pages[0].capture.quality.measures.size() == 1);
}

TEST_CASE("the journal extract of a package is kept, and the archive stays sound") {
  PackagedArchive archive;
  archive.accept_text(archive.keep_page(10));
  const auto folder = packaged(archive, "out");
  Station station;
  const ImportSummary done = imported(station, folder, trusted_verdict(folder, archive.key));
  const auto event = need(station.store.last_event("package.imported"));
  REQUIRE(event);
  const Json detail = need(parse_json(event->detail));
  CHECK(event->subject == done.item.str());
  CHECK(get(station.store.object_path(detail["object"].get<std::string>())) ==
        get(folder / "data/provenance/events.jsonl"));
  CHECK(need(station.store.fsck()).healthy());
  CHECK(need(station.store.verify_journal()).intact);
}

TEST_CASE("importing again changes nothing, and a newer package brings only what is new") {
  PackagedArchive archive;
  archive.accept_text(archive.keep_page(10));
  const auto first = packaged(archive, "out");
  Station station;
  const PackageVerdict verdict = trusted_verdict(first, archive.key);
  imported(station, first, verdict);
  const auto length = need(station.store.last_sequence());
  CHECK(imported(station, first, verdict).known);
  CHECK(need(station.store.last_sequence()) == length);

  const PageId page = archive.keep_page(20);
  need(archive.store.save_text(archive.lead, page, 0, small_text(), "typed"));
  const auto second = packaged(archive, "out");
  const ImportSummary done = imported(station, second, trusted_verdict(second, archive.key));
  CHECK_FALSE(done.new_item);
  CHECK(done.pages_same == 1);
  CHECK(done.pages_added == 1);
  CHECK(done.conflicts.empty());
  CHECK(need(station.store.pages(done.item)).size() == 2);

  const auto older = import_package(station.store, station.lead, first, verdict);
  CHECK(older);  // it is known
}

TEST_CASE("an older package that never came is refused unless it is asked for") {
  PackagedArchive archive;
  archive.keep_page(10);
  const auto first = packaged(archive, "out");
  const auto second = packaged(archive, "out");
  Station station;
  imported(station, second, trusted_verdict(second, archive.key));
  const PackageVerdict old = trusted_verdict(first, archive.key);
  const auto refused = import_package(station.store, station.lead, first, old);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::Conflict);
  ImportOptions options;
  options.older = true;
  CHECK(imported(station, first, old, options).pages_same == 1);
}

TEST_CASE("what both archives have changed is a conflict that loses neither text") {
  PackagedArchive archive;
  archive.accept_text(archive.keep_page(10));
  const auto first = packaged(archive, "out");
  Station station;
  imported(station, first, trusted_verdict(first, archive.key));
  const PageId page = archive.last_page;
  model::PageText mine = small_text();
  mine.lines[0].text = "甲乙丙";
  mine.lines[0].glyphs.clear();
  const auto theirs_before = need(station.store.text(page));
  // The imported text was accepted there; here it is worked on only after it was returned.
  CHECK(need(station.store.page(page)).text_state == model::TextState::Accepted);
  Station other;
  imported(other, first, verdict_of(first));
  CHECK(need(other.store.page(page)).text_state == model::TextState::Drafted);
  need(other.store.save_text(other.lead, page, 1, mine, "here"));

  model::PageText fresh = small_text();
  fresh.lines[0].text = "子丑寅";
  fresh.lines[0].glyphs.clear();
  const PageId again = archive.keep_page(30);
  need(archive.store.save_text(archive.lead, again, 0, fresh, "typed"));
  const auto second = packaged(archive, "out");
  const ImportSummary fine = imported(other, second, verdict_of(second));
  CHECK(fine.conflicts.empty());  // their text of the first page is the one that was known
  CHECK(text_here(other.store, page) == need(canonical_text(mine)));
}

TEST_CASE("two stations that photographed one book: frames and texts are shown page by page") {
  PackagedArchive archive;
  archive.accept_text(archive.keep_page(10));
  const auto folder = packaged(archive, "out");
  PackagedArchive other;  // the same identifier, another frame and text
  const PageId page = other.keep_page(77);
  model::PageText mine = small_text();
  mine.lines[0].text = "甲乙丙";
  mine.lines[0].glyphs.clear();
  need(other.store.save_text(other.lead, page, 0, mine, "here"));
  const PackageVerdict verdict = verdict_of(folder);
  ImportOptions plan;
  plan.plan_only = true;
  const auto planned = need(import_package(other.store, other.lead, folder, verdict, plan));
  const auto done = need(import_package(other.store, other.lead, folder, verdict));
  REQUIRE(done.conflicts.size() == 2);
  CHECK(to_json(planned) == to_json(done));
  CHECK(done.conflicts[0].kind == "master");
  CHECK(done.conflicts[1].kind == "text");
  CHECK(done.conflicts[1].ours == mine.plain());
  CHECK(done.texts_beside == 1);
  CHECK(text_here(other.store, page) == need(canonical_text(mine)));
  CHECK(need(other.store.text_history(page)).size() == 2);
  CHECK(need(other.store.pages(other.item)).size() == 1);
}

TEST_CASE("theirs comes into force when that is asked for, ours stays in the history") {
  PackagedArchive archive;
  archive.accept_text(archive.keep_page(10));
  const auto folder = packaged(archive, "out");
  PackagedArchive other;
  const PageId page = other.keep_page(77);
  ImportOptions options;
  options.theirs = true;
  const auto done =
      need(import_package(other.store, other.lead, folder, verdict_of(folder), options));
  CHECK(done.frames_added == 1);
  CHECK(need(other.store.captures(page)).size() == 2);
  const auto record = need(read_record(folder));
  const auto now = need(other.store.capture(need(other.store.page(page)).capture));
  CHECK(now.master == record.pages[0].capture.master);
  CHECK(need(other.store.fsck()).healthy());
}

TEST_CASE("nothing of a damaged package is imported, and operators import nothing") {
  PackagedArchive archive;
  archive.keep_page(10);
  const auto folder = packaged(archive, "out");
  const PackageVerdict good = verdict_of(folder);
  Station station;
  std::filesystem::permissions(folder / "data/masters/0001.tif",
                               std::filesystem::perms::owner_write,
                               std::filesystem::perm_options::add);
  std::string bytes = get(folder / "data/masters/0001.tif");
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  put(folder / "data/masters/0001.tif", bytes);
  const auto refused = import_package(station.store, station.lead, folder, verdict_of(folder));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::Corrupt);
  CHECK(need(station.store.list_items(0, 10)).empty());
  // Altered between check and import: the record's digest still finds it.
  const auto late = import_package(station.store, station.lead, folder, good);
  REQUIRE_FALSE(late);
  CHECK(late.error().code == ErrorCode::Corrupt);
  const auto denied = import_package(archive.store, archive.second, folder, good);
  REQUIRE_FALSE(denied);
  CHECK(denied.error().code == ErrorCode::Denied);
}
