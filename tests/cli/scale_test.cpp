#include "tests/cli/shiqu_process.h"

#include "storage/base/file.h"

#include <doctest/doctest.h>

using namespace shiqu;
using namespace shiqu::test;

TEST_CASE("a filled archive lists in slices and finds variants with page, line and boxes") {
  Terminal terminal;
  const auto text = terminal.folder() / "text.txt";
  REQUIRE(write_new_file(text, "天地玄黃宇宙洪荒日月盈昃辰宿列張小説家言"));
  const Json made =
      terminal.facts({"soak", "fill", terminal.archive().string(), "--pages", "30",
                      "--pages-per-item", "10", "--seed", "3", "--text", text.string()});
  CHECK(made["pages"] == 30);
  CHECK(made["glyphs"] == 1500);
  CHECK(made["text_bytes_per_glyph"] < 20);
  CHECK(terminal.facts({"audit", "verify"})["intact"] == true);
  CHECK(terminal.facts({"fsck"})["healthy"] == true);

  const Json first = terminal.facts({"status", "--limit", "2"});
  REQUIRE(first["items"].size() == 2);
  CHECK(first["pages"] == 30);
  CHECK(first["text"]["proposed"].get<int>() + first["text"]["submitted"].get<int>() == 30);
  const std::string next = first["next"];
  const Json rest = terminal.facts({"status", "--after", next});
  REQUIRE(rest["items"].size() == 1);
  CHECK_FALSE(rest.contains("next"));

  const Json hits = terminal.facts({"search", "说家", "--limit", "1"});
  REQUIRE_FALSE(hits["hits"].empty());
  const Json& hit = hits["hits"][0];
  CHECK(hit["identifier"] == "SOAK3-000001");
  REQUIRE_FALSE(hit["spans"].empty());
  std::size_t boxes = 0;
  std::size_t characters = 0;
  for (const Json& span : hit["spans"]) {
    boxes += span["boxes"].size();
    characters += span["count"].get<std::size_t>();
    CHECK(span["boxes"][0].size() == 4);
  }
  CHECK(characters == 2);
  CHECK(boxes == 2);
  CHECK(terminal.facts({"search", "说家", "--exact"}, 3)["hits"].empty());
  CHECK(terminal.facts({"search", "説家", "--exact", "--item", "SOAK3-000002",
                        "--rebuild"})["hits"][0]["identifier"] == "SOAK3-000002");
}
