#include "storage/base/text.h"
#include "tests/cli/shiqu_process.h"

#include <doctest/doctest.h>

using namespace shiqu;
using namespace shiqu::test;

namespace {

/// The code of a refusal, as scripts read it.
std::string code_of(const Json& refusal) {
  REQUIRE(refusal.contains("error"));
  return refusal["error"]["code"].get<std::string>();
}

}  // namespace

TEST_CASE("a missing archive is not found, and no archive at all is invalid input") {
  Terminal terminal;
  CHECK(code_of(terminal.facts({"status"}, 3)) == "not_found");
  CHECK(code_of(terminal.facts({"status"}, 6, {{"SHIQU_ARCHIVE", ""}})) == "invalid_input");
}

TEST_CASE("PIN, role and account are checked before anything is done") {
  Terminal terminal;
  terminal.make_archive({"operator"});
  const Environment wrong_pin = {{"SHIQU_PIN", "9999"}, {"SHIQU_NEW_PIN", "1357"}};
  CHECK(code_of(terminal.facts({"user", "add", "eve", "--user", "admin"}, 4, wrong_pin)) ==
        "denied");
  const Environment new_pin = {{"SHIQU_NEW_PIN", "1357"}};
  CHECK(code_of(terminal.facts({"user", "add", "eve", "--user", "operator"}, 4, new_pin)) ==
        "denied");
  CHECK(code_of(terminal.facts({"user", "add", "eve"}, 4, new_pin)) == "denied");
  CHECK(code_of(terminal.facts({"user", "add", "eve", "--role", "king", "--user", "admin"}, 6,
                               new_pin)) == "invalid_input");
  CHECK(terminal.facts({"user", "list"})["users"].size() == 2);
}

TEST_CASE("a PIN is taken from a file, and without terminal and variable it is not waited for") {
  Terminal terminal;
  terminal.make_archive();
  const auto file = terminal.folder() / "pin";
  REQUIRE(write_new_file(file, std::string(Terminal::kPin) + "\n"));
  const Environment none = {{"SHIQU_PIN", ""}, {"SHIQU_NEW_PIN", "1357"}};
  const Json added = terminal.facts(
      {"user", "add", "eve", "--user", "admin", "--pin-file", file.string()}, 0, none);
  CHECK(added["role"] == "operator");
  CHECK(code_of(terminal.facts({"user", "add", "adam", "--user", "admin"}, 4, none)) == "denied");
}

TEST_CASE("what does not exist, exists already or is written wrongly has its own exit status") {
  Terminal terminal;
  terminal.make_archive({"operator"});
  CHECK(code_of(terminal.facts({"quality", "GJ9999"}, 3)) == "not_found");
  CHECK(code_of(terminal.facts({"label", "show", "GJ9999/1"}, 3)) == "not_found");
  CHECK(code_of(terminal.facts({"label", "show", "GJ9999"}, 6)) == "invalid_input");
  CHECK(code_of(terminal.facts({"init"}, 5)) == "exists");
  CHECK(terminal.facts({"search", "無此句"}, 3)["hits"].empty());
  CHECK(code_of(terminal.facts({"verify", (terminal.folder() / "none").string()}, 3)) ==
        "not_found");
  CHECK(code_of(terminal.facts({"scan", "--item", "GJ1", "--title", "x", "--device", "x",
                                "--backend", "telepathy", "--user", "operator"},
                               6)) == "invalid_input");
}

TEST_CASE("an unreadable settings file is named with its line, and nothing else is done") {
  Terminal terminal;
  terminal.make_archive();
  REQUIRE(replace_file(terminal.archive() / "settings.toml", "[ocr]\nlanguage = 1\n"));
  const Json refusal = terminal.facts({"status"}, 6);
  CHECK(refusal["error"]["subject"].get<std::string>().find("line 2") != std::string::npos);
}

TEST_CASE("a refusal is one sentence for a person, then what was tried and the library's words") {
  Terminal terminal;
  terminal.make_archive();
  const Ran ran = terminal.run({"quality", "GJ9999"});
  const auto lines = split(trim(ran.words), '\n');
  CHECK(lines.front().starts_with("shiqu: It does not exist."));
  CHECK(lines.front().find("GJ9999") != std::string::npos);
  CHECK(ran.out.empty());
}

TEST_CASE("--log FILE keeps a log of the run, and a refusal stands in it") {
  Terminal terminal;
  terminal.make_archive();
  const auto file = terminal.folder() / "run.log";
  terminal.run({"quality", "GJ9999", "--log", file.string()});
  const auto text = read_file(file);
  REQUIRE(text);
  CHECK(text->find("GJ9999") != std::string::npos);
}
