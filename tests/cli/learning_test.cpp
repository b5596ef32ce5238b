// A station learns from what its people have accepted, as a lead at a terminal sees it.
#include "storage/base/file.h"
#include "tests/cli/shiqu_process.h"

#include <doctest/doctest.h>

#include <fmt/format.h>

#include <random>
#include <string>

using namespace shiqu;
using namespace shiqu::test;
namespace fs = std::filesystem;

namespace {

constexpr int kColumns = 60;

/// An ALTO file of kColumns columns of 20 characters that a person has corrected.
std::string corrected_alto(unsigned seed) {
  static constexpr const char* kWords[] = {"蘅蕪", "瀟湘", "怡紅", "稻香",
                                           "綴錦", "秋爽", "藕香", "暖香"};
  std::mt19937 random(seed);
  std::string lines;
  for (int i = 0; i < kColumns; ++i) {
    std::string words;
    for (int k = 0; k < 10; ++k) {
      words += kWords[random() % std::size(kWords)];
    }
    lines += fmt::format(
        "<TextLine ID='l{0}' BASEDIRECTION='ttb' HPOS='{1}' VPOS='20' WIDTH='5' HEIGHT='200' "
        "CS='true'><String CONTENT='{2}'/></TextLine>",
        i, 390 - 6 * i, words);
  }
  return "<alto "
         "xmlns='http://www.loc.gov/standards/alto/ns-v4#'><Description><MeasurementUnit>pixel"
         "</MeasurementUnit></Description><Layout><Page ID='g' PHYSICAL_IMG_NR='1' WIDTH='400' "
         "HEIGHT='600'><PrintSpace><TextBlock ID='b'>" +
         lines + "</TextBlock></PrintSpace></Page></Layout></alto>";
}

struct Station {
  Terminal terminal;

  Station() {
    terminal.make_archive({"operator", "annotator", "reviewer", "lead"});
    const fs::path out = terminal.folder() / "pages";
    REQUIRE(terminal
                .start("shiqu-press", {"--out", out.string(), "--pages", "2", "--seed", "3",
                                       "--ageing", "none", "--columns", "2", "--rows", "6",
                                       "--width", "400", "--height", "600", "--no-seal"})
                .status == 0);
    terminal.facts(
        {"import", out.string(), "--item", "GJ0001", "--title", "石頭記", "--user", "operator"});
  }

  void accept(const std::string& page, unsigned seed) {
    const fs::path file = terminal.folder() / fmt::format("{}.alto.xml", seed);
    REQUIRE(write_new_file(file, corrected_alto(seed)));
    terminal.facts({"ocr", "import", page, file.string(), "--user", "annotator"});
    terminal.facts({"label", "submit", page, "--user", "annotator"});
    terminal.facts({"review", page, "--accept", "--user", "reviewer"});
  }

  Json train(int status = 0, const std::string& user = "lead") {
    return terminal.facts({"ocr", "train", "--user", user}, status);
  }

  /// The producer of the newest proposal.
  std::string producer() {
    std::string out;
    const Json log = terminal.facts({"audit", "log"});
    for (const Json& event : log["events"]) {
      if (event["action"] == "text.proposed") {
        out = event["detail"]["producer"].get<std::string>();
      }
    }
    return out;
  }
};

}  // namespace

TEST_CASE("a station learns from accepted text, reads with it, and forgets it again") {
  Station station;
  Terminal& terminal = station.terminal;
  CHECK(terminal.facts({"ocr", "models"})["station"].is_null());
  station.accept("GJ0001/1", 1);
  const Json little = station.train(6);
  CHECK(little["error"]["code"] == "invalid_input");
  CHECK(little["error"]["subject"] == "1200 characters");
  CHECK(little["error"]["native"].get<std::string>().find("2000") != std::string::npos);
  station.accept("GJ0001/2", 2);
  CHECK(station.train(4, "reviewer")["error"]["code"] == "denied");

  const Json learnt = station.train();
  CHECK(learnt["kept"] == true);
  CHECK(learnt["characters"] == 2 * kColumns * 20);
  CHECK(learnt["split_by"] == "page");
  CHECK(learnt["parts"] == 2);
  CHECK(learnt["trials"].size() == 8);
  CHECK(learnt["share"] > 0.0);
  CHECK(learnt["perplexity_after"] < 0.99 * learnt["perplexity_before"].get<double>());
  const auto sha256 = learnt["sha256"].get<std::string>();
  CHECK(fs::is_regular_file(terminal.archive() / "models" / sha256));
  const Json shown = terminal.facts({"ocr", "models"})["station"];
  CHECK(shown["sha256"] == sha256);
  CHECK(shown["by"] == "person:lead");
  CHECK(shown["sound"] == true);

  const std::string mark = " station " + sha256.substr(0, 8) + " share ";
  CHECK(terminal.facts({"ocr", "run", "GJ0001", "--user", "operator"})["read"] == 2);
  CHECK(station.producer().find(mark) != std::string::npos);
  terminal.facts({"ocr", "run", "GJ0001", "--no-language", "--user", "operator"});
  CHECK(station.producer().ends_with(" without language"));

  CHECK(terminal.facts({"ocr", "train", "--forget", "--user", "lead"})["forgotten"] == true);
  CHECK(terminal.facts({"ocr", "models"})["station"].is_null());
  terminal.facts({"ocr", "run", "GJ0001", "--user", "operator"});
  CHECK(station.producer().find(mark) == std::string::npos);
  terminal.facts({"ocr", "train", "--forget", "--user", "lead"}, 3);
  CHECK(terminal.facts({"audit", "verify"})["intact"] == true);
}

TEST_CASE("a learnt language whose file was altered is refused in words, and nothing is read") {
  Station station;
  Terminal& terminal = station.terminal;
  station.accept("GJ0001/1", 1);
  station.accept("GJ0001/2", 2);
  const fs::path file = terminal.archive() / "models" / station.train()["sha256"];
  REQUIRE(replace_file(file, read_file(file).value() + "x"));
  CHECK(terminal.facts({"ocr", "models"}, 7)["station"]["sound"] == false);
  terminal.facts({"ocr", "run", "GJ0001", "--user", "operator"}, 1);
  int refused = 0;
  const Json list = terminal.facts({"jobs", "list"});
  for (const Json& job : list["jobs"]) {
    if (job["kind"] == "ocr") {
      CHECK(job["state"] == "failed");
      CHECK(job["error"].get<std::string>().find("not the one that this station has learnt") !=
            std::string::npos);
      ++refused;
    }
  }
  CHECK(refused == 2);
  CHECK(station.producer().empty());
}
