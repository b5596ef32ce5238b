#include "tests/text_formats/support.h"

#include <doctest/doctest.h>

using namespace shiqu;
using namespace shiqu::text_formats;
using namespace shiqu::text_formats::test;

namespace {

constexpr const char* kSpace = "http://schema.primaresearch.org/PAGE/gts/pagecontent/";

/// A PAGE file of a version around `body`, the content of its Page.
std::string page_of(const std::string& body, const std::string& version = "2019-07-15",
                    const std::string& attributes = "") {
  return "<?xml version='1.0' encoding='UTF-8'?><PcGts xmlns='" + std::string(kSpace) + version +
         "'><Metadata><Creator>Maker 2</Creator><Created>2020-01-01T00:00:00</Created>"
         "<LastChange>2020-01-01T00:00:00</LastChange></Metadata><Page imageFilename='a.tif' "
         "imageWidth='100' imageHeight='200' " +
         attributes + ">" + body + "</Page></PcGts>";
}

std::string region(const std::string& id, const std::string& text,
                   const std::string& attributes = "") {
  return "<TextRegion id='" + id + "' " + attributes +
         "><Coords points='0,0 9,0 9,9'/><TextLine id='l" + id +
         "'><Coords points='10,20 19,20 19,99 10,99'/><TextEquiv><Unicode>" + text +
         "</Unicode></TextEquiv></TextLine></TextRegion>";
}

PageFile read(const std::string& bytes) {
  return read_with(*make_page_format(), bytes);
}

std::string joined(const PageFile& file) {
  std::string out;
  for (const model::Line& line : file.text.lines) {
    out += line.text + "|";
  }
  return out;
}

}  // namespace

TEST_CASE("PAGE XML marks vertical text, keeps rare characters and the order of lines") {
  const auto xml = make_page_format()->write(leaf(), facts());
  REQUIRE(xml);
  CHECK(xml->find("<Unicode>黃帝者少典</Unicode>") != std::string::npos);
  CHECK(xml->find("<Unicode>&lt;𠮷&amp;</Unicode>") != std::string::npos);
  CHECK(xml->find("points=\"300,20 339,20 339,219 300,219\"") != std::string::npos);
  CHECK(xml->find("textLineOrder=\"right-to-left\"") != std::string::npos);
  CHECK(xml->find("type=\"marginalia\"") != std::string::npos);
  CHECK(xml->find("黃帝者") < xml->find("徐廣"));
  CHECK(xml->find("<Unicode>ab</Unicode>") != std::string::npos);  // a word of its own
  CHECK(xml->find("{box:unknown;}") != std::string::npos);
}

TEST_CASE("PAGE XML tells seals, figures and tables by their own elements, and reads them again") {
  model::PageText text = leaf();
  text.regions = {{model::RegionKind::Text, {0, 0, 80, 100}},
                  {model::RegionKind::Seal, {10, 20, 30, 30}},
                  {model::RegionKind::Figure, {0, 50, 40, 40}},
                  {model::RegionKind::Table, {40, 50, 30, 40}},
                  {model::RegionKind::Seal, {50000, 50000, 10, 10}}};  // not on the page
  const auto xml = make_page_format()->write(text, facts());
  REQUIRE(xml);
  CHECK(xml->find("<GraphicRegion id=\"p1\" type=\"stamp\">") != std::string::npos);
  CHECK(xml->find("points=\"10,20 39,20 39,49 10,49\"") != std::string::npos);
  CHECK(xml->find("<ImageRegion id=\"p2\">") != std::string::npos);
  CHECK(xml->find("<TableRegion id=\"p3\">") != std::string::npos);
  CHECK(xml->find("id=\"p4\"") == std::string::npos);
  const std::vector<model::Region> again = read(*xml).text.regions;
  REQUIRE(again.size() == 3);
  CHECK(again[0].kind == model::RegionKind::Seal);
  CHECK(again[0].box == RectPx{10, 20, 30, 30});
  CHECK(again[1].kind == model::RegionKind::Figure);
  CHECK(again[2].kind == model::RegionKind::Table);
  if (!shared_folder()) {
    MESSAGE("SKIPPED: no schemas on this machine");
    return;
  }
  CHECK(valid_against(*xml, "page-2019-07-15.xsd"));
}

TEST_CASE("nested groups order the regions, and what no group names comes last") {
  const std::string order =
      "<ReadingOrder><OrderedGroup id='g'><RegionRefIndexed index='1' regionRef='b'/>"
      "<UnorderedGroupIndexed id='u' index='0'><RegionRef regionRef='d'/><OrderedGroup id='h'>"
      "<RegionRefIndexed index='5' regionRef='a'/><RegionRefIndexed index='2' regionRef='c'/>"
      "</OrderedGroup></UnorderedGroupIndexed></OrderedGroup></ReadingOrder>";
  const PageFile file = read(page_of(order + region("x", "X") + region("a", "A") +
                                     region("b", "B") + region("c", "C") + region("d", "D")));
  CHECK(joined(file) == "D|C|A|B|X|");
}

