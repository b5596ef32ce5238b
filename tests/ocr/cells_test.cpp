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
  ocr::place_glyphs(image, {0, 0, 100, image.height()}, {}, line);
  for (int i = 0; i < 5; ++i) {
    const RectPx truth{30, 30 + 60 * i, 40, 40};
    CHECK(intersection_over_union(line.glyphs[static_cast<std::size_t>(i)].box, truth) > 0.6);
  }
  CHECK(line.box == RectPx{30, 30, 40, 280});
}

TEST_CASE("an empty line stays empty") {
  const imaging::Image image = column(2);
  model::Line none;
  ocr::place_glyphs(image, {0, 0, 100, image.height()}, {}, none);
  CHECK(none.glyphs.empty());
}

TEST_CASE(
    "glyphs go to the ink nearest their centres, also when the centres are off and a gap is wide") {
  imaging::Image image = column(6);
  for (int y = 30 + 60 * 2; y < 30 + 60 * 3; ++y) {  // the third character was never written
    const auto row = image.row(y);
    std::fill(row.begin(), row.end(), std::uint8_t{230});
  }
  model::Line line = line_of(5);
  const std::vector<double> centres = {58, 100, 240, 280, 356};  // off by up to ten pixels
  ocr::place_glyphs(image, {0, 0, 100, image.height()}, centres, line);
  const int places[] = {0, 1, 3, 4, 5};
  for (std::size_t i = 0; i < 5; ++i) {
    const RectPx truth{30, 30 + 60 * places[i], 40, 40};
    CHECK(intersection_over_union(line.glyphs[i].box, truth) > 0.9);
  }
}

TEST_CASE("a column rule beside the text is not part of a glyph") {
  imaging::Image image = column(4);
  for (int y = 0; y < image.height(); ++y) {
    image.row(y)[3] = 0;
    image.row(y)[4] = 0;
  }
  model::Line line = line_of(4);
  ocr::place_glyphs(image, {0, 0, 100, image.height()}, {}, line);
  CHECK(line.box.x == 30);
}

TEST_CASE("blank paper gives equal cells inside the area") {
  imaging::Image image(imaging::PixelFormat::Gray8, {50, 200});
  model::Line line = line_of(4);
  ocr::place_glyphs(image, {0, 0, 50, 200}, {}, line);
  for (const model::Glyph& glyph : line.glyphs) {
    CHECK(glyph.box.height == 50);
    CHECK(intersection(glyph.box, {0, 0, 50, 200}) == glyph.box);
  }
}
