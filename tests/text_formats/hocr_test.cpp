#include "tests/text_formats/support.h"

#include <doctest/doctest.h>

using namespace shiqu;
using namespace shiqu::text_formats;
using namespace shiqu::text_formats::test;

namespace {

std::string hocr_of(const std::string& content,
                    const std::string& title = "image \"a;b'.tif\"; bbox 0 0 100 200") {
  return "<!DOCTYPE html>\n<html xmlns='http://www.w3.org/1999/xhtml'><head><meta "
         "name='ocr-system' content='maker 3'/></head><body><div class='ocr_page' title='" +
         [&] {
           std::string out;
           for (const char c : title) {
             out += c == '\'' ? std::string("&#39;") : std::string(1, c);
           }
           return out;
         }() +
         "'>" + content + "</div></body></html>";
}

PageFile read(const std::string& bytes) {
  return read_with(*make_hocr_format(), bytes);
}

}  // namespace

TEST_CASE("hOCR has words apart by spaces and no white space between characters") {
  const auto html = make_hocr_format()->write(leaf(), facts());
  REQUIRE(html);
  CHECK(html->find("title=\"image &quot;masters/0001.tif&quot;; bbox 0 0 400 600; ppageno 0; "
                   "scan_res 300 300\"") != std::string::npos);
  CHECK(html->find("x_conf 50.00\">黃</span><span") != std::string::npos);
  CHECK(html->find("</span> <span class=\"ocrx_word\"") != std::string::npos);
  CHECK(html->find("writing-mode: vertical-rl") != std::string::npos);
}

TEST_CASE("hOCR is read from classes and titles, markup inside words and entities of HTML too") {
  const PageFile file = read(hocr_of(
      "<p class='ocr_par'><span class='other ocr_line' title='baseline 0 0; bbox 1 2 90 20'>"
      "<span class='ocrx_word' title='bbox 1 2 40 20; x_wconf 80'><strong>gro</strong>ss</span>"
      "</span></p>"
      "<span class='ocr_line' title='bbox 1 30 90 50'>a&nbsp;b &mdash; c</span>"));
  REQUIRE(file.text.lines.size() == 2);
  CHECK(file.text.lines[0].text == "gross");
  CHECK(file.text.lines[0].box == model::Box{1, 2, 89, 18});
  CHECK(file.text.lines[0].confidence == doctest::Approx(0.8));
  CHECK(file.text.lines[1].text == "a b — c");
}

TEST_CASE("lists of boxes and confidences give glyphs") {
  const PageFile file = read(hocr_of(
      "<span class='ocr_line' title='bbox 0 0 20 40; x_bboxes 0 0 20 20 0 20 20 40; x_confs 50 "
      "100'>天地</span>"));
  REQUIRE(file.text.lines.size() == 1);
  const model::Line& line = file.text.lines[0];
  REQUIRE(line.glyphs.size() == 2);
  CHECK(line.glyphs[1].box == model::Box{0, 20, 20, 20});
  CHECK(line.confidence == doctest::Approx(0.75));
}

TEST_CASE("what the recogniser also thought of is not text") {
  const PageFile file = read(hocr_of(
      "<span class='ocr_line' title='bbox 0 0 90 40'><span class='ocrx_word' title='bbox 0 0 40 "
      "40; x_wconf 60'>Wort<span class='ocrx_cinfo' id='lstm_choices_1'><span class='ocrx_cinfo' "
      "id='choice_1' title='x_confs 75'>W</span></span></span> <span class='ocrx_word' title='bbox "
      "50 0 90 40'><ins>neu</ins><del>alt</del></span></span>"));
  REQUIRE(file.text.lines.size() == 1);
  CHECK(file.text.lines[0].text == "Wort neu");
  CHECK(file.software == "maker 3");
  CHECK(file.image_name == "a;b'.tif");
}

TEST_CASE("vertical text is known by style, model or angle") {
  const auto kind = [](const std::string& attributes, const std::string& more = "") {
    return read(hocr_of("<div class='ocr_carea' " + attributes +
                        "><span class='ocr_line' title='bbox 0 0 40 40" + more +
                        "'>天地</span></div>"))
        .text.lines[0]
        .kind;
  };
  CHECK(kind("style='writing-mode: vertical-rl'") == model::LineKind::Column);
  CHECK(kind("lang='chi_tra_vert'") == model::LineKind::Column);
  CHECK(kind("", "; textangle 270") == model::LineKind::Column);
  CHECK(kind("style='writing-mode: horizontal-tb'", "") == model::LineKind::Horizontal);
  CHECK(kind("") == model::LineKind::Horizontal);
}

TEST_CASE("hOCR that is not well-formed XML is refused with a way out") {
  const auto read_bad = make_hocr_format()->read(
      "<html><head><meta charset=utf-8></head><body><div class='ocr_page'>x</div></body></html>",
      {});
  REQUIRE_FALSE(read_bad);
  CHECK(read_bad.error().code == ErrorCode::InvalidInput);
  CHECK(read_bad.error().native.find("tidy") != std::string::npos);
}