TEST_CASE("lines follow their index, regions inside regions are read where they stand") {
  const auto line = [](const char* index, const char* text) {
    return std::string("<TextLine id='i") + index + "' custom='readingOrder {index:" + index +
           ";}'><Coords points='1,1 2,2'/><TextEquiv><Unicode>" + text +
           "</Unicode></TextEquiv></TextLine>";
  };
  const PageFile file = read(page_of(
      "<TableRegion id='t'><Coords points='0,0 1,1'/><TextRegion id='c'><Coords "
      "points='0,0 1,1'/>" +
      line("1", "zwei") + line("0", "eins") + region("n", "drei") + "</TextRegion></TableRegion>"));
  CHECK(joined(file) == "eins|zwei|drei|");
}

TEST_CASE("the TextEquiv of the lowest index counts, the others are a glyph's alternatives") {
  const PageFile file = read(page_of(
      "<TextRegion id='r' readingDirection='top-to-bottom'><Coords points='0,0 9,9'/><TextLine "
      "id='l'><Coords points='0,0 9,9'/><Word id='w'><Coords points='0,0 9,9'/><Glyph id='g'>"
      "<Coords points='0,0 9,0 9,9 0,9'/><TextEquiv index='2'><Unicode>曰</Unicode></TextEquiv>"
      "<TextEquiv index='1' conf='0.75'><Unicode>日</Unicode></TextEquiv></Glyph></Word>"
      "</TextLine></TextRegion>"));
  REQUIRE(file.text.lines.size() == 1);
  const model::Line& line = file.text.lines[0];
  CHECK(line.text == "日");
  CHECK(line.kind == model::LineKind::Column);
  CHECK(line.confidence == doctest::Approx(0.75));
  REQUIRE(line.glyphs.size() == 1);
  CHECK(line.glyphs[0].alternatives == std::vector<std::string>{"曰"});
  CHECK(line.glyphs[0].box == model::Box{0, 0, 10, 10});
  CHECK(file.software == "Maker 2");
  CHECK(file.text.producer == "import:Maker 2");
  CHECK_FALSE(file.by_person);
}

TEST_CASE("old versions with Point elements and prefixed names are read") {
  std::string old = page_of(
      "<TextRegion id='r'><Coords><Point x='5' y='6'/><Point x='14' y='25'/></Coords><TextEquiv>"
      "<PlainText/><Unicode>ganze Region</Unicode></TextEquiv></TextRegion>",
      "2010-03-19");
  PageFile file = read(old);
  REQUIRE(file.text.lines.size() == 1);
  CHECK(file.text.lines[0].box == model::Box{5, 6, 10, 20});
  CHECK(file.text.lines[0].glyphs.empty());
  for (std::size_t at = 0; (at = old.find('<', at)) != std::string::npos; ++at) {
    if (old[at + 1] != '?') {
      old.insert(at + (old[at + 1] == '/' ? 2 : 1), "pc:");
    }
  }
  old.replace(old.find("xmlns="), 6, "xmlns:pc=");
  CHECK(joined(read(old)) == "ganze Region|");
}

TEST_CASE("direction comes from line, region or page, and otherwise from the shape") {
  using model::LineKind;
  CHECK(read(page_of(region("a", "AB"))).text.lines[0].kind == LineKind::Column);
  CHECK(read(page_of(region("a", "A"))).text.lines[0].kind == LineKind::Horizontal);
  CHECK(read(page_of(region("a", "AB", "readingDirection='left-to-right'"))).text.lines[0].kind ==
        LineKind::Horizontal);
  CHECK(read(page_of(region("a", "A"), "2019-07-15", "readingDirection='top-to-bottom'"))
            .text.lines[0]
            .kind == LineKind::Column);
  CHECK(read(page_of(region("a", "A", "primaryLanguage='Chinese'"))).text.lines[0].kind ==
        LineKind::Column);
  CHECK(read(page_of(region("a", "A", "primaryScript='Latn - Latin'"))).text.lines[0].kind ==
        LineKind::Horizontal);
  CHECK(read(page_of(region("a", "A", "type='marginalia'"))).text.lines[0].kind ==
        LineKind::Marginalia);
  CHECK(read(page_of(region("a", "AB", "type='header'"))).text.lines[0].kind ==
        LineKind::CentreStrip);
  CHECK(read(page_of(region("a", "AB", "custom='structure {type:heading;}'"))).text.lines[0].kind ==
        LineKind::Heading);
}

TEST_CASE("a line without text of its own is put together from its words") {
  const PageFile file = read(page_of(
      "<TextRegion id='r'><Coords points='0,0 9,9'/><TextLine id='l'><Word id='w'><Coords "
      "points='1,1 9,9'/><TextEquiv conf='0.5'><Unicode>Ein</Unicode></TextEquiv></Word><Word "
      "id='v'><Coords points='12,1 30,9'/><TextEquiv conf='1'><Unicode>Wort</Unicode></TextEquiv>"
      "</Word></TextLine></TextRegion>"));
  REQUIRE(file.text.lines.size() == 1);
  CHECK(file.text.lines[0].text == "Ein Wort");
  CHECK(file.text.lines[0].box == model::Box{1, 1, 30, 9});
  CHECK(file.text.lines[0].confidence == doctest::Approx(0.75));
  CHECK(file.lines_without_glyphs == 1);
}
