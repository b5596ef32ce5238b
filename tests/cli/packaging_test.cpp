#include "tests/cli/shiqu_process.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>

using namespace shiqu;
using namespace shiqu::test;
namespace fs = std::filesystem;

namespace {

/// An archive with items of one small page each; nobody has read or graded anything.
void import_items(Terminal& terminal, const std::vector<std::string>& identifiers) {
  terminal.make_archive({"operator", "annotator", "reviewer", "lead"});
  const fs::path leaf = terminal.press_leaf(3, 6, 400, 700);
  const fs::path images = terminal.folder() / "images";
  REQUIRE(make_folders(images));
  fs::copy_file(leaf, images / leaf.filename(), fs::copy_options::overwrite_existing);
  for (const std::string& identifier : identifiers) {
    terminal.facts({"import", images.string(), "--item", identifier, "--title", "靜夜思", "--user",
                    "operator"});
  }
}

Json gate_of(const Json& plan, const std::string& name) {
  for (const Json& gate : plan["gates"]) {
    if (gate["gate"] == name) {
      return gate;
    }
  }
  return {};
}

std::map<std::string, std::string> content_of(const fs::path& folder) {
  std::map<std::string, std::string> out;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) {
      out.emplace(entry.path().lexically_relative(folder).string(),
                  read_file(entry.path()).value());
    }
  }
  return out;
}

const std::vector<std::string> kWaive = {"--allow",        "unreviewed", "--allow",
                                         "quality_failed", "--user",     "lead"};

Arguments with(Arguments first, const Arguments& more) {
  first.insert(first.end(), more.begin(), more.end());
  return first;
}

}  // namespace

TEST_CASE("a plan shows counts, gates and offenders, opens them one by one, and blacks out") {
  Terminal terminal;
  import_items(terminal, {"GJ0001", "GJ0002"});
  Json plan = terminal.facts({"package", "GJ0001", "--plan"}, 5);
  CHECK(plan["counts"]["pages"] == 1);
  CHECK(plan["counts"]["grade"]["ungraded"]["pages"] == 1);
  CHECK(plan["counts"]["review"]["none"]["pages"] == 1);
  CHECK(gate_of(plan, "ungraded")["state"] == "closed");
  CHECK(gate_of(plan, "rights_unknown")["offenders"].size() == 1);
  CHECK(gate_of(plan, "unreviewed")["offenders"][0]["page"] == "0001");
  CHECK(gate_of(plan, "above_receiver")["state"] == "clear");
  CHECK(plan["not_compared"] == 0);
  REQUIRE(plan["duplicates"].size() == 1);  // the same picture was imported twice
  CHECK(plan["duplicates"][0]["item"] == "GJ0002");

  const Json both = terminal.facts({"package", "GJ0001", "GJ0002", "--plan"}, 5);
  CHECK(both["packages"].size() == 2);
  CHECK(both["counts"]["items"] == 2);
  const std::string words = terminal.run({"package", "GJ0001", "--plan"}).out;
  CHECK(words.find("REFUSED") != std::string::npos);
  CHECK(words.find("by review") != std::string::npos);

  terminal.facts({"label", "record", "GJ0001", "--rights", "CC0-1.0", "--grade", "sensitive",
                  "--user", "lead"});
  plan = terminal.facts({"package", "GJ0001", "--plan", "--receiver-grade", "internal"}, 5);
  CHECK(gate_of(plan, "above_receiver")["state"] == "closed");
  CHECK(gate_of(plan, "above_receiver")["waivable"] == false);
  CHECK(
      gate_of(terminal.facts({"package", "GJ0001", "--plan", "--receiver-grade", "restricted"}, 5),
              "above_receiver")["state"] == "clear");

  const Json marked = terminal.facts({"label", "region", "GJ0001/1", "--kind", "personal", "--box",
                                      "100,200,80,90", "--user", "annotator"});
  REQUIRE(marked["regions"].size() == 1);
  CHECK(marked["regions"][0]["box"] == Json::array({100, 200, 80, 90}));
  plan = terminal.facts({"package", "GJ0001", "--plan"}, 5);
  CHECK(gate_of(plan, "personal_data")["state"] == "closed");
  plan = terminal.facts({"package", "GJ0001", "--plan", "--redact"}, 5);
  CHECK(gate_of(plan, "personal_data")["state"] == "clear");
  CHECK(plan["redacted"][0]["page"] == "0001");
  const Json written = terminal.facts(with({"package", "GJ0001", "--redact"}, kWaive));
  CHECK(written["verdict"]["ok"] == true);
  const fs::path package = written["path"].get<std::string>();
  CHECK(read_file(package / "data/reports/redaction.json")->find("[100,200,80,90]") !=
        std::string::npos);

  CHECK(
      terminal
          .facts({"label", "region", "GJ0001/1", "--remove", "1", "--user", "annotator"})["regions"]
          .empty());
  CHECK(terminal
            .run({"label", "region", "GJ0001/1", "--kind", "secret", "--box", "1,1,1,1", "--user",
                  "annotator"})
            .status == 6);
}

