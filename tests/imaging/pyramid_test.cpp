#include "storage/base/file.h"
#include "storage/imaging/tiff.h"
#include "tests/support/pictures.h"

#include <doctest/doctest.h>

#include <cstdlib>

using namespace shiqu;
using namespace shiqu::imaging;

TEST_CASE("a pyramid halves down to one tile and its tiles show the picture") {
  const TempDir folder;
  const auto file = folder.path() / "p.tif";
  Image image(PixelFormat::Rgb8, {1300, 700});
  for (int y = 0; y < image.height(); ++y) {
    for (std::size_t x = 0; x < 1300; ++x) {
      image.row(y)[3 * x] = x < 650 ? 200 : 50;
      image.row(y)[3 * x + 1] = y < 350 ? 180 : 60;
      image.row(y)[3 * x + 2] = 100;
    }
  }
  REQUIRE(write_pyramid(file, image));
  auto reader = PyramidReader::open(file);
  REQUIRE(reader);
  CHECK(reader->levels() == 3);
  CHECK(reader->size(0) == SizePx{1300, 700});
  CHECK(reader->size(2) == SizePx{325, 175});
  const auto corner = reader->tile(0, 2, 1);
  REQUIRE(corner);
  CHECK(corner->size() == SizePx{1300 - 1024, 700 - 512});
  CHECK(std::abs(corner->row(50)[300] - 50) < 6);
  const auto top = reader->tile(2, 0, 0);
  REQUIRE(top);
  CHECK(std::abs(top->row(10)[30] - 200) < 6);
}

TEST_CASE("tiles outside and files that are no pyramid are refused") {
  const TempDir folder;
  REQUIRE(write_pyramid(folder.path() / "p.tif", test::gradient({100, 100})));
  auto reader = PyramidReader::open(folder.path() / "p.tif");
  REQUIRE(reader);
  CHECK(reader->levels() == 1);
  CHECK_FALSE(reader->tile(0, 1, 0));
  CHECK_FALSE(reader->tile(1, 0, 0));
  CHECK_FALSE(reader->tile(0, 1 << 23, 0));  // times 512 is 0 in 32 bits
  CHECK_FALSE(reader->tile(0, 0, 1 << 30));
  REQUIRE(write_master(folder.path() / "m.tif", test::gradient({64, 64}), MasterTags{}));
  CHECK_FALSE(PyramidReader::open(folder.path() / "m.tif"));
}

TEST_CASE("a 16-bit picture gets an 8-bit pyramid") {
  const TempDir folder;
  REQUIRE(write_pyramid(folder.path() / "p.tif", test::gradient({600, 40}, PixelFormat::Rgb16)));
  auto reader = PyramidReader::open(folder.path() / "p.tif");
  REQUIRE(reader);
  CHECK(reader->tile(0, 1, 0)->format() == PixelFormat::Rgb8);
}
