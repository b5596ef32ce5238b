#include "storage/imaging/colour.h"

#include "tests/support/pictures.h"

#include <doctest/doctest.h>

#include <cstdlib>

using namespace shiqu;
using namespace shiqu::imaging;

TEST_CASE("pixels that are sRGB already stay as they are, 16-bit ones by their high byte") {
  const Image image = test::gradient({20, 10});
  for (const auto& icc : {std::vector<std::uint8_t>{}, srgb_profile()}) {
    const auto same = to_srgb(image, icc);
    REQUIRE(same);
    CHECK(*same == image);
  }
  const auto reduced = to_srgb(test::gradient({20, 10}, PixelFormat::Rgb16), srgb_profile());
  REQUIRE(reduced);
  CHECK(*reduced == image);
}

TEST_CASE("gray becomes equal channels, and a profile for other pixels is refused") {
  const Image gray = test::gradient({20, 10}, PixelFormat::Gray8);
  const auto rgb = to_srgb(gray, gray_profile());
  REQUIRE(rgb);
  CHECK(rgb->format() == PixelFormat::Rgb8);
  CHECK(rgb->row(3)[12] == gray.row(3)[4]);
  CHECK(rgb->row(3)[13] == gray.row(3)[4]);
  const std::vector<std::uint8_t> junk(200, 7);
  CHECK(to_srgb(gray, junk).error().code == ErrorCode::Corrupt);
}

TEST_CASE("a conversion between equal spaces keeps every value within one step") {
  // Other bytes, the same space: the conversion is really done.
  std::vector<std::uint8_t> renamed = srgb_profile();
  renamed[24] = static_cast<std::uint8_t>(renamed[24] ^ 1U);  // the year it was made
  const Image image = test::gradient({20, 10});
  const auto converted = to_srgb(image, renamed);
  REQUIRE(converted);
  for (int x = 0; x < 60; ++x) {
    const auto at = static_cast<std::size_t>(x);
    CHECK(std::abs(converted->row(5)[at] - image.row(5)[at]) <= 1);
  }
}
