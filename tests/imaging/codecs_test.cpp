#include "storage/imaging/codecs.h"

#include "storage/base/file.h"
#include "storage/imaging/colour.h"
#include "tests/support/pictures.h"

#include <malloc.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <random>

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

namespace {

// PNG files of two or nine pixels, in hexadecimal.
constexpr const char* kPalettePng =
    "89504e470d0a1a0a0000000d4948445200000002000000010803000000c3fc8fb800000006504c54450a"
    "141ec8643277a0b39c0000000b4944415478da63606400000005000242c2449f0000000049454e44ae42"
    "6082";
constexpr const char* kOpaquePng =
    "89504e470d0a1a0a0000000d4948445200000002000000010806000000f4227f8a000000114944415478"
    "da63606462fecfc2caf61f0006560214f9744f950000000049454e44ae426082";
constexpr const char* kTransparentPng =
    "89504e470d0a1a0a0000000d4948445200000002000000010806000000f4227f8a000000114944415478"
    "da63606462fecfc2caf60f0006550213668066f40000000049454e44ae426082";
constexpr const char* kInterlacedPng =
    "89504e470d0a1a0a0000000d49484452000000030000000308000000010444daf5000000174944415478"
    "da636064606660e7646062e0606061650300012a002ea6a846fc0000000049454e44ae426082";

Result<DecodedImage> decode_hex(const char* hex) {
  const TempDir folder;
  std::string bytes;
  for (const char* at = hex; *at != '\0'; at += 2) {
    bytes += static_cast<char>(std::stoi(std::string(at, 2), nullptr, 16));
  }
  REQUIRE(write_new_file(folder.path() / "a.png", bytes));
  return decode_file(folder.path() / "a.png");
}

std::vector<int> row_of(const Image& image, int y) {
  const auto row = image.row(y);
  return {row.begin(), row.end()};
}

}  // namespace

TEST_CASE("PNG files with a palette, with opaque alpha and interlaced give plain pixels") {
  const auto palette = decode_hex(kPalettePng);
  REQUIRE(palette);
  CHECK(palette->image.format() == PixelFormat::Rgb8);
  CHECK(row_of(palette->image, 0) == std::vector<int>{200, 100, 50, 10, 20, 30});
  const auto opaque = decode_hex(kOpaquePng);
  REQUIRE(opaque);
  CHECK(opaque->image.format() == PixelFormat::Rgb8);
  CHECK(row_of(opaque->image, 0) == std::vector<int>{1, 2, 3, 4, 5, 6});
  const auto interlaced = decode_hex(kInterlacedPng);
  REQUIRE(interlaced);
  CHECK(row_of(interlaced->image, 0) == std::vector<int>{1, 2, 3});
  CHECK(row_of(interlaced->image, 1) == std::vector<int>{4, 5, 6});
  CHECK(row_of(interlaced->image, 2) == std::vector<int>{7, 8, 9});
}

TEST_CASE("a PNG with transparent pixels is refused") {
  CHECK(decode_hex(kTransparentPng).error().code == ErrorCode::Unsupported);
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST_CASE("an encoder that gets no memory says so and frees nothing twice") {
  Image noise(PixelFormat::Rgb8, {3000, 2000});
  std::mt19937 random(1);
  for (std::uint8_t& sample : noise.bytes()) {
    sample = static_cast<std::uint8_t>(random());
  }
  REQUIRE(encode_jpeg(noise, 95)->size() > (8U << 20U));
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::malloc_trim(0);
    std::ifstream statm("/proc/self/statm");
    rlim_t pages = 0;
    statm >> pages;
    const rlim_t limit = pages * 4096 + (10U << 20U);  // enough to begin, not to end
    const rlimit memory{limit, limit};
    ::setrlimit(RLIMIT_AS, &memory);
    ::_exit(encode_jpeg(noise, 95).has_value() ? 1 : 0);
  }
  int ended = 0;
  REQUIRE(::waitpid(child, &ended, 0) == child);
  CHECK(WIFEXITED(ended));
  CHECK(WEXITSTATUS(ended) == 0);
}
#endif
