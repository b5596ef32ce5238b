#include "storage/store/store.h"

#include "storage/store/internal/database.h"
#include "storage/store/internal/schema.h"
#include "tests/support/archive.h"

using namespace shiqu;
using namespace shiqu::store;
namespace fs = std::filesystem;

TEST_CASE("a new archive opens, a second one in the same place is refused") {
  const TempDir folder;
  REQUIRE(Store::init(folder.path() / "a", "縣檔案館"));
  auto store = Store::open(folder.path() / "a");
  REQUIRE(store);
  CHECK(store->title().value() == "縣檔案館");
  CHECK(store->schema_version().value() == newest_schema());
  CHECK(Store::init(folder.path() / "a", "x").error().code == ErrorCode::Exists);
  CHECK(Store::open(folder.path() / "none").error().code == ErrorCode::NotFound);
}

TEST_CASE("a folder with foreign files does not become an archive") {
  const TempDir folder;
  REQUIRE(write_new_file(folder.path() / "letter.txt", "x"));
  CHECK(Store::init(folder.path(), "x").error().code == ErrorCode::Exists);
}

TEST_CASE("kept frames are pages in order, and their objects lie under their digests") {
  test::Archive archive;
  const ItemId item = archive.add_item("GJ0001");
  const KeptCapture first = archive.keep(item, 1);
  const KeptCapture second = archive.keep(item, 2);
  CHECK(first.page_order == 1);
  CHECK(second.page_order == 2);
  const auto pages = archive.store.pages(item);
  REQUIRE(pages);
  REQUIRE(pages->size() == 2);
  CHECK((*pages)[1].capture == second.capture);
  CHECK(fs::exists(archive.store.object_path(first.master)));
  CHECK(fs::is_empty(archive.store.spool()));
}

TEST_CASE("a reshoot supersedes and deletes nothing") {
  test::Archive archive;
  const ItemId item = archive.add_item("GJ0001");
  const KeptCapture first = archive.keep(item, 1);
  const KeptCapture again = archive.keep(item, 2, first.page);
  CHECK(again.page == first.page);
  const auto captures = archive.store.captures(first.page);
  REQUIRE(captures);
  REQUIRE(captures->size() == 2);
  CHECK((*captures)[0].superseded);
  CHECK_FALSE((*captures)[1].superseded);
  CHECK(archive.store.page(first.page)->capture == again.capture);
  CHECK(fs::exists(archive.store.object_path(first.master)));
}

TEST_CASE("two equal frames are two captures and one object") {
  test::Archive archive;
  const ItemId item = archive.add_item("GJ0001");
  const KeptCapture first = archive.keep(item, 1);
  const KeptCapture second = archive.keep(item, 1);
  CHECK(first.master == second.master);
  CHECK(first.capture != second.capture);
  CHECK(archive.store.objects()->size() == 2);
}

TEST_CASE("identifiers are unique and never change") {
  test::Archive archive;
  const ItemId id = archive.add_item("GJ0001");
  model::Item twin;
  twin.identifier = "GJ0001";
  twin.title = "x";
  CHECK(archive.store.add_item(archive.operator_, twin).error().code == ErrorCode::Exists);
  model::Item renamed = archive.store.item(id).value();
  renamed.identifier = "GJ0002";
  CHECK(archive.store.update_item(archive.lead, renamed).error().code == ErrorCode::InvalidInput);
}

TEST_CASE("an older catalogue is backed up and migrated with its text found by search") {
  const TempDir folder;
  const fs::path at = folder.path() / "a";
  REQUIRE(Store::init(at, "old"));
  fs::remove(at / "catalogue.sqlite");
  {
    auto db = Database::open(at / "catalogue.sqlite", true);
    REQUIRE(db);
    REQUIRE(migrate(*db, 1));
    REQUIRE(
        db->execute("INSERT INTO item VALUES('i','GJ1','t','','','','','public',1);"
                    "INSERT INTO page VALUES('p','i',1,'','','drafted',1);"
                    "INSERT INTO text_revision VALUES('p',1,'person:anna',1,1,'',0,"
                    "'{\"lines\":[{\"id\":\"01930000-0000-7000-8000-000000000001\",\"text\":"
                    "\"𠀀天地玄黃\"}]}');",
                    "fill"));
  }
  auto store = Store::open(at);
  REQUIRE(store);
  CHECK(store->schema_version().value() == newest_schema());
  CHECK_FALSE(fs::is_empty(at / "backup"));
  SearchQuery query;
  query.needle = "𠀀天";
  const auto found = store->search(query);
  REQUIRE(found);
  CHECK(found->hits.size() == 1);
  CHECK(store->text(PageId("p"))->text.lines[0].text == "𠀀天地玄黃");
  CHECK(store->page_counts()->of(model::TextState::Drafted) == 1);
  CHECK(store->fsck()->database == "ok");
}

TEST_CASE("a catalogue of a newer Shiqu is left alone") {
  const TempDir folder;
  REQUIRE(Store::init(folder.path() / "a", "x"));
  {
    auto db = Database::open(folder.path() / "a" / "catalogue.sqlite", false);
    REQUIRE(db);
    REQUIRE(db->execute("PRAGMA user_version = 999", "age"));
  }
  CHECK(Store::open(folder.path() / "a").error().code == ErrorCode::Unsupported);
}
