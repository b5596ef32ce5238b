#include "ocr/cells.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace shiqu;

namespace {

/// White paper with a black square of 40 px for each character, 60 px apart.
imaging::Image column(int characters) {
  imaging::Image image(imaging::PixelFormat::Gray8, {100, 60 * characters + 40});
  std::fill(image.bytes().begin(), image.bytes().end(), std::uint8_t{230});
  for (int i = 0; i < characters; ++i) {
    for (int y = 0; y < 40; ++y) {
      const auto row = image.row(30 + 60 * i + y);
      std::fill_n(row.begin() + 30, 40, std::uint8_t{20});
    }
  }
  return image;
}

model::Line line_of(int characters) {
  model::Line line;
  for (int i = 0; i < characters; ++i) {
    line.text += "天";
    line.glyphs.push_back({"天", {}, 0.9, {}});
  }
  return line;
}

}  // namespace

TEST_CASE("glyphs without boxes are placed on the ink of their column") {
  const imaging::Image image = column(5);
  model::Line line = line_of(5);
  ocr::place_glyphs(image, {0, 0, 100, image.height()}, line);
  for (int i = 0; i < 5; ++i) {
    const RectPx truth{30, 30 + 60 * i, 40, 40};
    CHECK(intersection_over_union(line.glyphs[static_cast<std::size_t>(i)].box, truth) > 0.6);
  }
  CHECK(line.box == RectPx{30, 30, 40, 280});
}

TEST_CASE("boxes that an engine gave are left alone, and an empty line stays empty") {
  const imaging::Image image = column(2);
  model::Line line = line_of(2);
  line.glyphs[0].box = {1, 2, 3, 4};
  ocr::place_glyphs(image, {0, 0, 100, image.height()}, line);
  CHECK(line.glyphs[0].box == RectPx{1, 2, 3, 4});
  CHECK(line.glyphs[1].box.empty());
  model::Line none;
  ocr::place_glyphs(image, {0, 0, 100, image.height()}, none);
  CHECK(none.glyphs.empty());
}

TEST_CASE("blank paper gives equal cells inside the area") {
  imaging::Image image(imaging::PixelFormat::Gray8, {50, 200});
  model::Line line = line_of(4);
  ocr::place_glyphs(image, {0, 0, 50, 200}, line);
  for (const model::Glyph& glyph : line.glyphs) {
    CHECK(glyph.box.height == 50);
    CHECK(intersection(glyph.box, {0, 0, 50, 200}) == glyph.box);
  }
}
