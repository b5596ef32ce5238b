#include "storage/model/text_codec.h"

#include "storage/base/file.h"
#include "tests/support/ok.h"

#include <doctest/doctest.h>

#include <limits>
#include <random>

using namespace shiqu;
using namespace shiqu::model;

namespace {

/// A page as a recogniser leaves it: columns of glyphs, each some pixels off its place.
PageText recognised(int columns, int rows) {
  std::mt19937 random(7);
  PageText text;
  text.width_px = 2480;
  text.height_px = 3508;
  text.producer = "test 1";
  for (int c = 0; c < columns; ++c) {
    Line line;
    line.id = LineId::make();
    line.box = {2300 - c * 110, 200, 90, rows * 92};
    line.confidence = 0.9;
    for (int r = 0; r < rows; ++r) {
      Glyph glyph;
      glyph.text = "天";
      const auto off = [&] { return static_cast<int>(random() % 9) - 4; };
      glyph.box = {line.box.x + off(), 200 + r * 92 + off(), 84 + off(), 86 + off()};
      glyph.confidence = static_cast<double>(random() % 10001) / 10000;
      line.text += glyph.text;
      line.glyphs.push_back(std::move(glyph));
    }
    text.lines.push_back(std::move(line));
  }
  return text;
}

PageText odd() {
  PageText text = recognised(2, 3);
  text.width_px = -1;
  text.lines[0].kind = LineKind::Horizontal;
  text.lines[0].box = {std::numeric_limits<int>::min(), std::numeric_limits<int>::max(),
                       std::numeric_limits<int>::max(), std::numeric_limits<int>::min()};
  text.lines[0].glyphs[1].alternatives = {"𠀀", "", "夭"};
  text.lines[0].glyphs[2].confidence = 7.25;  // not what the model promises, kept all the same
  text.lines[1].glyphs[0].text = "ab";        // not the characters of the line
  text.lines[1].confidence = -1;
  text.regions = {{RegionKind::Seal, {1, 2, 3, 4}}, {RegionKind::Table, {-5, 0, 0, 9}}};
  return text;
}

std::string json_of(const PageText& text) {
  return to_json(text).dump();
}

}  // namespace

TEST_CASE("a page's text comes back as it was packed") {
  for (const PageText& text : {recognised(10, 20), odd(), PageText{}}) {
    const auto packed = pack_text(text);
    REQUIRE_OK(packed);
    const auto back = unpack_text(*packed);
    REQUIRE_OK(back);
    CHECK(json_of(*back) == json_of(text));
    CHECK(*pack_text(*back) == *packed);
  }
}

TEST_CASE(
    "confidences in hundredths and ten thousandths come back exactly, others to half a step") {
  PageText text = recognised(1, 2);
  text.lines[0].glyphs[0].confidence = 0.97;
  text.lines[0].glyphs[1].confidence = 1.0 / 3;
  text.lines[0].confidence = -1;
  const auto back = unpack_text(*pack_text(text));
  REQUIRE_OK(back);
  CHECK(back->lines[0].glyphs[0].confidence == 0.97);
  CHECK(std::abs(back->lines[0].glyphs[1].confidence - 1.0 / 3) <= 0.00005);
  CHECK(back->lines[0].confidence == -1);
}

TEST_CASE("a glyph takes a fifth of what it takes as JSON") {
  const PageText text = recognised(10, 20);
  const double glyphs = 200;
  const double packed = static_cast<double>(pack_text(text)->size()) / glyphs;
  const double json = static_cast<double>(json_of(text).size()) / glyphs;
  MESSAGE("bytes per glyph: ", packed, " packed, ", json, " as JSON");
  CHECK(packed < 11);
  CHECK(packed * 5 < json);
}

TEST_CASE("bytes that are no UTF-8 become the replacement character") {
  PageText text = recognised(1, 1);
  text.lines[0].text = "a\xFF";
  text.producer = "\xC3";
  const auto back = unpack_text(*pack_text(text));
  REQUIRE_OK(back);
  CHECK(back->lines[0].text == "a\uFFFD");
  CHECK(back->producer == "\uFFFD");
}

TEST_CASE("every cut and every later version is refused") {
  const std::string packed = *pack_text(odd());
  for (std::size_t size = 0; size < packed.size(); ++size) {
    CHECK(unpack_text(packed.substr(0, size)).error().code == ErrorCode::Corrupt);
  }
  CHECK(unpack_text(packed + "x").error().code == ErrorCode::Corrupt);
  std::string later = packed;
  later[0] = 2;
  CHECK(unpack_text(later).error().code == ErrorCode::Unsupported);
}

TEST_CASE("a line without an id is not packed") {
  PageText text = recognised(1, 1);
  text.lines[0].id = LineId("x");
  CHECK(pack_text(text).error().code == ErrorCode::InvalidInput);
}

TEST_CASE("bytes written after the description of the format are read as it says") {
  const auto read = [](const char* name) {
    return read_file(std::string(SHIQU_SOURCE_DIR) + "/tests/fuzz/corpus/text_body/" + name);
  };
  const auto own = unpack_text(read("own.seed").value());
  REQUIRE_OK(own);
  REQUIRE(own->lines.size() == 1);
  const Line& line = own->lines[0];
  CHECK(line.kind == LineKind::NoteRight);
  CHECK(line.box == Box{100, 20, 30, 400});
  CHECK(line.confidence == 0.9);
  REQUIRE(line.glyphs.size() == 2);
  CHECK(line.glyphs[0].box == Box{101, 20, 28, 33});
  CHECK(line.glyphs[0].alternatives == std::vector<std::string>{"日", "目"});
  CHECK(line.glyphs[1].text == "ab");
  CHECK(line.glyphs[1].box == Box{101, 57, 28, 33});
  CHECK(line.glyphs[1].confidence == 7.25);
  CHECK(own->regions.at(0).kind == RegionKind::Seal);
  const auto spelled = unpack_text(read("spelled.seed").value());
  REQUIRE_OK(spelled);
  CHECK(spelled->lines[0].kind == LineKind::Horizontal);
  CHECK(spelled->lines[0].glyphs[1].text == "a");
  CHECK(unpack_text(read("cut.seed").value()).error().code == ErrorCode::Corrupt);
}
