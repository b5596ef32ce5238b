#include "storage/store/sidecar.h"

#include "storage/base/digest.h"

#include "storage/store/internal/database.h"
#include "storage/store/store.h"
#include "tests/support/archive.h"

using namespace shiqu;
using namespace shiqu::store;
namespace fs = std::filesystem;

namespace {

std::vector<std::string> sidecars_of(const Store& store) {
  std::vector<std::string> paths;
  for (const auto& entry : fs::recursive_directory_iterator(store.sidecars())) {
    if (entry.is_regular_file()) {
      paths.push_back(entry.path().lexically_relative(store.folder()).string());
    }
  }
  return paths;
}

/// Two pages with a text, one of them taken twice, accepted by a second person.
struct Worked {
  test::Archive archive;
  KeptCapture first;
  KeptCapture again;
  KeptCapture second;
  Worked() {
    const ItemId item = archive.add_item("GJ0001");
    first = archive.keep(item, 1);
    second = archive.keep(item, 2);
    again = archive.keep(item, 3, first.page);
    REQUIRE_OK(archive.store.propose_text(Session::for_program(), first.page,
                                          test::page_text({"床前明月光", "疑是地上霜"})));
    REQUIRE_OK(archive.store.save_text(archive.annotator, first.page, 1,
                                       test::page_text({"牀前明月光", "疑是地上霜"}), "line 1"));
    REQUIRE_OK(archive.store.submit_text(archive.annotator, first.page));
    REQUIRE_OK(archive.store.review_text(archive.reviewer, first.page, true, ""));
  }
};

struct Bare {
  TempDir folder;
  Store store;
  explicit Bare(const Store& from) : store(make(folder.path() / "new")) {
    fs::copy(from.sidecars(), store.sidecars(), fs::copy_options::recursive);
  }
  static Store make(const fs::path& at) {
    REQUIRE_OK(Store::init_bare(at, "new"));
    return std::move(*Store::open(at));
  }
};

}  // namespace

TEST_CASE("every kept capture has a write-once sidecar named by its digest") {
  Worked worked;
  const auto paths = sidecars_of(worked.archive.store);
  CHECK(paths.size() == 3);
  for (const std::string& path : paths) {
    const auto sidecar = read_sidecar(worked.archive.store.folder(), path);
    REQUIRE_OK(sidecar);
    CHECK(sidecar->kind == "capture");
    CHECK(sidecar->content["item"]["identifier"] == "GJ0001");
    CHECK(sidecar->content["objects"].size() == 2);
  }
  CHECK(worked.archive.store.mirror_count()->files == 6 + 3);
}

TEST_CASE("a flipped bit in a sidecar is noticed by its name") {
  Worked worked;
  const std::string path = sidecars_of(worked.archive.store).front();
  std::string bytes = read_file(worked.archive.store.folder() / path).value();
  CHECK(parse_sidecar(path, bytes));
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  CHECK(parse_sidecar(path, bytes).error().code == ErrorCode::Corrupt);
}

TEST_CASE("a bare catalogue is rebuilt from sidecars: items, pages, texts, reviews and journal") {
  Worked worked;
  Store& old = worked.archive.store;
  REQUIRE_OK(old.seal_journal(1, 5));  // several segments
  Bare bare(old);
  const auto report =
      bare.store.replay(Session::for_program(), bare.store.folder(), sidecars_of(bare.store));
  REQUIRE_OK(report);
  CHECK(report->items == 1);
  CHECK(report->pages == 2);
  CHECK(report->captures == 3);
  CHECK(report->texts == 2);
  CHECK(report->reviews == 1);
  CHECK(report->accounts == 5);
  CHECK(report->entries == old.last_sequence().value());
  for (const NotRebuilt& one : report->lost) {
    CHECK(one.kind == "secret");
  }
  const auto item = bare.store.item_named("GJ0001");
  REQUIRE_OK(item);
  const auto pages = bare.store.pages(item->id);
  REQUIRE_OK(pages);
  REQUIRE(pages->size() == 2);
  CHECK(pages->front().text_state == model::TextState::Accepted);
  CHECK(pages->front().capture == worked.again.capture);
  CHECK(bare.store.capture(worked.first.capture)->superseded);
  CHECK_FALSE(bare.store.capture(worked.again.capture)->superseded);
  CHECK(bare.store.text(pages->front().id)->text.lines.front().text == "牀前明月光");
  store::SearchQuery query;
  query.needle = "明月";
  CHECK(bare.store.search(query)->hits.size() == 1);
  CHECK(bare.store.verify_journal()->head == old.verify_journal()->head);
  CHECK(bare.store.verify_journal()->intact);
}

