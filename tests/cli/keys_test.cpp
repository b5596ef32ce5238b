#include "tests/cli/shiqu_process.h"

#include <doctest/doctest.h>

using namespace shiqu;
using namespace shiqu::test;

namespace {

const Environment kNoPassphrase = {{"SHIQU_KEY_PASSPHRASE", ""}};

}  // namespace

TEST_CASE("init seals the signing key, or makes none, or leaves it open when that is asked for") {
  Terminal sealed;
  CHECK(sealed.facts({"init"})["signing_key"]["sealed"] == true);
  CHECK(sealed.facts({"status"})["signing_key"]["sealed"] == true);
  Terminal none;
  CHECK(none.facts({"init"}, 0, kNoPassphrase)["signing_key"].is_null());
  CHECK(none.facts({"status"})["signing_key"].is_null());
  Terminal open;
  CHECK(open.facts({"init", "--unsealed-key"}, 0, kNoPassphrase)["signing_key"]["sealed"] == false);
  CHECK(open.run({"status"}).out.find("NOT SEALED") != std::string::npos);
  Terminal weak;
  weak.facts({"init"}, 6, {{"SHIQU_KEY_PASSPHRASE", "short"}});
  CHECK_FALSE(std::filesystem::exists(weak.archive()));
}

TEST_CASE("a key is rotated, sealed anew and listed; only administrators change keys") {
  Terminal terminal;
  terminal.make_archive({"lead"});
  const std::string first = terminal.facts({"status"})["signing_key"]["id"];
  terminal.facts({"key", "rotate", "--user", "lead"}, 4);
  terminal.facts({"key", "make", "--user", "admin"}, 5);
  const Environment wrong = {{"SHIQU_KEY_PASSPHRASE", "something else"}};
  terminal.facts({"key", "rotate", "--user", "admin"}, 4, wrong);
  const Json rotated = terminal.facts({"key", "rotate", "--user", "admin"});
  CHECK(rotated["from"] == first);
  const Environment fresh = {{"SHIQU_NEW_KEY_PASSPHRASE", "a new passphrase"}};
  CHECK(terminal.facts({"key", "seal", "--user", "admin"}, 0, fresh)["sealed"] == true);
  terminal.facts({"key", "rotate", "--user", "admin"}, 4);
  const Json listed = terminal.facts({"key", "list"}, 0, kNoPassphrase);
  REQUIRE(listed["keys"].size() == 2);
  CHECK(listed["keys"][0]["id"] == rotated["to"]);
  CHECK(listed["keys"][1]["handed_over"] == true);
  const std::string log = terminal.run({"audit", "log"}).out;
  CHECK(log.find("key.rotated") != std::string::npos);
  CHECK(log.find("key.sealed") != std::string::npos);
}

TEST_CASE("receivers are remembered, and a station has a key of its own to receive with") {
  Terminal terminal;
  terminal.make_archive();
  const std::string own =
      terminal.facts({"key", "receiver", "make", "--user", "admin"})["recipient"];
  CHECK(own.rfind("age1", 0) == 0);
  terminal.facts({"key", "receiver", "add", "library", own, "--user", "admin"});
  terminal.facts({"key", "receiver", "add", "library", own, "--user", "admin"}, 5);
  terminal.facts({"key", "receiver", "add", "other", "age1broken", "--user", "admin"}, 6);
  const Json listed = terminal.facts({"key", "list"});
  CHECK(listed["receivers"][0]["recipient"] == own);
  CHECK(listed["receiving"] == own);
}
