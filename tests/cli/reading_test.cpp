#include "storage/base/file.h"
#include "storage/base/text.h"
#include "tests/cli/shiqu_process.h"

#include <doctest/doctest.h>

using namespace shiqu;
using namespace shiqu::test;
namespace fs = std::filesystem;

TEST_CASE("a picture is read without an archive: text, PAGE XML and facts") {
  Terminal terminal;
  const fs::path leaf = terminal.press_leaf(3, 8, 700, 1200);
  const fs::path out = terminal.folder() / "read";
  const Json facts =
      terminal.facts({"ocr", "read", leaf.string(), "--out", out.string(), "--workers", "1"});
  CHECK(facts["read"] == 1);
  CHECK(facts["failed"] == 0);
  CHECK(facts["characters"] >= 15);
  CHECK(facts["pictures"][0]["seconds"] > 0);
  const std::string base = (out / leaf.stem()).string();
  const auto text = read_file(base + ".txt");
  REQUIRE(text);
  CHECK(split(trim(*text), '\n').size() == 3);
  const auto page = read_file(base + ".page.xml");
  REQUIRE(page);
  CHECK(page->find("<PcGts") != std::string::npos);
  const auto all = parse_json(read_file(base + ".json").value());
  REQUIRE(all);
  CHECK((*all)["producer"].get<std::string>().find("without") == std::string::npos);
  const Json& glyph = (*all)["lines"][0]["glyphs"][0];
  CHECK(glyph["c"] > 0.0);
  CHECK(glyph["b"].size() == 4);
}

TEST_CASE(
    "a picture is read without the language when that is asked for, and the reading says so") {
  Terminal terminal;
  const fs::path leaf = terminal.press_leaf(3, 8, 700, 1200);
  const Json facts =
      terminal.facts({"ocr", "read", leaf.string(), "--out", (terminal.folder() / "read").string(),
                      "--no-language", "--workers", "1"});
  CHECK(facts["pictures"][0]["producer"].get<std::string>().ends_with(" without language"));
}

TEST_CASE("a picture that cannot be read is named and does not stop the others") {
  Terminal terminal;
  const fs::path leaf = terminal.press_leaf(3, 8, 700, 1200);
  const fs::path broken = leaf.parent_path() / "broken.jpg";
  REQUIRE(write_new_file(broken, "no picture"));
  const fs::path out = terminal.folder() / "read";
  const Ran ran =
      terminal.run({"ocr", "read", broken.string(), leaf.string(), "--out", out.string()});
  CHECK(ran.status == 1);
  CHECK(ran.words.find("broken.jpg") != std::string::npos);
  CHECK(fs::exists((out / leaf.stem()).string() + ".txt"));
  CHECK_FALSE(fs::exists(out / "broken.txt"));
}

TEST_CASE("two pictures of one name are refused before anything is read") {
  Terminal terminal;
  const fs::path leaf = terminal.press_leaf(3, 8, 700, 1200);
  const fs::path twin = terminal.folder() / leaf.filename();
  fs::copy_file(leaf, twin);
  const fs::path out = terminal.folder() / "read";
  const Ran ran =
      terminal.run({"ocr", "read", leaf.string(), twin.string(), "--out", out.string()});
  CHECK(ran.status == 6);
  CHECK_FALSE(fs::exists(out));
}

TEST_CASE("each reading profile names what reads it, and an unknown one is refused") {
  Terminal terminal;
  const Json facts = terminal.facts({"ocr", "models"}, 0, {{"SHIQU_ARCHIVE", ""}});
  REQUIRE(facts["profiles"].size() >= 5);
  CHECK(facts["profiles"][0]["profile"] == "classical-chinese");
  for (const Json& one : facts["profiles"]) {
    CHECK_FALSE(one["reader"].get<std::string>().empty());
  }
  const fs::path leaf = terminal.press_leaf(3, 8, 700, 1200);
  const Ran ran = terminal.run({"ocr", "read", leaf.string(), "--out",
                                (terminal.folder() / "read").string(), "--profile", "linear-b"});
  CHECK(ran.status == 3);
}
