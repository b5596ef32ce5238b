#include "storage/package/identifiers.h"

#include "tests/package/archive.h"

#include <doctest/doctest.h>

using namespace shiqu;
using namespace shiqu::package;

using test::need;

TEST_CASE("a pattern is filled in, and a wrong one is refused") {
  const IdentifierFacts page{"GJ0001", 2, "0003", "uuid-1"};
  CHECK(need(fill_pattern("ark:/99999/{identifier}/{page}", page)) == "ark:/99999/GJ0001/0003");
  CHECK(need(fill_pattern("urn:uuid:{uuid}?v={version}", page)) == "urn:uuid:uuid-1?v=2");
  CHECK(need(fill_pattern("", page)).empty());
  const IdentifierFacts item{"GJ0001", 2, {}, "uuid-1"};
  for (const char* bad : {"{page}", "{nothing}", "{identifier", "identifier}", "{}"}) {
    CHECK_MESSAGE(fill_pattern(bad, item).error().code == ErrorCode::InvalidInput, bad);
  }
}

TEST_CASE("the package lists the identifiers of item and pages") {
  test::PackagedArchive archive;
  archive.accept_text(archive.keep_page(10));
  archive.accept_text(archive.keep_page(20));
  PlanOptions options;
  options.item_pattern = "ark:/99999/{identifier}";
  options.page_pattern = "ark:/99999/{identifier}/{page}";
  const auto made = need(write_package(archive.store, archive.lead, archive.plan(options),
                                       test::tools(), archive.dir.path() / "out", archive.key));
  const Json list = need(parse_json(test::get(made.bag.folder / "data/metadata/identifiers.json")));
  CHECK(list["by_pattern"] == "ark:/99999/GJ0001");
  REQUIRE(list["pages"].size() == 2);
  CHECK(list["pages"][1]["by_pattern"] == "ark:/99999/GJ0001/0002");
  CHECK(list["pages"][1]["uuid"].get<std::string>().size() == 36);
  options.page_pattern = "ark:/99999/{identifier}";
  CHECK(plan_package(archive.store, archive.item, options).error().code == ErrorCode::InvalidInput);
}
