#include "tests/text_formats/support.h"

#include <doctest/doctest.h>

using namespace shiqu;
using namespace shiqu::text_formats;
using namespace shiqu::text_formats::test;

namespace {

std::string alto_of(const std::string& page, const std::string& version = "4",
                    const std::string& unit = "pixel", const std::string& before_layout = "") {
  return "<?xml version='1.0'?><alto xmlns='http://www.loc.gov/standards/alto/ns-v" + version +
         "#'><Description><MeasurementUnit>" + unit +
         "</MeasurementUnit><OCRProcessing ID='o'><ocrProcessingStep><processingSoftware>"
         "<softwareName>Maker</softwareName><softwareVersion>9</softwareVersion>"
         "</processingSoftware></ocrProcessingStep></OCRProcessing></Description>" +
         before_layout + "<Layout>" + page + "</Layout></alto>";
}

std::string page_of(const std::string& space) {
  return "<Page ID='p' PHYSICAL_IMG_NR='1' WIDTH='1000' HEIGHT='2000'>" + space + "</Page>";
}

std::string block(const std::string& id, const std::string& line,
                  const std::string& attributes = "") {
  return "<TextBlock ID='" + id + "' " + attributes + "><TextLine ID='l" + id + "' " + attributes +
         " HPOS='100' VPOS='200' WIDTH='50' HEIGHT='400'>" + line + "</TextLine></TextBlock>";
}

std::string text(const std::string& content) {
  return "<String CONTENT='" + content + "'/>";
}

std::string joined(const PageFile& file) {
  std::string out;
  for (const model::Line& line : file.text.lines) {
    out += line.text + "|";
  }
  return out;
}

PageFile read(const std::string& bytes, const ReadOptions& options = {}) {
  return read_with(*make_alto_format(), bytes, options);
}

}  // namespace

TEST_CASE("ALTO names its kinds by LayoutTag and its steps with software and version") {
  const auto xml = make_alto_format()->write(leaf(), facts());
  REQUIRE(xml);
  CHECK(xml->find("LABEL=\"note_right\"") != std::string::npos);
  CHECK(xml->find("TAGREFS=\"kind_centre_strip\"") != std::string::npos);
  CHECK(xml->find("<softwareName>reader</softwareName>") != std::string::npos);
  CHECK(xml->find("<softwareVersion>1.2</softwareVersion>") != std::string::npos);
  CHECK(xml->find("BASEDIRECTION=\"ttb\"") != std::string::npos);
  CHECK(xml->find("<SP />") != std::string::npos);
}

TEST_CASE("units of a tenth of a millimetre and of 1/1200 inch become pixels by the resolution") {
  ReadOptions options;
  options.dpi = 300;
  const std::string page = page_of("<PrintSpace>" + block("b", text("AB")) + "</PrintSpace>");
  const PageFile inch = read(alto_of(page, "3", "inch1200"), options);
  CHECK(inch.text.width_px == 250);
  CHECK(inch.text.lines[0].box == model::Box{25, 50, 13, 100});
  CHECK(inch.size_tolerance_px >= 1);
  const PageFile tenth = read(alto_of(page, "2", "mm10"), options);
  CHECK(tenth.text.width_px == 1181);
  CHECK(tenth.text.lines[0].box == model::Box{118, 236, 59, 473});
  CHECK(tenth.software == "Maker/9");
  const auto without = make_alto_format()->read(alto_of(page, "2", "mm10"), {});
  REQUIRE_FALSE(without);
  CHECK(without.error().code == ErrorCode::InvalidInput);
  CHECK(without.error().native.find("resolution") != std::string::npos);
}

TEST_CASE("words are set apart, characters of Chinese are not, hyphens belong to the line") {
  const std::string words = text("Un") + "<SP/>" + text("mot") + text("cou") + "<HYP CONTENT='-'/>";
  CHECK(joined(read(alto_of(page_of("<PrintSpace>" + block("b", words) + "</PrintSpace>")))) ==
        "Un mot cou-|");
  const std::string chinese = text("天") + text("地") + "<SP/>" + text("玄") + text("A");
  CHECK(joined(read(alto_of(page_of("<PrintSpace>" + block("b", chinese) + "</PrintSpace>")))) ==
        "天地 玄 A|");
}

TEST_CASE("margins stand around the print space, and a reading order goes before both") {
  const std::string page =
      page_of("<TopMargin>" + block("t", text("AB")) + "</TopMargin>" + "<RightMargin>" +
              block("r", text("CD")) + "</RightMargin>" + "<BottomMargin>" + block("u", text("E")) +
              "</BottomMargin>" + "<PrintSpace><ComposedBlock ID='c'>" + block("p", text("FG")) +
              "</ComposedBlock></PrintSpace>");
  const PageFile file = read(alto_of(page));
  CHECK(joined(file) == "AB|FG|CD|E|");
  CHECK(file.text.lines[0].kind == model::LineKind::CentreStrip);
  CHECK(file.text.lines[1].kind == model::LineKind::Column);
  CHECK(file.text.lines[2].kind == model::LineKind::Marginalia);
  const std::string order =
      "<ReadingOrder><OrderedGroup ID='g'><ElementRef ID='e1' REF='u'/><UnorderedGroup ID='h'>"
      "<ElementRef ID='e2' REF='lp'/></UnorderedGroup></OrderedGroup></ReadingOrder>";
  CHECK(joined(read(alto_of(page, "4", "pixel", order))) == "E|FG|AB|CD|");
}

TEST_CASE("tags and directions of other programs decide the kind of a line") {
  const std::string tags =
      "<Tags><OtherTag ID='m' LABEL='MarginTextZone'/><LayoutTag ID='h' LABEL='HeadingLine'/>"
      "</Tags>";
  const auto kind = [&](const std::string& attributes) {
    return read(alto_of(
                    page_of("<PrintSpace>" + block("b", text("AB"), attributes) + "</PrintSpace>"),
                    "4", "pixel", tags))
        .text.lines[0]
        .kind;
  };
  CHECK(kind("TAGREFS='m'") == model::LineKind::Marginalia);
  CHECK(kind("TAGREFS='x h'") == model::LineKind::Heading);
  CHECK(kind("BASEDIRECTION='ltr' LANG='zh'") == model::LineKind::Horizontal);
  CHECK(kind("") == model::LineKind::Column);  // by its shape
}

TEST_CASE("the content of a string counts where its glyphs spell something else") {
  const std::string line =
      "<String CONTENT='日月' WC='0.5' CS='true'><Glyph CONTENT='曰' HPOS='1' VPOS='1' WIDTH='2' "
      "HEIGHT='2'/></String>";
  const PageFile file = read(alto_of(page_of("<PrintSpace>" + block("b", line) + "</PrintSpace>")));
  CHECK(joined(file) == "日月|");
  CHECK(file.text.lines[0].glyphs.empty());
  CHECK(file.text.lines[0].confidence == doctest::Approx(0.5));
  CHECK(file.by_person);
}

TEST_CASE("of a file with several pages one must be chosen") {
  const std::string pages = page_of("<PrintSpace>" + block("a", text("A")) + "</PrintSpace>") +
                            page_of("<PrintSpace>" + block("b", text("B")) + "</PrintSpace>");
  CHECK(make_alto_format()->read(alto_of(pages), {}).error().code == ErrorCode::InvalidInput);
  ReadOptions options;
  options.page = 2;
  CHECK(joined(read(alto_of(pages), options)) == "B|");
  options.page = 3;
  CHECK(make_alto_format()->read(alto_of(pages), options).error().code == ErrorCode::NotFound);
}
