// Seals: in colour, paler than the text, stippled, told by their shape.
#include "ocr/prepare/internal/seals.h"
#include "ocr/prepare/internal/paper.h"
#include "ocr/prepare/page.h"
#include "ocr/press/press.h"
#include "storage/imaging/operations.h"
#include "tests/ocr/drawing.h"
#include "tests/ocr/pressed.h"
#include "tests/ocr/regions.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <random>
#include <vector>

using namespace shiqu;
using fixture::agreement;
using fixture::boxes_of;
using model::RegionKind;

namespace {

imaging::Image grey(const imaging::Image& page) {
  return imaging::to_gray8(page);
}

imaging::Image two_level(const imaging::Image& page) {
  imaging::Image out = imaging::to_gray8(page);
  for (std::uint8_t& level : out.bytes()) {
    level = level < 140 ? 0 : 255;
  }
  return out;
}

struct Count {
  int true_seals = 0;
  int found = 0;  ///< of these
  int others = 0;
};

/// Seals of pressed leaves, each scanned by `scan`.
Count count_seals(const std::function<imaging::Image(const imaging::Image&)>& scan) {
  Count out;
  for (std::uint64_t seed = 501; seed <= 516; ++seed) {
    const auto page = fixture::lightly_aged({}, seed);
    const auto made = ocr::prepare_page(scan(page.image));
    REQUIRE(made);
    bool found = false;
    for (const RectPx& box : boxes_of(*made, RegionKind::Seal)) {
      const bool right = page.seal && agreement(box, *page.seal) > 0.7;
      found = found || right;
      out.others += right ? 0 : 1;
    }
    out.true_seals += page.seal ? 1 : 0;
    out.found += found ? 1 : 0;
  }
  REQUIRE(out.true_seals >= 6);
  MESSAGE(out.found, " of ", out.true_seals, " seals found, ", out.others, " others");
  return out;
}

quality::InkMask mask_of(const imaging::Image& page) {
  quality::InkMask out{page.size(), std::vector<std::uint8_t>(page.bytes().size(), 0)};
  std::transform(page.bytes().begin(), page.bytes().end(), out.ink.begin(),
                 [](std::uint8_t level) { return static_cast<std::uint8_t>(level < 128); });
  return out;
}

/// An outline 8 px thick with two glyphs in it.
void outlined_seal(imaging::Image& page, const RectPx& box) {
  fixture::fill(page, box);
  fixture::fill(page, {box.x + 8, box.y + 8, box.width - 16, box.height - 16}, 235);
  fixture::glyph(page, {box.x + 30, box.y + 30, box.width - 60, (box.height - 80) / 2});
  fixture::glyph(page,
                 {box.x + 30, box.y + box.height / 2 + 10, box.width - 60, (box.height - 80) / 2});
}

}  // namespace

TEST_CASE("red seals become regions where they stand, and no others") {
  int seals = 0;
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    const auto page = fixture::lightly_aged({}, seed);
    const auto made = ocr::prepare_page(page.image);
    REQUIRE(made);
    const auto found = boxes_of(*made, RegionKind::Seal);
    CAPTURE(seed);
    REQUIRE(found.size() == (page.seal ? 1 : 0));
    CHECK(boxes_of(*made, RegionKind::Figure).empty());
    CHECK(boxes_of(*made, RegionKind::HeadNote).empty());
    if (page.seal) {
      ++seals;
      CHECK(agreement(found[0], *page.seal) > 0.8);
    }
  }
  CHECK(seals >= 2);
}

TEST_CASE("a seal of a page on its side has its box on the page as given") {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    const auto page = fixture::lightly_aged({}, seed);
    if (!page.seal) {
      continue;
    }
    const auto made =
        ocr::prepare_page(imaging::rotate_quarters(page.image, 1), ocr::PageForm{3, false});
    REQUIRE(made);
    const auto found = boxes_of(*made, RegionKind::Seal);
    REQUIRE(found.size() == 1);
    const RectPx& box = *page.seal;
    CHECK(agreement(found[0], {page.image.height() - box.bottom(), box.x, box.height, box.width}) >
          0.8);
    return;
  }
}

