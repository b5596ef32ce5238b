#include "capture/quality/measures.h"
#include "capture/quality/skew.h"
#include "tests/quality/pages.h"

#include <doctest/doctest.h>

using namespace shiqu;

namespace {

double skew_of(const imaging::Image& page) {
  const quality::Skew found = quality::measure_skew(quality::find_ink(page));
  CHECK(found.confidence >= quality::kSkewTrusted);
  return found.angle_deg;
}

/// A black square of half the width in the middle of every block.
imaging::Image squares() {
  return fixture::page_of({640, 640}, [](double x, double y) {
    return std::fmod(x, 64) > 16 && std::fmod(x, 64) < 48 && std::fmod(y, 64) > 16 &&
           std::fmod(y, 64) < 48;
  });
}

}  // namespace

TEST_CASE("the slope of a perfect edge is a half") {
  const auto slope = quality::edge_slope(squares());
  REQUIRE(slope);
  CHECK(*slope == doctest::Approx(0.5).epsilon(0.02));
}

TEST_CASE("the slope of a blurred edge follows the width of the blur") {
  for (const double sigma : {1.5, 2.0, 3.0}) {
    CAPTURE(sigma);
    const auto slope = quality::edge_slope(fixture::blurred(squares(), sigma));
    REQUIRE(slope);
    CHECK(*slope == doctest::Approx(0.399 / sigma).epsilon(0.15));
  }
}

TEST_CASE("a blank page has no edges to judge") {
  CHECK_FALSE(quality::edge_slope(fixture::blank()));
}

TEST_CASE("skew is found within a fifth of a degree") {
  for (const double angle : {-5.0, -2.3, -0.4, 0.0, 0.7, 1.5, 4.1}) {
    CAPTURE(angle);
    CHECK(std::abs(skew_of(fixture::leaf(angle)) - angle) <= 0.2);
  }
}

TEST_CASE("skew of level lines of text is found without any rule") {
  const auto page = fixture::page_of({720, 1000}, [](double x, double y) {
    const double slanted = y - x * std::tan(1.2 * std::numbers::pi / 180);
    return x > 50 && x < 670 && std::fmod(slanted + 100, 40) < 16 && std::fmod(x, 23) < 15;
  });
  CHECK(std::abs(skew_of(page) - 1.2) <= 0.2);
}

TEST_CASE("a page without lines has no trusted skew") {
  std::uint32_t state = 1;
  const auto page = fixture::page_of({720, 1000}, [&](double, double) {
    state = state * 1664525U + 1013904223U;
    return state >> 28U == 0;
  });
  CHECK(quality::measure_skew(quality::find_ink(page)).confidence < quality::kSkewTrusted);
}

TEST_CASE("clipped pixels are counted at both ends") {
  imaging::Image page(imaging::PixelFormat::Rgb8, {10, 10});
  std::fill(page.bytes().begin(), page.bytes().end(), std::uint8_t{100});
  page.row(0)[0] = 255;                                  // one channel of one pixel
  std::fill_n(page.row(1).begin(), 6, std::uint8_t{0});  // two black pixels
  std::fill_n(page.row(2).begin(), 2, std::uint8_t{0});  // not black: blue is left
  const auto found = quality::clipping(page);
  CHECK(found.highlights == doctest::Approx(1));
  CHECK(found.shadows == doctest::Approx(2));
}

TEST_CASE("clipping of 16-bit samples goes by their high byte") {
  imaging::Image page(imaging::PixelFormat::Gray16, {10, 10});
  for (int y = 0; y < 10; ++y) {
    std::fill(page.row16(y).begin(), page.row16(y).end(), static_cast<std::uint16_t>(30000));
  }
  page.row16(0)[0] = 0xfe00;
  page.row16(0)[1] = 0x01ff;
  const auto found = quality::clipping(page);
  CHECK(found.highlights == doctest::Approx(1));
  CHECK(found.shadows == doctest::Approx(1));
}
