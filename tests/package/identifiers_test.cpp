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

TEST_CASE("addresses are filled in escaped, end with a slash and are of the web") {
  const IdentifierFacts item{"善 1/2", 2, {}, "uuid-1", "gj-v2"};
  CHECK(need(fill_address("https://a.example/{identifier}/v{version}", item)) ==
        "https://a.example/%E5%96%84%201%2F2/v2/");
  CHECK(need(fill_address("http://localhost:8000/{name}/", item)) ==
        "http://localhost:8000/gj-v2/");
  for (const char* bad :
       {"", "urn:uuid:{uuid}", "https://", "https:///x", "https://a b/", "https://a/?q={name}",
        "https://a/#{name}", "ftp://a/", "https://a/{page}"}) {
    CHECK_MESSAGE(fill_address(bad, item).error().code == ErrorCode::InvalidInput, bad);
  }
}

TEST_CASE("the addresses of the IIIF manifest begin as the plan says") {
  test::PackagedArchive archive;
  archive.accept_text(archive.keep_page(10));
  PlanOptions options;
  options.iiif_base = "https://iiif.example.org/{identifier}/{version}";
  const auto made = need(write_package(archive.store, archive.lead, archive.plan(options),
                                       test::tools(), archive.dir.path() / "out", archive.key));
  const Json manifest =
      need(parse_json(test::get(made.bag.folder / "data/metadata/iiif-manifest.json")));
  CHECK(manifest["id"] == "https://iiif.example.org/GJ0001/1/metadata/iiif-manifest.json");
  CHECK(manifest["items"][0]["id"] == "https://iiif.example.org/GJ0001/1/canvas/0001");
  CHECK(archive.plan().iiif_base == "https://package.invalid/gj0001-v2/");
  options.iiif_base = "urn:shiqu:{identifier}";
  CHECK(plan_package(archive.store, archive.item, options).error().code == ErrorCode::InvalidInput);
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
