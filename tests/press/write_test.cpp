#include "ocr/press/press.h"
#include "storage/base/channel.h"
#include "storage/base/file.h"
#include "storage/imaging/codecs.h"
#include "tests/press/page_fixture.h"

#include <doctest/doctest.h>

using namespace shiqu;
using namespace shiqu::ocr;

namespace {

PressedPage page() {
  auto out = press_page(fixture::small_page("light"), fixture::short_text());
  REQUIRE(out);
  return std::move(*out);
}

Json json_of(const std::filesystem::path& file) {
  const auto text = read_file(file);
  REQUIRE(text);
  return Json::parse(*text);
}

}  // namespace

TEST_CASE("a page is written with its truth in each format") {
  const PressedPage pressed = page();
  for (const std::string name : {"jpg", "png", "tif"}) {
    const TempDir folder;
    const auto format = press_format_from(name);
    REQUIRE(format);
    const auto files = write_page(pressed, folder.path(), "leaf", *format);
    REQUIRE(files);
    REQUIRE(files->size() == 2);
    const auto image = imaging::decode_file((*files)[0]);
    REQUIRE(image);
    CHECK(image->image.size() == pressed.image.size());
    if (name != "png") {
      CHECK(image->info.dpi == doctest::Approx(300));
    }
    if (name != "jpg") {
      CHECK(image->image == pressed.image);
    }
    const Json truth = json_of((*files)[1]);
    CHECK(truth["format"] == "shiqu-press-truth/1");
    CHECK(truth["image"] == "leaf." + name);
    CHECK(truth["width_px"] == 800);
    CHECK(truth["lines"].size() == pressed.truth.lines.size());
    CHECK(truth["text"].get<std::string>() + "\n" == pressed.truth.plain());
    CHECK(truth["lines"][0]["glyphs"][0]["b"] ==
          model::to_json(pressed.truth.lines[0].glyphs[0].box));
    CHECK(truth["seal"].is_null());
  }
}

TEST_CASE("a page is never written over another") {
  const PressedPage pressed = page();
  const TempDir folder;
  REQUIRE(write_page(pressed, folder.path(), "leaf", PressFormat::Png));
  const auto again = write_page(pressed, folder.path(), "leaf", PressFormat::Png);
  REQUIRE_FALSE(again);
  CHECK(again.error().code == ErrorCode::Exists);
}

TEST_CASE("lines are written as images of their own with glyph boxes inside") {
  const PressedPage pressed = page();
  const TempDir folder;
  const auto files = write_lines(pressed, folder.path(), "leaf", PressFormat::Png);
  REQUIRE(files);
  CHECK(files->size() == 2 * pressed.truth.lines.size());
  const Json truth = json_of(folder.path() / "leaf-l003.json");
  CHECK(truth["text"] == "結廬山中");
  REQUIRE(truth["lines"].size() == 1);
  const int width = truth["width_px"].get<int>();
  const int height = truth["height_px"].get<int>();
  CHECK(width < 150);
  for (const Json& glyph : truth["lines"][0]["glyphs"]) {
    const model::Box box = model::box_from_json(glyph["b"]);
    CHECK(intersection(box, {0, 0, width, height}) == box);
  }
}

TEST_CASE("unknown names of formats and styles are refused") {
  CHECK_FALSE(press_format_from("gif"));
  CHECK_FALSE(press_style_from("song"));
}
