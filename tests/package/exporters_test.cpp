#include "storage/package/page_xml.h"
#include "storage/package/reports.h"
#include "tests/package/support.h"

#include <doctest/doctest.h>

using namespace shiqu;
using namespace shiqu::package;
namespace fs = std::filesystem;

namespace {

const PageXmlFacts kFacts = {"masters/0001.tif", {80, 100}, 300, "software:shiqu/0", 1000,
                             "person:anna",      "accepted"};

std::string page_xml(const model::PageText& text) {
  const auto xml = make_page_xml(text, kFacts);
  REQUIRE(xml);
  return *xml;
}

bool page_is_valid(const std::string& xml) {
  const TempDir dir;
  test::put(dir.path() / "page.xml", xml);
  return test::valid_against(dir.path() / "page.xml", "page-2019-07-15.xsd");
}

}  // namespace

TEST_CASE("PAGE XML keeps characters, order and places, and is valid") {
  const std::string xml = page_xml(test::small_text());
  CHECK(xml.find("<Unicode>黃帝者</Unicode>") != std::string::npos);
  CHECK(xml.find("<Unicode>𠀀&lt;&amp;</Unicode>") != std::string::npos);
  CHECK(xml.find("points=\"50,10 69,10 69,69 50,69\"") != std::string::npos);
  CHECK(xml.find("textLineOrder=\"right-to-left\"") != std::string::npos);
  CHECK(xml.find("type=\"marginalia\"") != std::string::npos);
  CHECK(xml.find("黃帝者") < xml.find("𠀀"));
  if (!test::shared_schemas()) {
    MESSAGE("SKIPPED: no schemas on this machine");
    return;
  }
  CHECK(page_is_valid(xml));
}

TEST_CASE("PAGE XML tells seals, figures and tables by their own elements") {
  model::PageText text = test::small_text();
  text.regions = {{model::RegionKind::Text, {0, 0, 80, 100}},
                  {model::RegionKind::Seal, {10, 20, 30, 30}},
                  {model::RegionKind::Figure, {0, 50, 40, 40}},
                  {model::RegionKind::Table, {40, 50, 30, 40}},
                  {model::RegionKind::Seal, {500, 500, 10, 10}}};
  const auto again = model::page_text_from_json(model::to_json(text));
  REQUIRE(again);
  REQUIRE(again->regions.size() == 5);
  CHECK(again->regions[1].kind == model::RegionKind::Seal);
  CHECK(again->regions[3].box == RectPx{40, 50, 30, 40});
  const std::string xml = page_xml(*again);
  CHECK(xml.find("<GraphicRegion id=\"p1\" type=\"stamp\">") != std::string::npos);
  CHECK(xml.find("points=\"10,20 39,20 39,49 10,49\"") != std::string::npos);
  CHECK(xml.find("<ImageRegion id=\"p2\">") != std::string::npos);
  CHECK(xml.find("<TableRegion id=\"p3\">") != std::string::npos);
  CHECK(xml.find("id=\"p4\"") == std::string::npos);
  if (!test::shared_schemas()) {
    MESSAGE("SKIPPED: no schemas on this machine");
    return;
  }
  CHECK(page_is_valid(xml));
}

TEST_CASE("PAGE XML of odd pages is valid: nothing on it, no places, places outside") {
  if (!test::shared_schemas()) {
    MESSAGE("SKIPPED: no schemas on this machine");
    return;
  }
  CHECK(page_is_valid(page_xml({})));
  model::PageText odd = test::small_text();
  odd.lines[0].box = {};
  odd.lines[0].glyphs.clear();
  odd.lines[0].confidence = -1;
  odd.lines[1].box = {-20, -20, 500, 500};
  odd.lines[1].glyphs[0].box = {70, 90, 30, 30};
  odd.lines[1].glyphs[1].box = {200, 200, 10, 10};
  odd.lines[1].glyphs[2].confidence = 7;
  odd.lines.push_back(odd.lines[0]);
  odd.lines.back().kind = model::LineKind::Horizontal;
  odd.lines.back().text = std::string("a\x01\x02 b\xff c]]>") + "\xef\xbf\xbe";
  odd.producer = "x\ny\"<";
  const std::string xml = page_xml(odd);
  CHECK(xml.find("{box:unknown;}") != std::string::npos);
  CHECK(xml.find("points=\"0,0 79,0 79,99 0,99\"") != std::string::npos);
  CHECK(page_is_valid(xml));
}

TEST_CASE("PAGE XML of an image without size is refused") {
  PageXmlFacts facts = kFacts;
  facts.image = {0, 100};
  CHECK(make_page_xml({}, facts).error().code == ErrorCode::InvalidInput);
}

TEST_CASE("Dublin Core holds what is known, nothing else, and is valid") {
  model::Item item;
  item.identifier = "GJ0001";
  item.title = "史記 <𠀀> & co\x02";
  const std::string xml = make_dublin_core(item, 3, "館");
  CHECK(xml.find("<dc:title>史記 &lt;𠀀&gt; &amp; co</dc:title>") != std::string::npos);
  CHECK(xml.find("dc:creator") == std::string::npos);
  CHECK(xml.find("dc:rights") == std::string::npos);
  if (!test::shared_schemas()) {
    MESSAGE("SKIPPED: no schemas on this machine");
    return;
  }
  const TempDir dir;
  test::put(dir.path() / "dc.xml", xml);
  CHECK(test::valid_against(dir.path() / "dc.xml", "simpledc.xsd"));
}

TEST_CASE("the quality report is as bad as the worst page and names what was waived") {
  PackagedPage good;
  good.number = "0001";
  good.capture.quality.measures.push_back(
      {"skew", 0.1, "deg", 1, 2, model::Verdict::Pass, "", false});
  PackagedPage bad = good;
  bad.number = "0002";
  bad.capture.quality.measures[0].verdict = model::Verdict::Fail;
  const Json report = make_quality_report({}, 1, {good, bad},
                                          {{"quality_failed", "id", "0002", "It failed.", true}});
  CHECK(report["verdict"] == "fail");
  CHECK(report["counts"]["pass"] == 1);
  CHECK(report["counts"]["fail"] == 1);
  CHECK(report["gates"][0]["waived"] == true);
  PackagedPage unchecked = good;
  unchecked.capture.quality.measures.clear();
  CHECK(make_quality_report({}, 1, {good, unchecked}, {})["verdict"] == "not_checked");
}
