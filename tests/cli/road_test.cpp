#include "storage/base/text.h"
#include "tests/cli/shiqu_process.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>

using namespace shiqu;
using namespace shiqu::test;
namespace fs = std::filesystem;

namespace {

/// Two small woodblock leaves, the second with its ground truth beside it.
fs::path press_pages(Terminal& terminal) {
  const fs::path out = terminal.folder() / "pages";
  const fs::path text = terminal.folder() / "text.txt";
  std::string lines;
  for (int i = 0; i < 8; ++i) {
    lines += "牀前明月光疑是地上霜舉頭望明月低頭思故鄉\n";
  }
  REQUIRE(write_new_file(text, lines));
  const Ran pressed =
      terminal.start("shiqu-press", {"--out", out.string(), "--pages", "2", "--seed", "3", "--text",
                                     text.string(), "--ageing", "none", "--columns", "3", "--rows",
                                     "8", "--width", "500", "--height", "900", "--no-seal"});
  REQUIRE(pressed.status == 0);
  const fs::path images = terminal.folder() / "images";
  REQUIRE(make_folders(images));
  for (const auto& entry : fs::directory_iterator(out)) {
    if (entry.path().extension() == ".jpg") {
      fs::copy_file(entry.path(), images / entry.path().filename());
    }
  }
  return images;
}

bool has_gate(const Json& plan, const std::string& gate) {
  const Json& findings = plan["findings"];
  return std::any_of(findings.begin(), findings.end(),
                     [&](const Json& one) { return one["gate"] == gate; });
}

void flip_byte(const fs::path& file) {
  fs::permissions(file, fs::perms::owner_all);
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  const auto middle = static_cast<std::streamoff>(fs::file_size(file) / 2);
  stream.seekg(middle);
  const int byte = stream.get();
  stream.seekp(middle);
  stream.put(static_cast<char>(byte ^ 1));
}

}  // namespace

