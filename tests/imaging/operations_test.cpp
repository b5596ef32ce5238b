#include "storage/imaging/operations.h"
#include "tests/support/pictures.h"

#include <doctest/doctest.h>

using namespace shiqu;
using namespace shiqu::imaging;

TEST_CASE("four quarter turns give the picture back, one turn moves the corner") {
  const Image image = test::gradient({7, 4});
  const Image once = rotate_quarters(image, 1);
  CHECK(once.size() == SizePx{4, 7});
  CHECK(once.row(0)[9] == image.row(0)[0]);  // top left goes to top right
  CHECK(rotate_quarters(once, 3) == image);
}

TEST_CASE("every EXIF orientation is undone") {
  const Image image = test::gradient({5, 3});
  for (int orientation = 1; orientation <= 8; ++orientation) {
    const bool turned = orientation >= 5;
    CHECK(upright(image, orientation).size() == (turned ? SizePx{3, 5} : SizePx{5, 3}));
  }
  CHECK(upright(upright(image, 6), 8) == image);
  CHECK(upright(upright(image, 2), 2) == image);
  CHECK(upright(upright(image, 5), 5) == image);
  CHECK(upright(upright(image, 7), 7) == image);
}

TEST_CASE("shrinking keeps the mean, and a crop keeps its pixels") {
  Image image(PixelFormat::Gray8, {8, 8});
  for (int y = 0; y < 8; ++y) {
    for (int x = 0; x < 8; ++x) {
      image.row(y)[static_cast<std::size_t>(x)] = (x + y) % 2 == 0 ? 200 : 100;
    }
  }
  const Image half = resize(image, {4, 4});
  CHECK(half.row(1)[2] == 150);
  CHECK(halve(image).row(3)[3] == 150);
  const Image part = crop(image, {1, 2, 3, 2});
  CHECK(part.size() == SizePx{3, 2});
  CHECK(part.row(0)[0] == image.row(2)[1]);
}

TEST_CASE("fitting never enlarges") {
  const Image image = test::gradient({40, 20});
  CHECK(fit(image, 100).size() == SizePx{40, 20});
  CHECK(fit(image, 10).size() == SizePx{10, 5});
}
