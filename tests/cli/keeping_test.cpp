#include "tests/cli/shiqu_process.h"

#include <doctest/doctest.h>

#include <csignal>

using namespace shiqu;
using namespace shiqu::test;
namespace fs = std::filesystem;

namespace {

/// An archive with one pressed page and a second disk in its settings.
struct Station : Terminal {
  fs::path disk = folder() / "second";
  Station() {
    make_archive({"operator", "lead"});
    REQUIRE(make_folders(disk));
    REQUIRE(replace_file(archive() / "settings.toml",
                         "[backup]\nfolder = \"" + disk.string() + "\"\n[jobs]\nthreads = 1\n"));
    const fs::path images = folder() / "images";
    REQUIRE(make_folders(images));
    fs::copy_file(press_leaf(2, 4, 300, 400), images / "a.jpg");
    facts({"backup", "init", "--user", "admin"});
    facts({"import", images.string(), "--item", "GJ0001", "--title", "x", "--user", "operator"});
  }
  /// The largest object: the master.
  fs::path master() {
    fs::path best;
    for (const auto& entry : fs::recursive_directory_iterator(archive() / "objects")) {
      if (entry.is_regular_file() && (best.empty() || entry.file_size() > fs::file_size(best))) {
        best = entry.path();
      }
    }
    return best;
  }
  void damage(const fs::path& file) {
    std::string bytes = read_file(file).value();
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    fs::remove(file);
    REQUIRE(write_new_file(file, bytes));
  }
};

}  // namespace

TEST_CASE("scrub, second disk, restore and rebuild from the terminal") {
  Station station;
  CHECK(station.facts({"status"})["keeping"]["fixity"]["verdict"] == "unchecked");
  CHECK(station.facts({"backup", "status"}, 7)["state"] == "behind");
  station.facts({"jobs", "run"});  // the page's own jobs: derive and mirror
  CHECK(station.facts({"backup", "status"})["state"] == "ok");

  Json scrubbed = station.facts({"scrub"});
  CHECK(scrubbed["verdict"] == "whole");
  CHECK(scrubbed["unchecked"] == 0);
  station.damage(station.master());
  scrubbed = station.facts({"scrub", "--no-repair"}, 7);
  CHECK(scrubbed["verdict"] == "damaged");
  CHECK(scrubbed["damaged"][0]["found"] == "altered");
  CHECK(station.facts({"status"})["keeping"]["fixity"]["damaged"] == 1);
  CHECK(station.run({"status"}).out.find("DAMAGED") != std::string::npos);
  scrubbed = station.facts({"scrub", "--limit", "50"});
  CHECK(scrubbed["repaired"] == 1);
  CHECK(scrubbed["verdict"] == "whole");

  CHECK(station.facts({"backup", "run"})["snapshot"] == true);
  const fs::path restored = station.folder() / "restored";
  const Json back = station.facts({"restore", station.disk.string(), restored.string()});
  CHECK(back["complete"] == true);
  CHECK(station.facts({"fsck", "--archive", restored.string()})["healthy"] == true);
  CHECK(station.facts({"jobs", "list", "--archive", restored.string()})["jobs"].size() >= 1);

  fs::remove(station.archive() / "catalogue.sqlite");
  const fs::path rebuilt = station.folder() / "rebuilt";
  const Json again =
      station.facts({"rebuild", station.archive().string(), "--into", rebuilt.string()});
  CHECK(again["from_sidecars"]["captures"] == 1);
  CHECK_FALSE(again["lost"].empty());
  CHECK(station.facts({"status", "--archive", rebuilt.string()})["items"][0]["pages"] == 1);
}

TEST_CASE("a second disk that is not there is red, and pages are kept all the same") {
  Station station;
  fs::rename(station.disk, station.disk.string() + ".away");
  const Json taken = station.facts(
      {"import", (station.folder() / "images").string(), "--item", "GJ0001", "--user", "operator"});
  CHECK(taken["kept"].size() == 1);
  CHECK(station.facts({"backup", "run"}, 8)["state"] == "lost");
  CHECK(station.facts({"backup", "status"}, 8)["state"] == "lost");
  CHECK(station.run({"status"}).out.find("LOST") != std::string::npos);
  CHECK(station.facts({"audit", "verify"}, 1)["not_compared"].size() == 1);
  fs::rename(station.disk.string() + ".away", station.disk);
  CHECK(station.facts({"backup", "run"})["state"] == "ok");
}

TEST_CASE(
    "a rolled-back catalogue is found out from the archive, a package's head and a head file") {
  Station station;
  station.facts(
      {"label", "record", "GJ0001", "--rights", "CC0-1.0", "--grade", "public", "--user", "lead"});
  const fs::path old = station.folder() / "yesterday.sqlite";
  fs::copy_file(station.archive() / "catalogue.sqlite", old);
  station.facts({"backup", "run"});
  station.facts({"label", "record", "GJ0001", "--creator", "y", "--user", "lead"});
  const fs::path out = station.folder() / "out";
  const Json made = station.facts({"package", "GJ0001", "--out", out.string(), "--allow",
                                   "unreviewed", "--allow", "quality_failed", "--user", "lead"});
  const Json sound = station.facts({"audit", "verify", "--against", made["path"], "--against",
                                    (out / "heads.jsonl").string(), "--key",
                                    (station.archive() / "keys/station.pub").string()});
  CHECK(sound["intact"] == true);
  CHECK(sound["checkpoints"] == 2);
  CHECK(sound["signatures_checked"].get<int>() >= 4);
  CHECK(sound["compared"].size() >= 3);

  fs::copy_file(old, station.archive() / "catalogue.sqlite", fs::copy_options::overwrite_existing);
  CHECK(station.facts({"audit", "verify"}, 7)["fault"] == "cut");
  fs::remove(station.archive() / "heads.jsonl");  // somebody thorough
  CHECK(station.facts({"audit", "verify", "--against", made["path"]}, 7)["fault"] == "cut");
  CHECK(station.facts({"audit", "verify", "--against", (out / "heads.jsonl").string()},
                      7)["fault"] == "cut");
}

TEST_CASE("a checkpoint is signed on demand, and by itself after so many entries") {
  Terminal terminal;
  terminal.make_archive({"operator"});
  CHECK(terminal.facts({"status"})["keeping"]["journal"]["signed_entries"] == 0);
  // By itself nothing is signed with a sealed key: this archive has an open one.
  std::filesystem::remove_all(terminal.archive() / "keys");
  terminal.facts({"key", "make", "--unsealed", "--user", "admin"});
  const Json head = terminal.facts({"audit", "checkpoint", "--user", "operator"});
  CHECK(head["signature"].get<std::string>().size() == 128);
  CHECK(terminal.facts({"status"})["keeping"]["journal"]["signed_entries"] == head["sequence"]);
  REQUIRE(replace_file(terminal.archive() / "settings.toml", "[journal]\ncheckpoint_every = 1\n"));
  terminal.facts({"user", "add", "eve", "--user", "admin"}, 0, {{"SHIQU_NEW_PIN", "1357"}});
  CHECK(terminal.facts({"audit", "verify"})["checkpoints"] == 2);
}

TEST_CASE("an empty archive is not shown as checked, and no second disk not as one") {
  Terminal terminal;
  terminal.make_archive();
  CHECK(terminal.facts({"scrub"}, 7)["verdict"] == "nothing");
  CHECK(terminal.facts({"backup", "status"}, 7)["state"] == "off");
  CHECK(terminal.facts({"backup", "run"}, 6)["error"]["code"] == "invalid_input");
}
