#include "storage/base/text.h"
#include "tests/cli/shiqu_process.h"

#include <doctest/doctest.h>

using namespace shiqu;
using namespace shiqu::test;

namespace {

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// A command and words that its help must name.
struct Explained {
  Arguments command;
  std::vector<std::string> names;
};

const std::vector<Explained>& explained() {
  static const std::vector<Explained> all = {
      {{"init"}, {"--title", "--admin", "SHIQU_PIN", "--unsealed-key"}},
      {{"key"}, {"list", "make", "rotate", "seal", "receiver", "SHIQU_KEY_PASSPHRASE"}},
      {{"key", "receiver"}, {"add", "make"}},
      {{"user"}, {"add", "list", "pin", "deactivate", "reactivate", "role"}},
      {{"user", "add"}, {"name", "--role", "--display-name", "SHIQU_NEW_PIN"}},
      {{"user", "list"}, {"--help"}},
      {{"device"}, {"list"}},
      {{"device", "list"}, {"SHIQU_VCAM"}},
      {{"capture"}, {"--item", "--title", "--device", "--count", "--set", "--reshoot"}},
      {{"scan"}, {"--item", "--title", "--device", "--count", "--set"}},
      {{"import"}, {"--item", "--title", "folder"}},
      {{"quality"}, {"item"}},
      {{"ocr", "read"}, {"files", "--out", "--profile", "--workers", "--no-language"}},
      {{"ocr", "models"}, {"--help"}},
      {{"ocr", "train"}, {"--forget", "shiqu-train"}},
      {{"ocr", "evaluate"}, {"read", "truths", "--fold", "--html", "--images", "--seed"}},
      {{"ocr", "compare"}, {"truths", "--fold", "--seed"}},
      {{"ocr", "run"}, {"item", "--languages", "--horizontal", "--no-language", "--queue-only"}},
      {{"label"}, {"show", "correct", "undo", "submit", "record"}},
      {{"label", "show"}, {"page"}},
      {{"label", "correct"}, {"page", "line", "text"}},
      {{"label", "undo"}, {"page"}},
      {{"label", "submit"}, {"page"}},
      {{"label", "record"},
       {"--title", "--creator", "--date", "--description", "--rights", "--grade"}},
      {{"review"}, {"page", "--accept", "--return"}},
      {{"package"},
       {"item", "--out", "--allow", "--plan", "ungraded", "rights_unknown", "unreviewed",
        "quality_failed", "text_of_other_image"}},
      {{"verify"}, {"package", "--key", "--any-bag"}},
      {{"audit"}, {"verify", "log"}},
      {{"audit", "verify"}, {"--help"}},
      {{"audit", "log"}, {"--after", "--limit"}},
      {{"fsck"}, {"--help"}},
      {{"search"}, {"text"}},
      {{"status"}, {"--help"}},
      {{"jobs"}, {"list", "run", "pause", "resume", "cancel", "prioritise", "retry"}},
      {{"jobs", "list"}, {"--batch", "--limit"}},
      {{"jobs", "pause"}, {"id"}},
      {{"jobs", "resume"}, {"id", "--run"}},
      {{"jobs", "prioritise"}, {"id", "--priority"}},
      {{"jobs", "retry"}, {"id", "--run"}},
      {{"jobs", "run"}, {"--help"}},
      {{"jobs", "cancel"}, {"id"}},
      {{"demo"}, {"--seed"}},
      {{"version"}, {"--help"}}};
  return all;
}

}  // namespace

TEST_CASE("each command explains itself and names its options") {
  Terminal terminal;
  for (const Explained& one : explained()) {
    Arguments arguments = one.command;
    arguments.emplace_back("--help");
    const Ran ran = terminal.run(arguments);
    CAPTURE(one.command);
    CHECK(ran.status == 0);
    CHECK(ran.words.empty());
    for (const std::string& name : one.names) {
      CAPTURE(ran.out);
      CHECK(has(ran.out, name));
    }
  }
}

TEST_CASE("the help of the program names every command, the global options and the exit status") {
  Terminal terminal;
  const Ran ran = terminal.run({"--help"});
  CHECK(ran.status == 0);
  for (const Explained& one : explained()) {
    CHECK(has(ran.out, one.command.front()));
  }
  for (const char* name : {"--archive", "--json", "--user", "--pin-file", "--log", "Exit status"}) {
    CAPTURE(name);
    CHECK(has(ran.out, name));
  }
}

TEST_CASE("wrong use ends with status 2 and says what is wrong") {
  Terminal terminal;
  const std::vector<Arguments> wrong = {
      {},
      {"fly"},
      {"init", "--colour", "red"},
      {"capture", "--item", "GJ1"},
      {"capture", "--item", "GJ1", "--device", "x", "--count", "0"},
      {"audit"},
      {"audit", "log", "--limit", "many"},
      {"import", "/no/such/folder", "--item", "GJ1"},
      {"review", "GJ1/1", "--accept", "--return", "no"},
      {"search"},
      {"verify"}};
  for (const Arguments& arguments : wrong) {
    const Ran ran = terminal.run(arguments);
    CAPTURE(arguments);
    CHECK(ran.status == 2);
    CHECK_FALSE(trim(ran.words).empty());
  }
}
