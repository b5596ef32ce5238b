// What a scanner or a camera does to a page must not change what page analysis finds on it.
#include "ocr/prepare/internal/paper.h"
#include "ocr/press/press.h"
#include "ocr/press/text_source.h"
#include "storage/imaging/operations.h"
#include "tests/ocr/drawing.h"
#include "tests/ocr/layout_truth.h"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

using namespace shiqu;

namespace {

/// A leaf that lies a little askew: its frame's lines leave the picture in part when it is cut.
ocr::PressedPage pressed_leaf(std::uint64_t seed, double skew_deg) {
  ocr::PressOptions options;
  options.seed = seed;
  options.seal = false;
  options.strip_title = "石渠";
  options.skew_deg = skew_deg;
  const auto poems = ocr::tang_poems();
  REQUIRE(poems);
  auto pressed = ocr::press_page(options, ocr::with_quoted_notes(*poems, 0.3, seed));
  REQUIRE(pressed);
  return std::move(*pressed);
}

fixture::TruePage moved(fixture::TruePage truth, const RectPx& cut) {
  for (fixture::TrueSegment& segment : truth.segments) {
    segment.box.x -= cut.x;
    segment.box.y -= cut.y;
    segment.box = intersection(segment.box, {0, 0, cut.width, cut.height});
  }
  return truth;
}

fixture::TruePage scaled(fixture::TruePage truth, double scale) {
  const auto px = [scale](int length) { return static_cast<int>(std::lround(length * scale)); };
  for (fixture::TrueSegment& segment : truth.segments) {
    const RectPx box = segment.box;
    segment.box = {px(box.x), px(box.y), px(box.width), px(box.height)};
  }
  truth.pitch *= scale;
  return truth;
}

fixture::LayoutScore score_of(const fixture::TruePage& truth, const imaging::Image& page) {
  const auto made = ocr::prepare_page(page);
  REQUIRE(made);
  return fixture::score_layout(truth, *made);
}

/// The picture without what lies outside one side of the frame, the line itself cut through.
RectPx cut_at(const ocr::PressedPage& leaf, int side) {
  constexpr int kInto = 4;
  const RectPx& frame = leaf.frame;
  RectPx cut{0, 0, leaf.image.width(), leaf.image.height()};
  if (side == 0) {
    cut = {frame.x + kInto, 0, cut.width - frame.x - kInto, cut.height};
  } else if (side == 1) {
    cut = {0, frame.y + kInto, cut.width, cut.height - frame.y - kInto};
  } else if (side == 2) {
    cut.width = frame.right() - kInto;
  } else {
    cut.height = frame.bottom() - kInto;
  }
  return cut;
}

/// Eight columns, full of glyphs, in a frame.
imaging::Image full_leaf() {
  imaging::Image page = fixture::ruled_leaf(8);
  for (int column = 0; column < 8; ++column) {
    fixture::text(page, column, 220, 15);
  }
  return page;
}

}  // namespace

TEST_CASE("outermost columns are text although the frame's line ends before them") {
  imaging::Image page = full_leaf();
  fixture::fill(page, {0, 190, 250, 14}, 235);
  fixture::fill(page, {750, 190, 250, 14}, 235);
  const auto made = ocr::prepare_page(imaging::crop(page, {0, 0, page.width(), 1490}));
  REQUIRE(made);
  REQUIRE(made->areas.size() == 8);
  for (const ocr::ReadingArea& area : made->areas) {
    CHECK(area.kind == model::LineKind::Column);
    CHECK(area.box.width < 100);
  }
}

TEST_CASE("what is left of a frame's line at the edge of the picture is no text") {
  imaging::Image page = full_leaf();
  fixture::fill(page, {0, 1490, 600, 40}, 235);
  for (int column = 0; column < 5; ++column) {  // elsewhere the edge runs along the line
    fixture::fill(page, {120 + 100 * column, 1496, 60, 10});
  }
  const auto made = ocr::prepare_page(imaging::crop(page, {0, 0, page.width(), 1506}));
  REQUIRE(made);
  REQUIRE(made->areas.size() == 8);
  for (const ocr::ReadingArea& area : made->areas) {
    CHECK(area.box.bottom() < 1440);  // the last glyph ends at 1404
  }
}

TEST_CASE("a leaf cut along one side of its frame keeps its columns") {
  for (const double skew_deg : {0.0, 0.15}) {
    const ocr::PressedPage leaf = pressed_leaf(21, skew_deg);
    const fixture::TruePage truth = fixture::true_page_of(leaf.truth);
    const auto whole = score_of(truth, leaf.image);
    for (int side = 0; side < 4; ++side) {
      CAPTURE(skew_deg);
      CAPTURE(side);
      const RectPx cut = cut_at(leaf, side);
      const auto score = score_of(moved(truth, cut), imaging::crop(leaf.image, cut));
      CHECK(score.found >= whole.found - 1);
      CHECK(score.false_areas <= whole.false_areas);
      CHECK(score.order_errors == 0);
    }
  }
}

TEST_CASE("an enlarged, a smaller and a darker leaf keep their columns") {
  const ocr::PressedPage leaf = pressed_leaf(22, 0);
  const fixture::TruePage truth = fixture::true_page_of(leaf.truth);
  const auto whole = score_of(truth, leaf.image);
  CHECK(whole.recall() >= 0.9);
  for (const double scale : {0.7, 1.4, 2.0}) {
    CAPTURE(scale);
    const SizePx size{static_cast<int>(std::lround(leaf.image.width() * scale)),
                      static_cast<int>(std::lround(leaf.image.height() * scale))};
    const auto score = score_of(scaled(truth, scale), imaging::resize(leaf.image, size));
    CHECK(score.found >= whole.found - 1);
    CHECK(score.false_areas <= whole.false_areas);
  }
  for (const double light : {0.7, 0.45}) {
    CAPTURE(light);
    imaging::Image dark = leaf.image.clone();
    for (std::uint8_t& level : dark.bytes()) {
      level = static_cast<std::uint8_t>(level * light);
    }
    CHECK(score_of(truth, dark).found >= whole.found - 1);
  }
}

TEST_CASE("pale ink becomes dark for page analysis, black ink and paper stay as they are") {
  imaging::Image black = full_leaf();
  const imaging::Image before = black.clone();
  ocr::blacken_ink(black);
  CHECK(std::equal(black.bytes().begin(), black.bytes().end(), before.bytes().begin()));

  imaging::Image pale = before.clone();
  for (std::uint8_t& level : pale.bytes()) {
    level = static_cast<std::uint8_t>(120 + level / 3);
  }
  const int paper = pale.row(10)[10];
  const int ink = pale.row(250)[120];
  REQUIRE(ink == 130);
  ocr::blacken_ink(pale);
  CHECK(pale.row(10)[10] == doctest::Approx(paper).epsilon(0.02));
  CHECK(pale.row(250)[120] == doctest::Approx(paper - 2 * (paper - ink)).epsilon(0.03));
}

TEST_CASE("thin rules and strokes of a faint page are found as on a page of full contrast") {
  const ocr::PressedPage leaf = pressed_leaf(23, 0);
  const fixture::TruePage truth = fixture::true_page_of(leaf.truth);
  imaging::Image faint = leaf.image.clone();
  for (std::uint8_t& level : faint.bytes()) {
    level = static_cast<std::uint8_t>(120 + level * 85 / 255);
  }
  CHECK(score_of(truth, faint).found >= score_of(truth, leaf.image).found);
}
