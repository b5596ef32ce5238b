#include "tests/cli/shiqu_process.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace shiqu;
using namespace shiqu::test;

namespace {

bool holds(const Json& plan, const std::string& exporter) {
  const Json& names = plan["exporters"];
  return std::find(names.begin(), names.end(), Json(exporter)) != names.end();
}

constexpr int kConflict = 5;  // the item has no page yet: a plan is all that is asked for

}  // namespace

TEST_CASE("what a package can consist of is listed, each with its purpose and when it is in it") {
  Terminal terminal;
  const Json list = terminal.facts({"package", "--list-exporters"})["exporters"];
  CHECK(list.size() >= 30);
  std::vector<std::string> seen;
  for (const Json& one : list) {
    CHECK_FALSE(one["purpose"].get<std::string>().empty());
    const auto inclusion = one["inclusion"].get<std::string>();
    CHECK((inclusion == "always" || inclusion == "default" || inclusion == "request"));
    for (const Json& needed : one["needs"]) {
      CHECK(std::find(seen.begin(), seen.end(), needed.get<std::string>()) != seen.end());
    }
    seen.push_back(one["name"]);
  }
  CHECK(seen.back() == "ro-crate");
}

TEST_CASE("exporters are added with what they need and left out with what builds on them") {
  Terminal terminal;
  terminal.make_archive();
  terminal.run({"import", terminal.folder().string(), "--item", "GJ0001", "--title", "t", "--user",
                "admin"});
  const auto plan = [&](const Arguments& more) {
    Arguments all = {"package", "GJ0001", "--plan"};
    all.insert(all.end(), more.begin(), more.end());
    return terminal.facts(all, kConflict);
  };
  const Json usual = plan({});
  CHECK(holds(usual, "masters"));
  CHECK(holds(usual, "mets"));
  CHECK_FALSE(holds(usual, "columns"));
  CHECK(holds(plan({"--with", "columns,glyphs"}), "glyphs"));
  const Json without = plan({"--without", "access"});
  CHECK_FALSE(holds(without, "access"));
  CHECK_FALSE(holds(without, "pdf"));
  CHECK(holds(without, "alto"));
  CHECK(holds(plan({"--with", "yolo", "--without", "coco"}), "images"));
}

TEST_CASE("an unknown exporter, one that must be there and one that another needs are refused") {
  Terminal terminal;
  terminal.make_archive();
  terminal.run({"import", terminal.folder().string(), "--item", "GJ0001", "--title", "t", "--user",
                "admin"});
  for (const Arguments& wrong :
       {Arguments{"--with", "nothing"}, Arguments{"--without", "masters"},
        Arguments{"--with", "pdf", "--without", "access"}, Arguments{"--quality", "0"}}) {
    Arguments all = {"package", "GJ0001", "--plan"};
    all.insert(all.end(), wrong.begin(), wrong.end());
    const Ran ran = terminal.run(all);
    CHECK(ran.status != 0);
    CHECK(ran.status != kConflict);
    CHECK_FALSE(ran.words.empty());
  }
}
