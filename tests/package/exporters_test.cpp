#include "storage/package/reports.h"
#include "tests/package/support.h"

#include <doctest/doctest.h>

using namespace shiqu;
using namespace shiqu::package;
namespace fs = std::filesystem;

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
  const Json report = to_json(summarize_quality({good, bad}));
  CHECK(report["verdict"] == "fail");
  CHECK(report["counts"]["pass"] == 1);
  CHECK(report["counts"]["fail"] == 1);
  CHECK(to_json(GateFinding{"quality_failed", "id", "0002", "It failed.", true})["waived"] == true);
  PackagedPage unchecked = good;
  unchecked.capture.quality.measures.clear();
  CHECK(summarize_quality({good, unchecked}).verdict == model::Verdict::NotChecked);
}
