#include "storage/imaging/codecs.h"

#include "storage/base/file.h"
#include "storage/imaging/colour.h"
#include "tests/support/pictures.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>

using namespace shiqu;
using namespace shiqu::imaging;

namespace {

int largest_difference(const Image& a, const Image& b) {
  int largest = 0;
  for (std::size_t i = 0; i < a.bytes().size(); ++i) {
    largest = std::max(largest, std::abs(int{a.bytes()[i]} - int{b.bytes()[i]}));
  }
  return largest;
}

}  // namespace

TEST_CASE("a JPEG comes back with its resolution, its profile and nearly its pixels") {
  const Image image = test::strokes({64, 48});
  ImageInfo info;
  info.dpi = 300;
  const auto bytes = encode_jpeg(image, 95, info);
  REQUIRE(bytes);
  const auto decoded = decode_jpeg(*bytes);
  REQUIRE(decoded);
  CHECK(decoded->info.dpi == 300);
  CHECK(decoded->info.icc == srgb_profile());
  REQUIRE(decoded->image.size() == image.size());
  CHECK(largest_difference(decoded->image, image) < 40);
}

TEST_CASE("a PNG comes back exactly") {
  const TempDir folder;
  const Image image = test::gradient({33, 17});
  REQUIRE(write_png(folder.path() / "a.png", image));
  const auto decoded = decode_file(folder.path() / "a.png");
  REQUIRE(decoded);
  CHECK(decoded->image == image);
}

TEST_CASE("a JPEG cut short, an empty file and a text file are refused with their reason") {
  const TempDir folder;
  auto bytes = encode_jpeg(test::gradient({64, 64}), 90).value();
  bytes.resize(bytes.size() / 2);
  CHECK(decode_jpeg(bytes).error().code == ErrorCode::Corrupt);
  REQUIRE(write_new_file(folder.path() / "empty.jpg", ""));
  CHECK(decode_file(folder.path() / "empty.jpg").error().code == ErrorCode::Unsupported);
  REQUIRE(write_new_file(folder.path() / "notes.tif", "not an image"));
  CHECK(decode_file(folder.path() / "notes.tif").error().code == ErrorCode::Unsupported);
  CHECK(decode_file(folder.path() / "absent.jpg").error().code == ErrorCode::NotFound);
}

TEST_CASE("an image over the pixel limit is refused before it is decoded") {
  const auto bytes = encode_jpeg(test::gradient({64, 64}), 90).value();
  DecodeLimits limits;
  limits.pixels = 1000;
  CHECK(decode_jpeg(bytes, limits).error().code == ErrorCode::InvalidInput);
}

TEST_CASE("built-in profiles are what they say and the same at every call") {
  CHECK(profile_description(srgb_profile()).value().find("sRGB") != std::string::npos);
  CHECK(srgb_profile() == srgb_profile());
  CHECK(profile_description(gray_profile()));
  const std::vector<std::uint8_t> garbage(100, 7);
  CHECK_FALSE(profile_description(garbage));
}