TEST_CASE("seals of a grey scan are regions by their paleness, and no others") {
  const Count count = count_seals(grey);
  CHECK(count.found == count.true_seals);
  CHECK(count.others == 0);
}

TEST_CASE("seals of a scan of two levels are regions by their shape, and no others") {
  const Count count = count_seals(two_level);
  CHECK(count.found * 10 >= count.true_seals * 7);
  CHECK(count.others == 0);
}

TEST_CASE(
    "an outlined or a full square beside the text is a seal; what is no square of its own is "
    "none") {
  imaging::Image page = fixture::ruled_leaf(6);
  fixture::text(page, 5, 220, 8);
  REQUIRE(ocr::find_square_seals(mask_of(page), 100).empty());

  SUBCASE("outlined, across a rule") {
    outlined_seal(page, {330, 1200, 240, 240});
    const auto found = ocr::find_square_seals(mask_of(page), 100);
    REQUIRE(found.size() == 1);
    CHECK(agreement(found[0], {330, 1200, 240, 240}) > 0.85);
  }
  SUBCASE("characters cut out of a full square") {
    fixture::fill(page, {330, 1200, 200, 200});
    for (const int x : {370, 450}) {
      fixture::fill(page, {x, 1240, 40, 50}, 235);
      fixture::fill(page, {x, 1320, 40, 50}, 235);
    }
    const auto found = ocr::find_square_seals(mask_of(page), 100);
    REQUIRE(found.size() == 1);
    CHECK(agreement(found[0], {330, 1200, 200, 200}) > 0.85);
  }
  SUBCASE("an empty box") {
    fixture::fill(page, {330, 1200, 240, 240});
    fixture::fill(page, {338, 1208, 224, 224}, 235);
    CHECK(ocr::find_square_seals(mask_of(page), 100).empty());
  }
  SUBCASE("a blot") {
    fixture::fill(page, {330, 1200, 200, 200});
    CHECK(ocr::find_square_seals(mask_of(page), 100).empty());
  }
  SUBCASE("cells of a table") {
    for (int y = 200; y < 1500; y += 150) {
      fixture::fill(page, {100, y, 600, 4});
      for (int column = 0; column < 6; ++column) {
        fixture::glyph(page, {118 + 100 * column, y + 40, 64, 64});
      }
    }
    CHECK(ocr::find_square_seals(mask_of(page), 100).empty());
  }
}

TEST_CASE("a seal alone on a leaf is a seal and nothing is read") {
  imaging::Image page = fixture::paper({1200, 1600});
  const RectPx seal{800, 1100, 260, 260};
  outlined_seal(page, seal);
  const auto made = ocr::prepare_page(page);
  REQUIRE(made);
  const auto found = boxes_of(*made, RegionKind::Seal);
  REQUIRE(found.size() == 1);
  CHECK(agreement(found[0], seal) > 0.85);
  CHECK(made->areas.empty());
}

TEST_CASE("a pale seal becomes paper, dark ink under it stays and is read with its column") {
  imaging::Image page = fixture::ruled_leaf(6);
  for (int column = 0; column < 6; ++column) {
    fixture::text(page, column, 220, 14);
  }
  const RectPx seal{390, 700, 230, 230};
  for (int y = seal.y; y < seal.bottom(); ++y) {
    for (int x = seal.x; x < seal.right(); ++x) {
      const bool rim = std::min({x - seal.x, seal.right() - x, y - seal.y, seal.bottom() - y}) < 12;
      const bool inside = (x - seal.x) / 25 % 2 == 0 || (y - seal.y) / 60 % 2 == 0;
      std::uint8_t& level = page.row(y)[static_cast<std::size_t>(x)];
      level = rim || inside ? std::min<std::uint8_t>(level, 105) : level;
    }
  }
  const ocr::SealLayer layer = ocr::take_seals(page);
  CHECK_FALSE(layer.coloured);
  REQUIRE(layer.seals.size() == 1);
  CHECK(agreement(layer.seals[0], seal) > 0.9);
  CHECK(layer.gray.row(seal.y + 30)[static_cast<std::size_t>(seal.x + 4)] > 200);
  CHECK(layer.gray.row(800)[419] == page.row(800)[419]);  // a stroke of the text, or its paper
  const auto dark = [](const imaging::Image& one) {
    return std::count_if(one.bytes().begin(), one.bytes().end(),
                         [](auto level) { return level < 60; });
  };
  CHECK(dark(layer.gray) == dark(page));
}

