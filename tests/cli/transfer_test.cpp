#include "storage/base/text.h"
#include "tests/cli/shiqu_process.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

using namespace shiqu;
using namespace shiqu::test;
namespace fs = std::filesystem;

namespace {

/// An archive with one page whose package may leave, and the archive that receives it.
struct TwoArchives {
  Terminal sender;
  Terminal receiver;
  fs::path disk = sender.folder() / "disk";

  TwoArchives() {
    for (Terminal* one : {&sender, &receiver}) {  // open keys: sealing is tested elsewhere
      one->facts({"init", "--title", "Test archive", "--unsealed-key"});
      one->facts({"user", "add", "lead", "--role", "lead", "--user", "admin"}, 0,
                 {{"SHIQU_NEW_PIN", Terminal::kPin}});
    }
    fs::create_directories(disk);
    const fs::path images = sender.folder() / "images";
    fs::create_directories(images);
    fs::copy(sender.press_leaf(2, 4, 300, 400), images / "a.jpg");
    sender.facts(
        {"import", images.string(), "--item", "GJ0001", "--title", "史記", "--user", "lead"});
  }
  Json package(Arguments more = {}) {
    Arguments all = {"package", "GJ0001",         "--user",  "lead",
                     "--allow", "ungraded",       "--allow", "unreviewed",
                     "--allow", "rights_unknown", "--allow", "quality_failed"};
    all.insert(all.end(), more.begin(), more.end());
    return sender.facts(all);
  }
  [[nodiscard]] std::string key() const { return (sender.archive() / "keys/station.pub").string(); }
  [[nodiscard]] std::string their_key() const {
    return (receiver.archive() / "keys/station.pub").string();
  }
};

}  // namespace

TEST_CASE("a package is delivered, received, imported, and its receipt makes it delivered") {
  TwoArchives two;
  const std::string made = two.package()["path"];
  const Json copied =
      two.sender.facts({"deliver", made, "--to", two.disk.string(), "--user", "lead"});
  CHECK(copied["state"] == "copied");
  CHECK(copied["read_back"] != "remounted");
  const fs::path there = two.disk / "gj0001-v1";
  CHECK(fs::exists(two.disk / "gj0001-v1.sealed"));
  CHECK(fs::exists(two.disk / "gj0001-v1.sheet.html"));
  CHECK(two.sender.facts({"package", "ledger"})["deliveries"][0]["state"] == "copied");

  const Json receipt =
      two.receiver.facts({"receipt", "make", there.string(), "--key", two.key(), "--user", "lead"});
  const std::string file = receipt["receipt"];
  two.sender.facts({"receipt", "take", file, "--user", "lead"}, 4);
  two.sender.facts({"receipt", "take", file, "--key", two.key(), "--user", "lead"}, 7);
  const Json taken =
      two.sender.facts({"receipt", "take", file, "--key", two.their_key(), "--user", "lead"});
  CHECK(taken["deliveries"][0]["state"] == "delivered");
  two.sender.facts({"receipt", "take", file, "--user", "lead"});  // remembered; nothing twice
  const Json ledger = two.sender.facts({"package", "ledger"})["deliveries"];
  REQUIRE(ledger.size() == 1);
  CHECK(ledger[0]["state"] == "delivered");

  const Json planned = two.receiver.facts(
      {"package", "import", there.string(), "--key", two.key(), "--plan", "--user", "lead"});
  CHECK(planned["pages_added"] == 1);
  const Json brought = two.receiver.facts({"import", there.string(), "--user", "lead"});
  CHECK(brought["pages_added"] == 1);
  CHECK(two.receiver.facts({"import", there.string(), "--user", "lead"})["known"] == true);
  two.receiver.facts({"fsck"});
  two.receiver.facts({"audit", "verify"});
}

TEST_CASE("a receipt that was altered is worth nothing") {
  TwoArchives two;
  const std::string made = two.package()["path"];
  const std::string file = two.receiver.facts(
      {"receipt", "make", made, "--out", two.disk.string(), "--user", "lead"})["receipt"];
  std::ifstream in(file);
  std::string text((std::istreambuf_iterator<char>(in)), {});
  text.replace(text.find("\"files\": "), 10, "\"files\": 9");
  std::ofstream(file) << text;
  CHECK(two.sender.run({"receipt", "take", file, "--key", two.their_key(), "--user", "lead"})
            .status != 0);
  CHECK(two.sender.facts({"package", "ledger"})["deliveries"].empty());
}

TEST_CASE("a package for a receiver, cut into volumes, is opened by that receiver alone") {
  TwoArchives two;
  const std::string own =
      two.receiver.facts({"key", "receiver", "make", "--unsealed", "--user", "admin"})["recipient"];
  two.sender.facts({"key", "receiver", "add", "library", own, "--user", "admin"});
  const Json made = two.package({"--encrypt-for", "library", "--volume-size", "64K"});
  const std::string volumes = made["wrapped"];
  CHECK(fs::exists(volumes + ".sealed"));
  two.sender.facts({"deliver", volumes, "--to", two.disk.string(), "--user", "lead"});
  const std::string there = (two.disk / "gj0001-v1.volumes").string();
  const std::string inbox = (two.disk / "inbox").string();
  const Json joined =
      two.receiver.facts({"package", "join", there, "--out", inbox, "--key", two.key()});
  CHECK(joined["ok"] == true);
  CHECK(joined["signature"] == "trusted");
  CHECK(joined["tag_manifest_sha256"] == made["verdict"]["tag_manifest_sha256"]);
  two.sender.facts({"key", "receiver", "make", "--unsealed", "--user", "admin"});
  two.sender.facts({"package", "join", there, "--out", inbox + "2"}, 4);
  CHECK_FALSE(fs::exists(inbox + "2/gj0001-v1"));
  two.receiver.facts({"package", "join", there, "--out", inbox + "3", "--key", two.their_key()}, 7);
}

TEST_CASE("packages are numbered inside the signature, and SM2 signs a second time") {
  TwoArchives two;
  two.sender.facts({"key", "make", "--sm2", "--unsealed", "--user", "admin"});
  const std::string sm2 = (two.sender.archive() / "keys/sm2.pub").string();
  const std::string first = two.package({"--sm2"})["path"];
  const std::string second = two.package()["path"];
  const Json one = two.sender.facts({"verify", first, "--key", two.key(), "--sm2-key", sm2});
  CHECK(one["sequence"] == 1);
  CHECK(one["sm2_signature"] == "trusted");
  const Json next = two.sender.facts({"verify", second, "--after", "1"});
  CHECK(next["sequence"] == 2);
  CHECK(next["previous"] == one["tag_manifest_sha256"]);
  CHECK(two.sender.facts({"verify", first, "--after", "1"}, 7)["findings"][0]["code"] ==
        "replayed");
  two.sender.facts({"verify", second, "--sm2-key", sm2}, 7);
}
