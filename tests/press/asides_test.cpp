// What stands on a pressed page beside its columns.
#include "tests/press/page_fixture.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <iterator>
#include <vector>

using namespace shiqu;
using namespace shiqu::ocr;
using model::LineKind;

namespace {

/// The first line of horizontal text; another and more follow it.
auto band_in(const std::vector<model::Line>& lines) {
  const auto band = std::find_if(lines.begin(), lines.end(), [](const model::Line& line) {
    return line.kind == LineKind::Horizontal;
  });
  REQUIRE(std::distance(band, lines.end()) > 2);
  return band;
}

}  // namespace

TEST_CASE("horizontal text stands between the columns above and below it, and no rule crosses it") {
  PressOptions options = fixture::small_page("none");
  options.band = "山水之間\n天地玄黃";
  options.band_row = 4;
  const PressedPage page = fixture::pressed(options, fixture::long_text());
  const auto& lines = page.truth.lines;
  const auto band = band_in(lines);
  const model::Line& first = *band;
  const model::Line& second = *std::next(band);
  CHECK(first.text == "山水之間");
  CHECK(second.text == "天地玄黃");
  CHECK(first.glyphs.front().box.x > first.glyphs.back().box.right());
  for (auto line = lines.begin(); line != lines.end(); ++line) {
    if (line->kind == LineKind::Column) {
      CHECK((line < band ? line->box.bottom() <= first.box.y : line->box.y >= second.box.bottom()));
    }
  }
  const int middle = (first.box.bottom() + second.box.y) / 2;
  CHECK(fixture::dark_share_in(page, {first.box.x, middle - 3, first.box.width, 6}) == 0);
  CHECK(fixture::measure(page).without_ink == 0);
}

TEST_CASE("horizontal text may take some columns, with others beside it from head to foot") {
  PressOptions options = fixture::small_page("none");
  options.band = "山水\n天地";
  options.band_row = 4;
  options.band_columns = 3;
  const PressedPage page = fixture::pressed(options, fixture::long_text());
  const auto& lines = page.truth.lines;
  const auto band = band_in(lines);
  const RectPx both = bounding_box(band->box, std::next(band)->box);
  int beside = 0;
  for (auto line = lines.begin(); line != lines.end(); ++line) {
    if (line->kind != LineKind::Column) {
      continue;
    }
    CHECK(intersection(line->box, both).empty());
    if (line->box.x > both.right() && line->box.y < both.y && line->box.bottom() > both.bottom()) {
      ++beside;
      CHECK(line < band);
    }
  }
  CHECK(beside >= 1);
  CHECK(fixture::measure(page).without_ink == 0);
}

TEST_CASE("without rules only frame and centre strip are lined") {
  PressOptions options = fixture::small_page("none");
  const PressedPage ruled = fixture::pressed(options, fixture::long_text());
  options.rules = false;
  const PressedPage bare = fixture::pressed(options, fixture::long_text());
  CHECK(bare.truth.plain() == ruled.truth.plain());
  CHECK(fixture::dark_share_in(bare, bare.frame) <
        0.98 * fixture::dark_share_in(ruled, ruled.frame));
}

TEST_CASE("head notes stand above the frame and leave the text as it is") {
  const auto text = fixture::short_text();
  PressOptions options = fixture::small_page("light");
  options.columns = 12;  // narrow ones: the notes are small enough for the margin
  const PressedPage plain = fixture::pressed(options, text);
  options.head_notes = 3;
  const PressedPage noted = fixture::pressed(options, text);
  CHECK(plain.truth.regions.empty());
  REQUIRE(noted.truth.regions.size() == 1);
  CHECK(noted.truth.regions[0].kind == model::RegionKind::HeadNote);
  CHECK(noted.truth.regions[0].box.bottom() <= noted.frame.y);
  REQUIRE(noted.truth.lines.size() == plain.truth.lines.size() + 3);
  for (std::size_t i = 0; i < plain.truth.lines.size(); ++i) {
    CHECK(noted.truth.lines[i].text == plain.truth.lines[i].text);
  }
  for (std::size_t i = plain.truth.lines.size(); i < noted.truth.lines.size(); ++i) {
    CHECK(noted.truth.lines[i].kind == LineKind::Marginalia);
    CHECK(fixture::dark_share_in(noted, noted.truth.lines[i].box) > 0.04);
  }
}

TEST_CASE("a figure takes the place of columns and no text stands on it") {
  PressOptions options = fixture::small_page("light");
  options.figure = true;
  const PressedPage page = fixture::pressed(options, fixture::long_text());
  REQUIRE(page.truth.regions.size() == 1);
  const RectPx figure = page.truth.regions[0].box;
  CHECK(page.truth.regions[0].kind == model::RegionKind::Figure);
  CHECK(intersection(figure, page.frame) == figure);
  CHECK(figure.width > 3 * page.frame.width / 10);
  CHECK(fixture::dark_share_in(page, figure) > 0.01);
  for (const model::Line& line : page.truth.lines) {
    CHECK(intersection(line.box, figure).empty());
  }
}
