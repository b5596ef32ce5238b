// Typed regions beside the lines: seals, figures, tables, notes above the frame.
#include "ocr/prepare/page.h"
#include "ocr/press/press.h"
#include "ocr/press/text_source.h"
#include "storage/imaging/codecs.h"
#include "storage/imaging/operations.h"
#include "tests/ocr/drawing.h"

#include <doctest/doctest.h>

#include <vector>

using namespace shiqu;
using model::RegionKind;

namespace {

ocr::PressedPage pressed(ocr::PressOptions options, std::uint64_t seed) {
  options.seed = seed;
  const auto ageing = ocr::ageing_preset("light");
  REQUIRE(ageing);
  options.ageing = *ageing;
  const auto poems = ocr::tang_poems();
  REQUIRE(poems);
  auto page = ocr::press_page(options, *poems);
  REQUIRE(page);
  return std::move(*page);
}

std::vector<RectPx> boxes_of(const ocr::PreparedPage& page, RegionKind kind) {
  std::vector<RectPx> out;
  for (const model::Region& region : page.regions) {
    if (region.kind == kind) {
      out.push_back(region.box);
    }
  }
  return out;
}

double agreement(const RectPx& a, const RectPx& b) {
  const double both = static_cast<double>(intersection(a, b).width) * intersection(a, b).height;
  const double all =
      static_cast<double>(a.width) * a.height + static_cast<double>(b.width) * b.height;
  return both / (all - both);
}

}  // namespace

TEST_CASE("red seals become regions where they stand, and no others") {
  int seals = 0;
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    const auto page = pressed({}, seed);
    const auto made = ocr::prepare_page(page.image);
    REQUIRE(made);
    const auto found = boxes_of(*made, RegionKind::Seal);
    CAPTURE(seed);
    REQUIRE(found.size() == (page.seal ? 1 : 0));
    if (page.seal) {
      ++seals;
      CHECK(agreement(found[0], *page.seal) > 0.8);
    }
  }
  CHECK(seals >= 2);
}

TEST_CASE("a seal of a page on its side has its box on the page as given") {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    const auto page = pressed({}, seed);
    if (!page.seal) {
      continue;
    }
    const auto made = ocr::prepare_page(imaging::rotate_quarters(page.image, 1), ocr::PageForm{3});
    REQUIRE(made);
    const auto found = boxes_of(*made, RegionKind::Seal);
    REQUIRE(found.size() == 1);
    const RectPx& box = *page.seal;
    CHECK(agreement(found[0], {page.image.height() - box.bottom(), box.x, box.height, box.width}) >
          0.8);
    return;
  }
}

TEST_CASE("text and centre strip are regions around their areas") {
  const auto page = pressed({}, 1);
  const auto made = ocr::prepare_page(page.image);
  REQUIRE(made);
  const auto text = boxes_of(*made, RegionKind::Text);
  REQUIRE(text.size() == 1);
  for (const ocr::ReadingArea& area : made->areas) {
    if (area.kind == model::LineKind::Column) {
      const RectPx box = made->on_page(area.box);
      CHECK(intersection(box, text[0]) == box);
    }
  }
  CHECK(boxes_of(*made, RegionKind::CentreStrip).size() == 1);
}
