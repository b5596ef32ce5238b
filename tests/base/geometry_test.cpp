#include "storage/base/geometry.h"

#include <doctest/doctest.h>

using namespace shiqu;

TEST_CASE("intersection over union of two squares that share a quarter is one seventh") {
  CHECK(intersection_over_union({0, 0, 10, 10}, {5, 5, 10, 10}) == doctest::Approx(25.0 / 175.0));
  CHECK(intersection_over_union({0, 0, 10, 10}, {10, 0, 10, 10}) == 0.0);
  CHECK(intersection_over_union({}, {}) == 0.0);
}

TEST_CASE("a bounding box ignores empty rectangles") {
  CHECK(bounding_box({2, 3, 4, 5}, {}) == RectPx{2, 3, 4, 5});
  CHECK(bounding_box({0, 0, 1, 1}, {9, 4, 1, 1}) == RectPx{0, 0, 10, 5});
}
