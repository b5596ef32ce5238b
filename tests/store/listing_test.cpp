#include "storage/store/bulk_fill.h"
#include "tests/support/archive.h"

using namespace shiqu;
using namespace shiqu::store;
using model::TextState;

namespace {

/// Two items with three and two pages; page 2 of the first has a submitted text.
struct Shelf {
  test::Archive archive;
  ItemId first = archive.add_item("GJ0001");
  ItemId second = archive.add_item("GJ0002");
  std::vector<PageId> pages;

  Shelf() {
    int seed = 0;
    for (const ItemId& item : {first, second, first, first, second}) {
      pages.push_back(archive.keep(item, ++seed).page);
    }
    REQUIRE_OK(store().propose_text(Session::for_program(), pages[2], test::page_text({"天地"})));
    REQUIRE_OK(store().submit_text(archive.annotator, pages[2]));
  }
  Store& store() { return archive.store; }

  /// The whole list, `at_once` pages a call.
  std::vector<PageId> list(const PageFilter& filter, int at_once) {
    std::vector<PageId> out;
    std::optional<PageCursor> next = PageCursor{};
    while (next) {
      const auto slice = store().list_pages(filter, *next, at_once);
      REQUIRE_OK(slice);
      for (const ListedPage& page : slice->pages) {
        out.push_back(page.page.id);
      }
      next = slice->next;
    }
    return out;
  }
};

}  // namespace

TEST_CASE("pages are listed in the order of the archive, whatever the size of the slices") {
  Shelf shelf;
  const std::vector<PageId> order{shelf.pages[0], shelf.pages[2], shelf.pages[3], shelf.pages[1],
                                  shelf.pages[4]};
  for (const int at_once : {1, 2, 3, 100}) {
    CHECK(shelf.list({}, at_once) == order);
  }
}

TEST_CASE("filters by item, state, label and text hold together") {
  Shelf shelf;
  PageFilter filter;
  filter.item = shelf.second;
  CHECK(shelf.list(filter, 1) == std::vector<PageId>{shelf.pages[1], shelf.pages[4]});
  filter = {};
  filter.state = TextState::Submitted;
  CHECK(shelf.list(filter, 1) == std::vector<PageId>{shelf.pages[2]});
  filter.text = "天地";
  CHECK(shelf.list(filter, 1) == std::vector<PageId>{shelf.pages[2]});
  filter.item = shelf.second;
  CHECK(shelf.list(filter, 1).empty());
  filter = {};
  filter.text = "地天";
  CHECK(shelf.list(filter, 1).empty());
}

TEST_CASE("labels filter by any part, in the order of the archive") {
  test::Archive archive;
  const ItemId item = archive.add_item("GJ0001");
  auto fill = BulkFill::begin(archive.store, archive.annotator);
  REQUIRE_OK(fill);
  REQUIRE(imaging::write_master(archive.store.spool() / "m.tif", test::gradient({40, 30}), {}));
  const auto master = fill->add_object({archive.store.spool() / "m.tif", "image/tiff"});
  REQUIRE_OK(master);
  model::Capture capture;
  capture.width_px = capture.height_px = 10;
  for (const char* label : {"卷一 二", "卷二 一", "卷一 一", ""}) {
    REQUIRE_OK(fill->add_page(item, label, capture, *master, *master));
  }
  REQUIRE_OK(fill->finish());
  const auto listed = [&](const PageFilter& filter) {
    std::vector<std::string> labels;
    std::optional<PageCursor> next = PageCursor{};
    while (next) {
      const auto slice = archive.store.list_pages(filter, *next, 1);
      REQUIRE_OK(slice);
      for (const ListedPage& page : slice->pages) {
        labels.push_back(page.page.label);
      }
      next = slice->next;
    }
    return labels;
  };
  using Labels = std::vector<std::string>;
  PageFilter filter;
  filter.label = "卷一";
  CHECK(listed(filter) == Labels{"卷一 二", "卷一 一"});
  filter.label = "一";
  CHECK(listed(filter) == Labels{"卷一 二", "卷二 一", "卷一 一"});
  filter.label = "一一";  // white space counts for nothing
  CHECK(listed(filter) == Labels{"卷一 一"});
  filter.item = item;
  CHECK(listed(filter) == Labels{"卷一 一"});
  filter = {};
  filter.label = "卷三";
  CHECK(listed(filter).empty());
  filter.label = "巻二";
  CHECK(listed(filter).empty());
  filter.variants = [](char32_t c) { return c == U'巻' ? std::u32string(U"卷") : U""; };
  CHECK(listed(filter) == Labels{"卷二 一"});
  filter.label = " ";
  CHECK(listed(filter).size() == 4);
}

