#include "storage/base/file.h"
#include "storage/base/text.h"
#include "storage/imaging/codecs.h"
#include "tests/cli/shiqu_process.h"

#include <doctest/doctest.h>

using namespace shiqu;
using namespace shiqu::test;
namespace fs = std::filesystem;

namespace {

void put(const fs::path& file, const std::string& content) {
  REQUIRE(make_folders(file.parent_path()));
  REQUIRE(write_new_file(file, content));
}

/// What `ocr read --json` writes for a page of one line of three characters.
std::string details(const std::string& read, const std::string& second) {
  Json glyphs = Json::array();
  int y = 10;
  for (const char32_t one : to_utf32(read)) {
    glyphs.push_back({{"t", to_utf8(one)}, {"b", {10, y, 20, 20}}, {"c", 0.75}, {"a", {second}}});
    y += 25;
  }
  const Json page = {{"width_px", 60},
                     {"height_px", 100},
                     {"producer", "reader 1"},
                     {"lines",
                      {{{"id", "00000000-0000-7000-8000-000000000001"},
                        {"kind", "column"},
                        {"box", {10, 10, 20, 75}},
                        {"text", read},
                        {"c", 0.75},
                        {"glyphs", glyphs}}}}};
  return page.dump();
}

/// Two sets: one of a page with a picture and details, one of a page as columns, read as text only.
struct Bench {
  explicit Bench(const Terminal& terminal)
      : read(terminal.folder() / "read"),
        first(terminal.folder() / "first"),
        second(terminal.folder() / "second") {
    put(first / "a.gt.txt", "子曰學\n");
    put(read / "a.txt", "子日學\n");
    put(read / "a.json", details("子日學", "曰"));
    imaging::Image picture(imaging::PixelFormat::Gray8, {60, 100});
    REQUIRE(imaging::write_png(first / "a.png", picture));
    put(second / "b.json", R"([{"gt": "甲乙"}, {"gt": "丙丁"}])");
    put(read / "b.txt", "甲乙\n丙丁\n");
    put(read / "c.txt", "no truth\n");
  }
  fs::path read;
  fs::path first;
  fs::path second;
};

}  // namespace

TEST_CASE("a reading is measured by set, with classes, alternatives and calibration") {
  Terminal terminal;
  const Bench bench(terminal);
  const Json facts = terminal.facts(
      {"ocr", "evaluate", bench.read.string(), bench.first.string(), bench.second.string()});
  REQUIRE(facts["sets"].size() == 2);
  CHECK(facts["sets"][0]["name"] == "first");
  CHECK(facts["sets"][0]["strict"]["errors"] == 1);
  CHECK(facts["sets"][0]["errors"]["confusable"] == 1);
  CHECK(facts["sets"][1]["strict"]["errors"] == 0);
  CHECK(facts["all"]["characters"] == 7);
  CHECK(facts["top"]["within"][0] == 2);
  CHECK(facts["top"]["within"][1] == 3);
  CHECK(facts["calibration"]["strict"]["error"].get<double>() == doctest::Approx(0.75 - 2.0 / 3));
  CHECK(facts["worst"][0]["page"] == "a");
  CHECK(facts["variants"] == "OpenCC and Unihan of this system");
  CHECK(facts["missing_class_known"] == false);
  CHECK(facts["without_truth"] == Json::array({"c"}));
}

TEST_CASE("a page that was not read counts as wholly wrong") {
  Terminal terminal;
  const Bench bench(terminal);
  fs::remove(bench.read / "a.txt");
  const Json facts = terminal.facts({"ocr", "evaluate", bench.read.string(), bench.first.string()});
  CHECK(facts["all"]["not_read"] == 1);
  CHECK(facts["all"]["strict"]["rate"] == 1.0);
}

TEST_CASE("tables of variants of one's own are used and named") {
  Terminal terminal;
  const Bench bench(terminal);
  const fs::path fold = terminal.folder() / "mine";
  put(fold / "variants-table.txt", "日,曰\n");
  put(fold / "t2s.tsv", "");
  put(fold / "extra.txt", "");
  const Json facts = terminal.facts(
      {"ocr", "evaluate", bench.read.string(), bench.first.string(), "--fold", fold.string()});
  CHECK(facts["all"]["folded"]["errors"] == 0);
  CHECK(facts["all"]["errors"]["variant"] == 1);
  CHECK(facts["variants"] == "tables of the folder mine");
}

TEST_CASE("the report shows each error beside its crop and needs nothing else") {
  Terminal terminal;
  const Bench bench(terminal);
  const fs::path html = terminal.folder() / "report.html";
  const Ran ran = terminal.run({"ocr", "evaluate", bench.read.string(), bench.first.string(),
                                bench.second.string(), "--html", html.string()});
  REQUIRE(ran.status == 0);
  CHECK(ran.out.find("worst pages") != std::string::npos);
  const auto page = read_file(html);
  REQUIRE(page);
  CHECK(page->find("src=\"data:image/jpeg;base64,") != std::string::npos);
  CHECK(page->find(">曰</ins>") != std::string::npos);
  CHECK(page->find(">日</del>") != std::string::npos);
  CHECK(page->find("<b>曰</b>") != std::string::npos);  // the right one among the alternatives
  CHECK(page->find("<svg") != std::string::npos);
  CHECK(page->find("<script") == std::string::npos);
  CHECK(page->find("http") == std::string::npos);
  CHECK(page->ends_with("</body></html>\n"));
}

TEST_CASE("a picture that cannot be decoded is named in the report, which has no crop of it") {
  Terminal terminal;
  const Bench bench(terminal);
  REQUIRE(replace_file(bench.first / "a.png", "no picture"));
  const fs::path html = terminal.folder() / "report.html";
  const Ran ran = terminal.run(
      {"ocr", "evaluate", bench.read.string(), bench.first.string(), "--html", html.string()});
  REQUIRE(ran.status == 0);
  const auto page = read_file(html);
  REQUIRE(page);
  CHECK(page->find("a.png") != std::string::npos);
  CHECK(page->find("data:image") == std::string::npos);
}

TEST_CASE("two readings are compared on the same pages") {
  Terminal terminal;
  const Bench bench(terminal);
  const fs::path other = terminal.folder() / "other";
  put(other / "a.txt", "子曰学\n");
  put(other / "b.txt", "甲乙丙丁\n");
  const Json facts = terminal.facts({"ocr", "compare", bench.read.string(), other.string(),
                                     bench.first.string(), bench.second.string()});
  const Json& all = facts["all"];
  CHECK(all["only_a_wrong"] == 1);
  CHECK(all["only_b_wrong"] == 1);
  CHECK(all["both_wrong"] == 0);
  CHECK(all["confusions_a"][0]["truth"] == "曰");
  CHECK(all["confusions_a"][0]["read"] == "日");
  CHECK(all["confusions_b"][0]["read"] == "学");
  CHECK(all["strict"]["difference"] == 0.0);
  CHECK(all["folded"]["difference"].get<double>() == doctest::Approx(1.0 / 7));
  CHECK(terminal.run({"ocr", "compare", bench.read.string(), other.string(), bench.first.string()})
            .out.find("曰→日 1") != std::string::npos);
}

TEST_CASE("folders without any truth are refused") {
  Terminal terminal;
  const Bench bench(terminal);
  CHECK(terminal.run({"ocr", "evaluate", bench.first.string(), bench.read.string()}).status == 3);
  CHECK(terminal.run({"ocr", "evaluate", bench.read.string()}).status == 2);
}
