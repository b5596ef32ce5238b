#include "labeler/regions.h"

#include "tests/support/archive.h"

using namespace shiqu;
using namespace shiqu::labeler;

TEST_CASE("a marked region is a revision of its own and is taken back by undo") {
  test::Archive archive;
  const PageId page = archive.keep(archive.add_item("GJ0001"), 1).page;
  REQUIRE(archive.store.propose_text(store::Session::for_program(), page,
                                     test::page_text({"床前明月光"})));
  const auto marked = add_region(archive.store, archive.annotator, page,
                                 {model::RegionKind::Personal, {1, 2, 3, 4}});
  REQUIRE(marked);
  CHECK(*marked == 2);
  REQUIRE(archive.store.text(page)->text.personal().size() == 1);
  CHECK(archive.store.text(page)->text.personal()[0] == model::Box{1, 2, 3, 4});
  REQUIRE(archive.store.undo_text(archive.annotator, page));
  CHECK(archive.store.text(page)->text.personal().empty());
}

TEST_CASE("a page without text can be marked, and the mark removed") {
  test::Archive archive;
  const PageId page = archive.keep(archive.add_item("GJ0001"), 1).page;
  REQUIRE(add_region(archive.store, archive.annotator, page,
                     {model::RegionKind::Personal, {0, 0, 5, 5}}));
  CHECK(archive.store.text(page)->text.lines.empty());
  CHECK(remove_region(archive.store, archive.annotator, page, 2).error().code ==
        ErrorCode::NotFound);
  REQUIRE(remove_region(archive.store, archive.annotator, page, 1));
  CHECK(archive.store.text(page)->text.regions.empty());
}

TEST_CASE("a region outside the page is refused, one over its edge is cut") {
  test::Archive archive;
  const PageId page = archive.keep(archive.add_item("GJ0001"), 1).page;
  const model::Capture capture = archive.store.capture(archive.store.page(page)->capture).value();
  CHECK(add_region(archive.store, archive.annotator, page,
                   {model::RegionKind::Personal, {capture.width_px, 0, 5, 5}})
            .error()
            .code == ErrorCode::InvalidInput);
  REQUIRE(add_region(archive.store, archive.annotator, page,
                     {model::RegionKind::Personal, {-5, -5, 10, 10}}));
  CHECK(archive.store.text(page)->text.personal()[0] == model::Box{0, 0, 5, 5});
}

TEST_CASE("blacking out takes the touched characters, their other readings, and no more") {
  model::PageText text;
  model::Line line;
  line.text = "甲乙丙";
  line.box = {0, 0, 10, 30};
  line.confidence = 0.9;
  for (int i = 0; i < 3; ++i) {
    line.glyphs.push_back({i == 0 ? "甲" : i == 1 ? "乙" : "丙", {0, 10 * i, 10, 10}, 0.9, {"丁"}});
  }
  model::Line without_places;
  without_places.text = "戊己";
  without_places.box = {50, 0, 10, 30};
  text.lines = {line, without_places};
  CHECK(model::black_out(text, {}) == 0);
  CHECK(model::black_out(text, {{5, 15, 1, 1}}) == 1);
  CHECK(text.lines[0].text == "甲■丙");
  CHECK(text.lines[0].glyphs[1].alternatives.empty());
  CHECK(text.lines[0].glyphs[2].alternatives.size() == 1);
  CHECK(text.lines[1].text == "戊己");
  CHECK(model::black_out(text, {{55, 5, 1, 1}}) == 2);
  CHECK(text.lines[1].text == "■■");
  text.lines[1].text = "庚";
  text.lines[1].box = {};
  CHECK(model::black_out(text, {{70, 90, 1, 1}}) == 1);
}