TEST_CASE("an item goes the whole way by command line, and every step tells its facts as JSON") {
  Terminal terminal;
  const Json made = terminal.facts({"init", "--title", "Test archive", "--admin", "admin"});
  CHECK(made["archive"] == terminal.archive().string());
  CHECK(made["administrator"] == "admin");
  for (const char* role : {"operator", "annotator", "reviewer", "lead"}) {
    const Json user = terminal.facts({"user", "add", role, "--role", role, "--user", "admin"}, 0,
                                     {{"SHIQU_NEW_PIN", Terminal::kPin}});
    CHECK(user["name"] == role);
    CHECK(user["role"] == role);
  }
  CHECK(terminal.facts({"user", "list"})["users"].size() == 5);

  const fs::path images = press_pages(terminal);
  const Json taken = terminal.facts(
      {"import", images.string(), "--item", "GJ0001", "--title", "靜夜思", "--user", "operator"});
  CHECK(taken["item"] == "GJ0001");
  REQUIRE(taken["kept"].size() == 2);
  CHECK(taken["kept"][1]["page"] == 2);
  CHECK(taken["kept"][0]["width_px"] == 500);
  CHECK(taken["kept"][0]["master"].get<std::string>().size() == 64);

  const Json quality = terminal.facts({"quality", "GJ0001"});
  REQUIRE(quality["pages"].size() == 2);
  CHECK(quality["pages"][0]["quality"]["measures"].size() >= 3);

  const Json queued =
      terminal.facts({"ocr", "run", "GJ0001", "--queue-only", "--user", "operator"});
  CHECK(queued["queued"] == 2);
  CHECK(terminal.facts({"status"})["jobs"]["queued"] == 4);  // two derivations, two readings
  const Json worked = terminal.facts({"jobs", "run"});
  CHECK(worked["done"] == 4);
  CHECK(worked["failed"] == 0);
  const Json jobs = terminal.facts({"jobs", "list"});
  REQUIRE(jobs["jobs"].size() == 4);
  CHECK(jobs["jobs"][0]["state"] == "done");

  const Json text = terminal.facts({"label", "show", "GJ0001/1"});
  CHECK(text["state"] == "proposed");
  REQUIRE_FALSE(text["text"]["lines"].empty());
  const Json saved = terminal.facts(
      {"label", "correct", "GJ0001/1", "1", "牀前明月光疑是地", "--user", "annotator"});
  CHECK(saved["revision"] == text["revision"].get<int>() + 1);
  CHECK(terminal.facts({"label", "undo", "GJ0001/1", "--user", "annotator"})["page"] == "GJ0001/1");
  terminal.facts({"label", "correct", "GJ0001/1", "1", "牀前明月光疑是地", "--user", "annotator"});

  const Json hits = terminal.facts({"search", "明月光疑"});
  REQUIRE_FALSE(hits["hits"].empty());
  CHECK(hits["hits"][0]["item"].is_string());
  CHECK(hits["hits"][0]["page"] == 1);

  for (const char* page : {"GJ0001/1", "GJ0001/2"}) {
    CHECK(terminal.facts({"label", "submit", page, "--user", "annotator"})["state"] == "submitted");
  }
  CHECK(terminal.facts({"review", "GJ0001/1", "--return", "column 2", "--user",
                        "reviewer"})["state"] == "returned");
  terminal.facts({"label", "submit", "GJ0001/1", "--user", "annotator"});
  CHECK(terminal.facts({"review", "GJ0001/1", "--accept", "--user", "reviewer"})["state"] ==
        "accepted");

  // The second page is not reviewed, and nobody has graded the item: the plan says so by page.
  const Json plan = terminal.facts({"package", "GJ0001", "--plan"}, 5);
  CHECK(plan["refused"] == true);
  CHECK(has_gate(plan, "ungraded"));
  CHECK(has_gate(plan, "unreviewed"));
  for (const Json& finding : plan["findings"]) {
    CAPTURE(finding.dump());
    CHECK(finding["page"] == (finding["gate"] == "unreviewed" ? "0002"
                              : finding["gate"] == "ungraded" ? ""
                                                              : finding["page"]));
  }
  CHECK(terminal.run({"package", "GJ0001", "--plan"}).out.find("page 0002") != std::string::npos);

  const Json record = terminal.facts({"label", "record", "GJ0001", "--rights", "CC0-1.0", "--grade",
                                      "public", "--creator", "李白", "--user", "lead"});
  CHECK(record["grade"] == "public");
  terminal.facts({"review", "GJ0001/2", "--accept", "--user", "reviewer"});
  const Json written = terminal.facts({"package", "GJ0001", "--allow", "quality_failed", "--allow",
                                       "text_of_other_image", "--user", "lead"});
  CHECK(written["pages"] == 2);
  CHECK(written["verdict"]["ok"] == true);
  const fs::path package = written["path"].get<std::string>();
  CHECK(fs::is_directory(package));

  const Json verdict = terminal.facts({"verify", package.string(), "--key",
                                       (terminal.archive() / "keys" / "station.pub").string()});
  CHECK(verdict["ok"] == true);
  CHECK(verdict["signature"] == "trusted");
  CHECK(terminal.facts({"audit", "verify"})["intact"] == true);
  const Json log = terminal.facts({"audit", "log", "--after", "2", "--limit", "3"});
  REQUIRE(log["events"].size() == 3);
  CHECK(log["events"][0]["sequence"] == 3);
  const Json whole = terminal.facts({"fsck"});
  CHECK(whole["healthy"] == true);
  CHECK(whole["objects_checked"] == whole["objects_known"]);
  const Json status = terminal.facts({"status"});
  CHECK(status["title"] == "Test archive");
  CHECK(status["items"][0]["text"]["accepted"] == 2);
  CHECK(status["free_bytes"] > 0);

  flip_byte(package / "data" / "masters" / "0001.tif");
  const Json refused = terminal.facts({"verify", package.string()}, 7);
  CHECK(refused["ok"] == false);
  CHECK(refused["findings"][0]["path"].get<std::string>().find("0001.tif") != std::string::npos);
}

TEST_CASE("fsck finds an altered object and a missing one, and names both") {
  Terminal terminal;
  terminal.make_archive({"operator"});
  const fs::path images = press_pages(terminal);
  const Json taken = terminal.facts(
      {"import", images.string(), "--item", "GJ0001", "--title", "靜夜思", "--user", "operator"});
  const auto object = [&](std::size_t i) {
    const std::string digest = taken["kept"][i]["master"].get<std::string>();
    return terminal.archive() / "objects" / digest.substr(0, 2) / digest.substr(2);
  };
  flip_byte(object(0));
  fs::remove(object(1));

  const Json report = terminal.facts({"fsck"}, 7);

  CHECK(report["healthy"] == false);
  std::vector<std::string> faults;
  for (const Json& finding : report["findings"]) {
    faults.push_back(finding["fault"].get<std::string>() + " " +
                     finding["object"].get<std::string>());
  }
  std::sort(faults.begin(), faults.end());
  REQUIRE(faults.size() == 2);
  CHECK(faults[0] == "altered " + taken["kept"][0]["master"].get<std::string>());
  CHECK(faults[1] == "missing " + taken["kept"][1]["master"].get<std::string>());
}
