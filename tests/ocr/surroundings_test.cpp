#include "ocr/prepare/internal/surroundings.h"

#include "ocr/prepare/page.h"
#include "tests/ocr/drawing.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace shiqu;

namespace {

imaging::Image leaf_with_text() {
  imaging::Image page = fixture::ruled_leaf(6);
  for (int column = 0; column < 6; ++column) {
    fixture::text(page, column, 220, 8);
  }
  return page;
}

/// The leaf on a table of that level, `left` and `around` px of which are to be seen.
imaging::Image on_table(const imaging::Image& leaf, std::uint8_t level, int left, int around) {
  imaging::Image out(imaging::PixelFormat::Gray8,
                     {leaf.width() + left + around, leaf.height() + 2 * around});
  std::fill(out.bytes().begin(), out.bytes().end(), level);
  for (int y = 0; y < leaf.height(); ++y) {
    const auto from = leaf.row(y);
    std::copy(from.begin(), from.end(), out.row(y + around).begin() + left);
  }
  return out;
}

std::int64_t darker_than(const imaging::Image& image, std::uint8_t level) {
  const auto bytes = image.bytes();
  return std::count_if(bytes.begin(), bytes.end(), [&](std::uint8_t one) { return one < level; });
}

}  // namespace

TEST_CASE("a dark table around a leaf becomes paper, and the leaf stays as it was") {
  const imaging::Image leaf = leaf_with_text();
  imaging::Image page = on_table(leaf, 40, 150, 90);
  CHECK(ocr::lighten_surroundings(page));
  CHECK(darker_than(page, 120) == darker_than(leaf, 120));
  for (int y = 60; y < leaf.height() - 60; y += 7) {
    for (int x = 60; x < leaf.width() - 60; x += 5) {
      REQUIRE(page.row(y + 90)[static_cast<std::size_t>(x + 150)] ==
              leaf.row(y)[static_cast<std::size_t>(x)]);
    }
  }
}

TEST_CASE("pages without dark surroundings are not touched") {
  imaging::Image leaf = leaf_with_text();
  SUBCASE("a leaf with paper around") {}
  SUBCASE("rules and a frame that run to the edge of the picture") {
    leaf = imaging::Image(fixture::ruled_leaf(6));
    fixture::fill(leaf, {0, 400, leaf.width(), 6});
    fixture::fill(leaf, {300, 0, 6, leaf.height()});
  }
  SUBCASE("light that falls off to a third at the foot of the page") {
    for (int y = 0; y < leaf.height(); ++y) {
      const double light = std::min(1.0, 1.3 - static_cast<double>(y) / leaf.height());
      for (std::uint8_t& level : leaf.row(y)) {
        level = static_cast<std::uint8_t>(level * light);
      }
    }
  }
  SUBCASE("a rubbing: light characters on black") {
    for (std::uint8_t& level : leaf.bytes()) {
      level = static_cast<std::uint8_t>(255 - level);
    }
  }
  const imaging::Image given = leaf.clone();
  CHECK_FALSE(ocr::lighten_surroundings(leaf));
  CHECK(std::equal(leaf.bytes().begin(), leaf.bytes().end(), given.bytes().begin()));
}

TEST_CASE("columns are found on a dark table as they are on paper") {
  const imaging::Image leaf = leaf_with_text();
  const auto plain = ocr::prepare_page(leaf);
  const auto on_dark = ocr::prepare_page(on_table(leaf, 35, 160, 120));
  REQUIRE(plain);
  REQUIRE(on_dark);
  REQUIRE(plain->areas.size() == 6);
  REQUIRE(on_dark->areas.size() == 6);
  for (std::size_t i = 0; i < 6; ++i) {
    CHECK(std::abs(on_dark->areas[i].box.x - 160 - plain->areas[i].box.x) <= 4);
    CHECK(std::abs(on_dark->areas[i].box.y - 120 - plain->areas[i].box.y) <= 4);
    CHECK(std::abs(on_dark->areas[i].box.height - plain->areas[i].box.height) <= 8);
  }
}

TEST_CASE("text that is paler than the dark around its leaf is no pale seal") {
  imaging::Image leaf = leaf_with_text();
  for (std::uint8_t& level : leaf.bytes()) {  // ink at 95
    level = static_cast<std::uint8_t>(95 + level * 150 / 255);
  }
  const auto read = ocr::prepare_page(leaf);
  const auto bordered = ocr::prepare_page(on_table(leaf, 0, 150, 150));
  REQUIRE(read);
  REQUIRE(bordered);
  CHECK(read->areas.size() == 6);
  CHECK(bordered->areas.size() == 6);
  CHECK(std::none_of(bordered->regions.begin(), bordered->regions.end(),
                     [](const auto& region) { return region.kind == model::RegionKind::Seal; }));
}