TEST_CASE("a red seal leaves the grey and black ink below it stays") {
  imaging::Image page(imaging::PixelFormat::Rgb8, {200, 200});
  for (int y = 0; y < 200; ++y) {
    for (int x = 0; x < 200; ++x) {
      const auto pixel = page.row(y).subspan(static_cast<std::size_t>(3 * x), 3);
      const bool seal = x >= 50 && x < 150 && y >= 50 && y < 100;
      const bool ink = x >= 95 && x < 105 && y >= 20 && y < 180;
      pixel[0] = ink ? 40 : seal ? 215 : 235;
      pixel[1] = ink ? 35 : seal ? 60 : 225;
      pixel[2] = ink ? 30 : seal ? 50 : 200;
    }
  }
  const imaging::Image gray = ocr::take_seals(page).gray;
  CHECK(gray.row(75)[60] > 190);
  CHECK(gray.row(75)[100] < 60);
  CHECK(gray.row(150)[100] < 60);
}

TEST_CASE("the stippling of a seal on a binary scan is whitened, glyphs are kept") {
  imaging::Image page = fixture::paper({900, 1400});
  std::fill(page.bytes().begin(), page.bytes().end(), std::uint8_t{255});
  for (int i = 0; i < 12; ++i) {
    fixture::fill(page, {700, 60 + 105 * i, 70, 12}, 0);
    fixture::fill(page, {730, 60 + 105 * i, 12, 70}, 0);
  }
  std::mt19937 random(5);
  for (int i = 0; i < 6000; ++i) {
    const int x = 100 + static_cast<int>(random() % 500U);
    const int y = 100 + static_cast<int>(random() % 500U);
    fixture::fill(page, {x / 6 * 6, y / 6 * 6, 3, 3}, 0);
  }
  const imaging::Image before = page.clone();
  auto stipple = ocr::remove_stipple(page);
  REQUIRE(stipple);
  int left = 0;
  for (int y = 100; y < 600; ++y) {
    left += static_cast<int>(std::count(page.row(y).begin() + 100, page.row(y).begin() + 600, 0));
  }
  CHECK(left < 2000);
  CHECK(page.row(66)[735] == 0);
  CHECK(stipple->for_analysis.row(66)[735] == 0);
  REQUIRE(stipple->seal);
  const RectPx seal = *stipple->seal;
  CHECK(std::abs(seal.x - 100) < 15);
  CHECK(std::abs(seal.y - 100) < 15);
  CHECK(std::abs(seal.right() - 600) < 15);
  CHECK(std::abs(seal.bottom() - 600) < 15);

  imaging::Image grey = fixture::paper({300, 300});
  CHECK_FALSE(ocr::remove_stipple(grey).has_value());

  // The same on paper that is no longer white, in light that falls off to one side.
  imaging::Image dark = before.clone();
  for (int y = 0; y < dark.height(); ++y) {
    for (int x = 0; x < dark.width(); ++x) {
      std::uint8_t& level = dark.row(y)[static_cast<std::size_t>(x)];
      level = static_cast<std::uint8_t>(level * (0.75 - 0.3 * x / dark.width()));
    }
  }
  REQUIRE(ocr::remove_stipple(dark));
  CHECK(dark.row(66)[735] == 0);
  left = 0;
  for (int y = 100; y < 600; ++y) {
    left += static_cast<int>(std::count(dark.row(y).begin() + 100, dark.row(y).begin() + 600, 0));
  }
  CHECK(left < 2000);
  const auto [least, most] = std::minmax_element(dark.row(1300).begin(), dark.row(1300).end());
  CHECK(*least > 0.44 * 255);  // what was made white is as light as the paper around, no lighter
  CHECK(*std::max_element(dark.row(300).begin(), dark.row(300).end()) <= *most);
}