TEST_CASE("items are found by any part of identifier or title, also after a change") {
  Shelf shelf;
  Store& store = shelf.store();
  const auto named = [&](const std::string& part) {
    std::vector<std::string> out;
    std::int64_t after = 0;
    while (true) {
      const auto found = store.find_items(part, {}, after, 1);
      REQUIRE_OK(found);
      if (found->empty()) {
        return out;
      }
      out.push_back(found->front().item.identifier);
      after = found->front().number;
    }
  };
  using Names = std::vector<std::string>;
  CHECK(named("唐詩") == Names{"GJ0001", "GJ0002"});
  CHECK(named("j0002") == Names{"GJ0002"});
  CHECK(named("") == Names{"GJ0001", "GJ0002"});
  CHECK(named("宋詩").empty());
  model::Item item = store.item(shelf.second).value();
  item.title = "宋詩鈔";
  REQUIRE_OK(store.update_item(shelf.archive.lead, item));
  CHECK(named("宋詩") == Names{"GJ0002"});
  CHECK(named("唐") == Names{"GJ0001"});
  PageFilter filter;
  filter.item_name = "詩鈔";
  for (const int at_once : {1, 100}) {
    CHECK(shelf.list(filter, at_once) == std::vector<PageId>{shelf.pages[1], shelf.pages[4]});
  }
  filter.item_name = "唐";
  filter.text = "天地";
  CHECK(shelf.list(filter, 1) == std::vector<PageId>{shelf.pages[2]});
  filter.item_name = "宋";
  CHECK(shelf.list(filter, 1).empty());
  REQUIRE_OK(store.rebuild_text_index());
  CHECK(named("宋詩") == Names{"GJ0002"});
}

TEST_CASE("counts follow every change of a text's state") {
  Shelf shelf;
  CHECK(shelf.store().page_counts()->all() == 5);
  CHECK(shelf.store().page_counts()->of(TextState::Submitted) == 1);
  REQUIRE_OK(shelf.store().review_text(shelf.archive.reviewer, shelf.pages[2], true, ""));
  const auto counts = shelf.store().page_counts();
  CHECK(counts->of(TextState::Submitted) == 0);
  CHECK(counts->of(TextState::Accepted) == 1);
  CHECK(counts->of(TextState::None) == 4);
  const auto items = shelf.store().list_items(0, 10);
  REQUIRE(items->size() == 2);
  CHECK((*items)[0].pages.of(TextState::Accepted) == 1);
  CHECK((*items)[0].pages.all() == 3);
  CHECK(shelf.store().list_items((*items)[0].number, 10)->front().item.identifier == "GJ0002");
}

TEST_CASE("a page's place is found from its number and back") {
  Shelf shelf;
  const auto number = shelf.store().item_number(shelf.first);
  REQUIRE_OK(number);
  const auto rows = shelf.store().pages_of(*number, std::nullopt, 1, 10);
  REQUIRE(rows->size() == 2);
  CHECK(rows->front().page.id == shelf.pages[2]);
  CHECK_FALSE(rows->front().master.empty());
  CHECK(shelf.store().pages_before(shelf.first, std::nullopt, 2).value() == 1);
  CHECK(shelf.store().pages_before(shelf.first, TextState::Submitted, 3).value() == 1);
  CHECK(shelf.store().page_at(shelf.first, 2)->id == shelf.pages[2]);
  CHECK(shelf.store().page_at(shelf.first, 4).error().code == ErrorCode::NotFound);
}

TEST_CASE("what was filled in bulk is an archive like others") {
  test::Archive archive;
  CHECK(BulkFill::begin(archive.store, Session::for_program()).error().code == ErrorCode::Denied);
  REQUIRE(imaging::write_master(archive.store.spool() / "m.tif", test::gradient({40, 30}), {}));
  std::vector<PageId> pages;
  {
    auto fill = BulkFill::begin(archive.store, archive.annotator);
    REQUIRE_OK(fill);
    const auto master = fill->add_object({archive.store.spool() / "m.tif", "image/tiff"});
    REQUIRE_OK(master);
    model::Item item;
    item.identifier = "GJ0009";
    item.title = "t";
    const auto id = fill->add_item(item);
    REQUIRE_OK(id);
    model::Capture capture;
    capture.width_px = capture.height_px = 10;
    for (int i = 0; i < 3; ++i) {
      const auto page = fill->add_page(*id, "", capture, *master, *master);
      REQUIRE_OK(page);
      REQUIRE_OK(fill->propose_text(*page, test::page_text({"天地玄黃"})));
      pages.push_back(*page);
    }
    REQUIRE_OK(fill->submit_text(pages[1]));
    REQUIRE_OK(fill->commit());
    REQUIRE_OK(fill->add_page(*id, "lost", capture, *master, *master));
  }
  CHECK(archive.store.verify_journal()->intact);
  CHECK(archive.store.fsck()->healthy());
  CHECK(archive.store.page_counts()->all() == 3);  // what was not committed is not there
  REQUIRE_OK(archive.store.review_text(archive.reviewer, pages[1], true, ""));
  REQUIRE_OK(
      archive.store.save_text(archive.annotator, pages[0], 1, test::page_text({"宇宙"}), ""));
  SearchQuery query;
  query.needle = "玄黃";
  CHECK(archive.store.search(query)->hits.size() == 2);
}