TEST_CASE("what no segment holds yet is named, captures come back all the same") {
  Worked worked;
  Bare bare(worked.archive.store);  // nothing was sealed
  const auto report =
      bare.store.replay(Session::for_program(), bare.store.folder(), sidecars_of(bare.store));
  REQUIRE_OK(report);
  CHECK(report->captures == 3);
  CHECK(report->texts == 0);
  CHECK(report->lost.size() == 3);
  CHECK(report->lost.front().kind == "journal");
  CHECK(bare.store.events()->size() == 3);  // capture.rebuilt
  CHECK(bare.store.captures(worked.first.page)->size() == 2);
}

TEST_CASE("a missing segment ends the journal there, and is named") {
  Worked worked;
  REQUIRE_OK(worked.archive.store.seal_journal(1, 5));
  Bare bare(worked.archive.store);
  std::vector<std::string> paths;
  for (const std::string& path : sidecars_of(bare.store)) {
    if (get_or<int>(read_sidecar(bare.store.folder(), path)->content, "first", 0) != 6) {
      paths.push_back(path);
    }
  }
  const auto report = bare.store.replay(Session::for_program(), bare.store.folder(), paths);
  REQUIRE_OK(report);
  CHECK(report->entries == 5);
  CHECK(std::any_of(report->lost.begin(), report->lost.end(), [](const NotRebuilt& one) {
    return one.kind == "journal" && one.subject == "6";
  }));
  CHECK(bare.store.verify_journal()->intact);
}

TEST_CASE("a sidecar whose keep was cut off before the commit is not taken for a capture") {
  Worked worked;
  Store& store = worked.archive.store;
  // The sidecar claims an entry of the journal that is another one.
  const std::string path = sidecars_of(store).front();
  Json content = read_sidecar(store.folder(), path)->content;
  content["capture"]["id"] = new_uuid();
  content["page"]["id"] = new_uuid();
  content["entry"] = 2;
  const std::string bytes = content.dump();
  const std::string orphan = sidecar_path(sha256_hex(bytes));
  REQUIRE_OK(make_folders((store.folder() / orphan).parent_path()));
  REQUIRE_OK(write_new_file(store.folder() / orphan, bytes));
  REQUIRE_OK(store.seal_journal());
  Bare bare(store);
  const auto report =
      bare.store.replay(Session::for_program(), bare.store.folder(), sidecars_of(bare.store));
  REQUIRE_OK(report);
  CHECK(report->captures == 3);
  CHECK(std::any_of(report->lost.begin(), report->lost.end(), [](const NotRebuilt& one) {
    return one.kind == "capture" && one.why.find("never shown") != std::string::npos;
  }));
}

TEST_CASE("captures of an earlier version get their sidecars later") {
  Worked worked;
  Store& store = worked.archive.store;
  {
    auto db = Database::open(store.folder() / "catalogue.sqlite", false);
    REQUIRE_OK(db->execute("DELETE FROM sidecar; DELETE FROM fixity WHERE path LIKE 'sidecars/%'",
                           "as before"));
  }
  fs::remove_all(store.sidecars());
  CHECK(store.write_missing_sidecars().value() == 3);
  CHECK(store.write_missing_sidecars().value() == 0);
  CHECK(sidecars_of(store).size() == 3);
}

TEST_CASE("segments are made only when enough waits, and never twice") {
  Worked worked;
  Store& store = worked.archive.store;
  CHECK(store.seal_journal(1000).value() == 0);
  CHECK(store.seal_journal(1, 500).value() == 1);
  CHECK(store.seal_journal().value() == 0);
  CHECK(store.sealed_entries().value() == store.last_sequence().value());
}

TEST_CASE("an administrator is opened only where there is none") {
  Worked worked;
  CHECK(worked.archive.store.reopen_administrator("eve", "4321").error().code == ErrorCode::Denied);
  REQUIRE_OK(worked.archive.store.seal_journal());
  Bare bare(worked.archive.store);
  REQUIRE_OK(
      bare.store.replay(Session::for_program(), bare.store.folder(), sidecars_of(bare.store)));
  CHECK_FALSE(bare.store.login("root", "1234"));
  REQUIRE_OK(bare.store.reopen_administrator("root", "4321"));
  CHECK(bare.store.login("root", "4321"));
}