TEST_CASE("items with the same page stay on one side, and the package says which") {
  Terminal terminal;
  import_items(terminal, {"GJ0001", "GJ0002"});
  const Json planned = terminal.facts({"split", "--plan", "--seed", "5"});
  CHECK(planned["stored"] == false);
  REQUIRE(planned["items"].size() == 2);
  CHECK(planned["items"][0]["side"] == planned["items"][1]["side"]);
  CHECK(planned["duplicates"][0]["exact"] == true);
  CHECK(terminal.run({"split", "--user", "annotator"}).status == 4);
  const Json stored =
      terminal.facts({"split", "--seed", "5", "--train", "0", "--test", "1", "--user", "lead"});
  CHECK(stored["pages"]["train"] == 0);
  const std::string side = stored["items"][0]["side"];
  CHECK(terminal.facts({"split", "--seed", "6", "--user", "lead"})["items"][0]["side"] == side);
  const Json plan = terminal.facts({"package", "GJ0001", "--plan"}, 5);
  CHECK(plan["split"]["side"] == side);
  CHECK(plan["split"]["assigned"] == true);
  CHECK(terminal.run({"split", "GJ0009", "--plan"}).status == 3);
}

TEST_CASE("a second version goes as a delta and is put together again by the receiver") {
  Terminal terminal;
  import_items(terminal, {"GJ0001"});
  terminal.facts(
      {"label", "record", "GJ0001", "--rights", "CC0-1.0", "--grade", "public", "--user", "lead"});
  const fs::path first = terminal.facts(with({"package", "GJ0001"}, kWaive))["path"];
  terminal.facts({"import", (terminal.folder() / "images").string(), "--item", "GJ0001", "--title",
                  "靜夜思", "--user", "operator"});
  const fs::path out = terminal.folder() / "out";
  const Json delta = terminal.facts(
      with({"package", "GJ0001", "--delta-from", first.string(), "--out", out.string()}, kWaive));
  CHECK(delta["verdict"]["ok"] == true);
  CHECK(delta["verdict"]["type"] == "delta");
  CHECK(delta["delta"]["reused"] > 0);
  const fs::path folder = delta["path"].get<std::string>();
  CHECK(folder.filename() == "gj0001-v2-delta");
  CHECK_FALSE(fs::exists(folder / "data/masters/0001.tif"));
  const fs::path full = terminal.folder() / "gj0001-v2";
  const std::string key = (terminal.archive() / "keys" / "station.pub").string();
  const Json made = terminal.facts({"package", "apply-delta", first.string(), folder.string(),
                                    "--out", full.string(), "--key", key});
  CHECK(made["verdict"]["ok"] == true);
  CHECK(made["verdict"]["pages"] == 2);
  CHECK(terminal.facts({"verify", full.string(), "--key", key})["ok"] == true);
  CHECK(read_file(full / "manifest-sha512.txt").value() ==
        read_file(folder / "data/full-tags/manifest-sha512.txt").value());
  CHECK(terminal
            .run({"package", "apply-delta", full.string(), folder.string(), "--out",
                  (terminal.folder() / "x").string()})
            .status == 5);
  CHECK_FALSE(content_of(full).contains("data/delta.json"));
}

TEST_CASE("several items in one call get the station's numbers one after the other") {
  Terminal terminal;
  import_items(terminal, {"GJ0001", "GJ0002"});
  for (const char* item : {"GJ0001", "GJ0002"}) {
    terminal.facts(
        {"label", "record", item, "--rights", "CC0-1.0", "--grade", "public", "--user", "lead"});
  }
  const Json made = terminal.facts(with({"package", "GJ0001", "GJ0002"}, kWaive));
  REQUIRE(made["packages"].size() == 2);
  for (std::size_t i = 0; i < 2; ++i) {
    CHECK(made["packages"][i]["verdict"]["ok"] == true);
    CHECK(made["packages"][i]["verdict"]["sequence"] == i + 1);
  }
}
