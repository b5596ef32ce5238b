#include "ocr/prepare/page.h"
#include "storage/imaging/codecs.h"
#include "tests/ocr/drawing.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace shiqu;
using model::LineKind;

namespace {

int count(const ocr::PreparedPage& page, LineKind kind) {
  return static_cast<int>(std::count_if(page.areas.begin(), page.areas.end(),
                                        [&](const auto& area) { return area.kind == kind; }));
}

ocr::PreparedPage prepared(const imaging::Image& page) {
  auto made = ocr::prepare_page(page);
  REQUIRE(made);
  return std::move(*made);
}

}  // namespace

TEST_CASE("columns of a ruled leaf are cut at its rules, right to left") {
  imaging::Image page = fixture::ruled_leaf(8);
  for (int column = 0; column < 8; ++column) {
    fixture::text(page, column, 220, 15);
  }
  const auto made = prepared(page);
  CHECK(made.ruled);
  REQUIRE(made.areas.size() == 8);
  for (std::size_t i = 0; i < 8; ++i) {
    const RectPx glyphs{118 + 100 * (7 - static_cast<int>(i)), 220, 64, 80 * 15 - 16};
    CHECK(made.areas[i].kind == LineKind::Column);
    CHECK(intersection(made.areas[i].box, glyphs) == glyphs);
    CHECK(made.areas[i].box.width <= 104);
  }
}

TEST_CASE("an empty column between full ones gives no area") {
  imaging::Image page = fixture::ruled_leaf(6);
  for (const int column : {0, 1, 2, 4, 5}) {
    fixture::text(page, column, 220, 12);
  }
  CHECK(prepared(page).areas.size() == 5);
}

TEST_CASE("a heading raised above the frame belongs to its column") {
  imaging::Image page = fixture::ruled_leaf(6);
  for (int column = 0; column < 6; ++column) {
    fixture::text(page, column, 220, 12);
  }
  fixture::text(page, 3, 120, 1);
  const auto made = prepared(page);
  REQUIRE(made.areas.size() == 6);
  CHECK(made.areas[2].box.y <= 120);
  CHECK(made.areas[1].box.y > 180);
}

TEST_CASE("a column with a fish tail is the centre strip, read after the text") {
  imaging::Image page = fixture::ruled_leaf(9);
  for (int column = 0; column < 9; ++column) {
    if (column != 4) {
      fixture::text(page, column, 220, 15);
    }
  }
  fixture::text(page, 4, 240, 4);
  fixture::fill(page, {502, 600, 96, 40});
  const auto made = prepared(page);
  CHECK(count(made, LineKind::Column) == 8);
  REQUIRE(count(made, LineKind::CentreStrip) == 1);
  CHECK(made.areas.back().kind == LineKind::CentreStrip);
}

TEST_CASE("an outermost column full of text is no centre strip, whatever blot it bears") {
  imaging::Image page = fixture::ruled_leaf(9);
  for (int column = 0; column < 9; ++column) {
    fixture::text(page, column, 220, 15);
  }
  for (int y = 620; y < 660; ++y) {
    std::fill_n(page.row(y).begin() + 100 + 800 + 8, 84, std::uint8_t{25});
  }
  const auto made = prepared(page);
  CHECK(count(made, LineKind::CentreStrip) == 0);
  CHECK(count(made, LineKind::Column) == 9);
}

TEST_CASE("half-width notes are read right half first, after the text above them") {
  imaging::Image page = fixture::ruled_leaf(6);
  for (int column = 0; column < 6; ++column) {
    fixture::text(page, column, 220, column == 2 ? 4 : 15);
  }
  for (int i = 0; i < 16; ++i) {
    fixture::glyph(page, {310, 560 + 50 * i, 34, 40});
    fixture::glyph(page, {356, 560 + 50 * i, 34, 40});
  }
  const auto made = prepared(page);
  REQUIRE(made.areas.size() == 8);
  CHECK(made.areas[3].kind == LineKind::Column);
  CHECK(made.areas[4].kind == LineKind::NoteRight);
  CHECK(made.areas[5].kind == LineKind::NoteLeft);
  CHECK(made.areas[4].box.x >= made.areas[5].box.right() - 1);
  CHECK(made.areas[4].box.bottom() >= 1350);
}

TEST_CASE("columns without rules are cut at the gaps between them") {
  imaging::Image page = fixture::paper({1000, 1650});
  for (int column = 0; column < 8; ++column) {
    fixture::text(page, column, 220, 15);
  }
  const auto made = prepared(page);
  CHECK_FALSE(made.ruled);
  CHECK(made.areas.size() == 8);
  CHECK(made.areas.front().box.x > made.areas.back().box.x);
}

TEST_CASE("a blank page has nothing to read") {
  CHECK(prepared(fixture::paper({800, 1200})).areas.empty());
}

TEST_CASE("a page smaller than any text is refused") {
  const auto made = ocr::prepare_page(fixture::paper({40, 400}));
  REQUIRE_FALSE(made);
  CHECK(made.error().code == ErrorCode::InvalidInput);
}

TEST_CASE("preparing a page stops when asked to") {
  std::stop_source stop;
  stop.request_stop();
  const auto made = ocr::prepare_page(fixture::ruled_leaf(6), stop.get_token());
  REQUIRE_FALSE(made);
  CHECK(made.error().code == ErrorCode::Cancelled);
}

TEST_CASE("the steps can be watched as images of the page's shape") {
  imaging::Image page = fixture::ruled_leaf(6);
  fixture::text(page, 2, 220, 10);
  std::vector<std::string> seen;
  const auto made = ocr::prepare_page(page, {}, [&](std::string_view name, const auto& image) {
    seen.emplace_back(name);
    CHECK(image.height() > image.width());
  });
  REQUIRE(made);
  CHECK(seen == std::vector<std::string>{"ink", "text", "rules", "areas", "regions"});
}

TEST_CASE("real leaves have the columns that people counted") {
  struct Leaf {
    const char* file;
    int columns;  ///< with text, counting a column that is all notes as one
  };
  for (const Leaf& leaf :
       {Leaf{"siku_jmml/jmml_b1_01.png", 8}, Leaf{"siku_jmml/jmml_b1_02.png", 8},
        Leaf{"siku_jmml/jmml_b1_05.png", 8}, Leaf{"zongmu/zongmu_01.png", 9},
        Leaf{"zongmu/zongmu_04.png", 9}, Leaf{"kanripo_pages/yutai_004_9b.png", 10}}) {
    const auto file = fixture::shared(leaf.file);
    if (!std::filesystem::exists(file)) {
      MESSAGE("SKIPPED: no shared pages at ", file.string());
      return;
    }
    CAPTURE(leaf.file);
    const auto image = imaging::decode_file(file);
    REQUIRE(image);
    const auto made = prepared(image->image);
    CHECK(made.ruled);
    CHECK(std::abs(count(made, LineKind::Column) - leaf.columns) <= 1);
  }
}
