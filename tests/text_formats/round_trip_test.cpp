#include "tests/text_formats/support.h"

#include <doctest/doctest.h>

#include <cmath>

using namespace shiqu;
using namespace shiqu::text_formats;
using namespace shiqu::text_formats::test;

namespace {

/// What a format cannot hold exactly.
struct Loss {
  double confidence = 0.00005;  ///< four decimals
  bool alternatives = false;
  bool confidence_without_glyphs = false;  ///< rounded to a hundredth
};

void check_same(const model::Glyph& made, const model::Glyph& read, const Loss& loss) {
  CHECK(read.text == made.text);
  CHECK(read.box == made.box);
  CHECK(std::abs(read.confidence - made.confidence) <= loss.confidence);
  if (made.text == " ") {
    return;
  }
  CHECK(read.alternatives.size() == (loss.alternatives ? 0 : made.alternatives.size()));
  if (!loss.alternatives) {
    CHECK(read.alternatives == made.alternatives);
  }
}

void check_same(const model::Line& made, const model::Line& read, const Loss& loss) {
  CAPTURE(made.text);
  CHECK(read.id == made.id);
  CHECK(read.kind == made.kind);
  CHECK(read.text == made.text);
  CHECK(read.box == made.box);
  const double tolerance = loss.confidence_without_glyphs && made.glyphs.empty() ? 0.005 : 0.0001;
  CHECK(std::abs(read.confidence - made.confidence) <= tolerance);
  REQUIRE(read.glyphs.size() == made.glyphs.size());
  for (std::size_t i = 0; i < made.glyphs.size(); ++i) {
    check_same(made.glyphs[i], read.glyphs[i], loss);
  }
}

PageFile check_round(const TextFormat& format, const Loss& loss) {
  const model::PageText made = leaf();
  const auto bytes = format.write(made, facts());
  REQUIRE(bytes);
  CHECK(*bytes == *format.write(made, facts()));
  CHECK(format.recognises(*bytes));
  PageFile file = read_with(format, *bytes);
  CHECK(file.text.width_px == 400);
  CHECK(file.text.height_px == 600);
  CHECK(file.image_name == "masters/0001.tif");
  CHECK(file.software == "reader/1.2");
  CHECK(file.text.producer == "import:reader/1.2");
  CHECK(file.size_tolerance_px == 0);
  CHECK_FALSE(file.by_person);
  CHECK(file.lines_without_glyphs == 1);
  REQUIRE(file.text.lines.size() == made.lines.size());
  for (std::size_t i = 0; i < made.lines.size(); ++i) {
    check_same(made.lines[i], file.text.lines[i], loss);
  }
  return file;
}

std::size_t alternatives_in(const model::PageText& text) {
  std::size_t out = 0;
  for (const model::Line& line : text.lines) {
    for (const model::Glyph& glyph : line.glyphs) {
      out += glyph.alternatives.size();
    }
  }
  return out;
}

/// Nothing on it; text without places; places outside the page; characters that XML forbids.
std::vector<model::PageText> odd_pages() {
  model::PageText odd = leaf();
  odd.lines[0].box = {};
  odd.lines[0].glyphs.clear();
  odd.lines[0].confidence = -1;
  odd.lines[1].box = {-20, -20, 900, 900};
  odd.lines[1].glyphs[0].box = {390, 590, 30, 30};
  odd.lines[1].glyphs[1].box = {900, 900, 10, 10};
  odd.lines[1].glyphs[2].confidence = 7;
  odd.lines[2].glyphs[0].text = "o\u0364";
  odd.lines[2].glyphs[1].alternatives = {"", "ſſi", "four", "\x01"};
  odd.lines.push_back(odd.lines[0]);
  odd.lines.back().kind = model::LineKind::Horizontal;
  odd.lines.back().text = std::string("a\x01\x02 b\xff  c]]>\t") + "\xef\xbf\xbe";
  odd.lines.push_back(odd.lines[0]);
  odd.lines.back().text.clear();
  odd.lines.back().id = LineId();
  odd.producer = "x\ny\"<";
  return {{}, odd};
}

}  // namespace

TEST_CASE("PAGE XML gives back lines, kinds, text, places, confidences and alternatives") {
  const PageFile file = check_round(*make_page_format(), {});
  CHECK(file.text.plain() == leaf().plain());
  CHECK(alternatives_in(file.text) == alternatives_in(leaf()));
}

TEST_CASE("ALTO gives back lines, kinds, text, places, confidences and alternatives") {
  const PageFile file = check_round(*make_alto_format(), {});
  CHECK(file.text.plain() == leaf().plain());
  CHECK(alternatives_in(file.text) == alternatives_in(leaf()));
}

TEST_CASE("hOCR gives back all but the alternatives") {
  Loss loss;
  loss.alternatives = true;
  loss.confidence_without_glyphs = true;
  const PageFile file = check_round(*make_hocr_format(), loss);
  CHECK(file.text.plain() == leaf().plain());
  CHECK(alternatives_in(leaf()) > 0);
  CHECK(alternatives_in(file.text) == 0);
}

TEST_CASE("a text that a person worked on is marked so in each format that can be read") {
  PageFacts by_person = facts();
  by_person.author = "person:anna";
  std::vector<std::unique_ptr<TextFormat>> formats;
  formats.push_back(make_page_format());
  formats.push_back(make_alto_format());
  formats.push_back(make_hocr_format());
  for (const auto& format : formats) {
    CAPTURE(format->name());
    const auto bytes = format->write(leaf(), by_person);
    REQUIRE(bytes);
    CHECK(read_with(*format, *bytes).by_person);
  }
}

TEST_CASE("plain text is one line a column without centre strip and margin") {
  const auto text = make_plain_format()->write(leaf(), facts());
  REQUIRE(text);
  CHECK(*text == "史記卷一\n黃帝者少典\n徐廣\n<𠮷&\nab c\n無處可尋\n");
  CHECK(make_plain_format()->read(*text, {}).error().code == ErrorCode::Unsupported);
}

TEST_CASE("what is written is valid by the official schemas, odd pages too") {
  if (!shared_folder()) {
    MESSAGE("SKIPPED: no schemas on this machine");
    return;
  }
  std::vector<model::PageText> pages = odd_pages();
  pages.push_back(leaf());
  for (const model::PageText& page : pages) {
    CHECK(valid_against(make_page_format()->write(page, facts()).value(), "page-2019-07-15.xsd"));
    PageFacts by_person = facts();
    by_person.author = "person:anna";
    CHECK(valid_against(make_alto_format()->write(page, by_person).value(), "alto-4-4.xsd"));
  }
}

TEST_CASE("odd pages can be read again in each format") {
  std::vector<std::unique_ptr<TextFormat>> formats;
  formats.push_back(make_page_format());
  formats.push_back(make_alto_format());
  formats.push_back(make_hocr_format());
  for (const auto& format : formats) {
    CAPTURE(format->name());
    for (const model::PageText& page : odd_pages()) {
      const PageFile file = read_with(*format, format->write(page, facts()).value());
      CHECK(file.text.lines.size() == (page.lines.empty() ? 0 : page.lines.size() - 1));
    }
  }
}

TEST_CASE("a page without size is not written") {
  PageFacts without = facts();
  without.image = {0, 100};
  CHECK(make_page_format()->write({}, without).error().code == ErrorCode::InvalidInput);
  CHECK(make_alto_format()->write({}, without).error().code == ErrorCode::InvalidInput);
  CHECK(make_hocr_format()->write({}, without).error().code == ErrorCode::InvalidInput);
}
