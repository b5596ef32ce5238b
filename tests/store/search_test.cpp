#include "storage/store/internal/database.h"
#include "tests/support/archive.h"

using namespace shiqu;
using namespace shiqu::store;

namespace {

struct Shelf {
  test::Archive archive;
  ItemId item = archive.add_item("GJ0001");
  int seed = 0;

  Store& store() { return archive.store; }

  PageId add(const ItemId& to, const std::vector<std::string>& lines) {
    const PageId page = archive.keep(to, ++seed).page;
    REQUIRE_OK(store().propose_text(Session::for_program(), page, test::page_text(lines)));
    return page;
  }
  PageId add(const std::vector<std::string>& lines) { return add(item, lines); }

  std::vector<SearchHit> find(const std::string& needle, const Variants& variants = {}) {
    SearchQuery query;
    query.needle = needle;
    query.variants = variants;
    auto found = store().search(query);
    REQUIRE_OK(found);
    return std::move(found->hits);
  }
};

std::u32string speak(char32_t c) {
  const std::u32string row = U"説說说";
  return row.find(c) == std::u32string::npos ? std::u32string() : row;
}

}  // namespace

TEST_CASE("substrings of every length and plane are found where they stand") {
  Shelf shelf;
  const PageId page = shelf.add({"𠀀天地玄黃宇宙", "洪荒日月盈昃"});
  for (const char* needle : {"𠀀", "昃", "𠀀天", "玄黃", "地玄黃宇", "洪荒日月盈昃"}) {
    const auto hits = shelf.find(needle);
    REQUIRE_MESSAGE(hits.size() == 1, needle);
    CHECK(hits[0].page == page);
  }
  CHECK(shelf.find("天玄").empty());
  CHECK(shelf.find("盈昃辰").empty());
  CHECK(shelf.find("").empty());
  CHECK(shelf.find("　 ").empty());
}

TEST_CASE("a hit names line, characters and boxes, and may run into the next line") {
  Shelf shelf;
  const PageId page = shelf.archive.keep(shelf.item, 9).page;
  model::PageText text = test::page_text({"天地 玄", "黃宇宙"});
  for (int i = 0; i < 4; ++i) {
    model::Glyph glyph;
    glyph.text = std::vector<std::string>{"天", "地", " ", "玄"}[static_cast<std::size_t>(i)];
    glyph.box = {10, 100 * i, 50, 90};
    text.lines[0].glyphs.push_back(glyph);
  }
  REQUIRE_OK(shelf.store().propose_text(Session::for_program(), page, text));
  const auto hits = shelf.find("地玄黃");
  REQUIRE(hits.size() == 1);
  REQUIRE(hits[0].spans.size() == 2);
  CHECK(hits[0].line == text.lines[0].id);
  CHECK(hits[0].item_identifier == "GJ0001");
  CHECK(hits[0].spans[0].first == 1);
  CHECK(hits[0].spans[0].count == 3);  // with the blank
  REQUIRE(hits[0].spans[0].boxes.size() == 2);
  CHECK(hits[0].spans[0].boxes[1] == model::Box{10, 300, 50, 90});
  CHECK(hits[0].spans[1].line == text.lines[1].id);
  CHECK(hits[0].spans[1].first == 0);
  CHECK(hits[0].spans[1].boxes.front() == text.lines[1].box);  // its glyphs are not known
}

TEST_CASE("variants are found as one, and only when they are asked for") {
  Shelf shelf;
  shelf.add({"論說文"});
  shelf.add({"小説家"});
  CHECK(shelf.find("説").size() == 1);
  CHECK(shelf.find("说").empty());
  CHECK(shelf.find("说", speak).size() == 2);
  CHECK(shelf.find("論说", speak).size() == 1);
  CHECK(shelf.find("说家", speak).size() == 1);
  CHECK(shelf.find("论说", speak).empty());
}

TEST_CASE("search sees the text in force and nothing else") {
  Shelf shelf;
  const PageId page = shelf.add({"床前明月光"});
  TextRevision now = shelf.store().text(page).value();
  now.text.lines[0].text = "牀前看月光";
  REQUIRE_OK(shelf.store().save_text(shelf.archive.annotator, page, 1, now.text, "x"));
  CHECK(shelf.find("床").empty());
  CHECK(shelf.find("看月").size() == 1);
  // A machine's later reading does not come into force, and is not found.
  REQUIRE_OK(shelf.store().propose_text(Session::for_program(), page, test::page_text({"龍"})));
  CHECK(shelf.find("龍").empty());
  REQUIRE_OK(shelf.store().undo_text(shelf.archive.annotator, page));
  CHECK(shelf.find("床前明").size() == 1);
  CHECK(shelf.find("看").empty());
  CHECK(shelf.store().text_index_size()->pages == 1);
  CHECK(shelf.store().fsck()->healthy());
}

TEST_CASE("marks, letters and quotes are characters like others, letters in either case") {
  Shelf shelf;
  shelf.add({"Im \"Anfang\" war (das) Wort; *AND* NOT OR-x"});
  for (const char* needle : {"\"anfang\"", "IM", "(das)", "Wort;", "* and", "anfang\"war", "-X"}) {
    CHECK_MESSAGE(shelf.find(needle).size() == 1, needle);
  }
}

TEST_CASE("hits come in the order of the archive, in slices, from one item when asked for") {
  Shelf shelf;
  const ItemId second = shelf.archive.add_item("GJ0002");
  shelf.add(second, {"天一"});
  shelf.add({"天二"});
  shelf.add({"天三天"});
  const auto hits = shelf.find("天");
  REQUIRE(hits.size() == 4);
  CHECK(hits[0].text == "天二");
  CHECK(hits[3].text == "天一");
  SearchQuery query;
  query.needle = "天";
  query.limit = 2;
  auto slice = shelf.store().search(query);
  REQUIRE(slice->hits.size() == 3);  // the page that passes the limit is given whole
  query.after = slice->next;
  slice = shelf.store().search(query);
  REQUIRE(slice->hits.size() == 1);
  CHECK(slice->next == 0);
  query.after = 0;
  query.item = second;
  CHECK(shelf.store().search(query)->hits.size() == 1);
}

TEST_CASE("an index that was lost is noticed by fsck and made again") {
  Shelf shelf;
  shelf.add({"天地"});
  shelf.add({"玄黃"});
  {
    auto db = Database::open(shelf.store().folder() / "catalogue.sqlite", false);
    REQUIRE_OK(db);
    REQUIRE_OK(
        db->execute("INSERT INTO text_gram(text_gram) VALUES('delete-all');"
                    "DELETE FROM text_indexed",
                    "lose index"));
  }
  CHECK(shelf.find("玄").empty());
  CHECK_FALSE(shelf.store().fsck()->healthy());
  REQUIRE_OK(shelf.store().rebuild_text_index());
  CHECK(shelf.find("玄").size() == 1);
  CHECK(shelf.store().fsck()->healthy());
}
