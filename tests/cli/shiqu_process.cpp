#include "tests/cli/shiqu_process.h"

#include "storage/base/file.h"
#include "storage/base/process.h"
#include "storage/base/text.h"
#include "tests/support/ok.h"

#include <doctest/doctest.h>

#include <chrono>

namespace shiqu::test {

Ran Terminal::start(const std::string& program, const Arguments& arguments,
                    const Environment& extra) {
  const std::string number = std::to_string(++runs_);
  const auto out = folder_.path() / ("out-" + number);
  const auto words = folder_.path() / ("words-" + number);
  ProcessSpec spec;
  // The shell keeps the two streams apart, which ChildProcess does not, and then becomes shiqu.
  spec.program = "/bin/sh";
  spec.arguments = {"-c",           R"(out=$1; words=$2; shift 2; exec "$@" >"$out" 2>"$words")",
                    "sh",           out.string(),
                    words.string(), (std::filesystem::path(SHIQU_BIN_DIR) / program).string()};
  spec.arguments.insert(spec.arguments.end(), arguments.begin(), arguments.end());
  spec.environment = {{"LC_ALL", "C.UTF-8"},
                      {"LANGUAGE", ""},
                      {"SHIQU_USER", ""},
                      {"SHIQU_PIN", kPin},
                      {"SHIQU_KEY_PASSPHRASE", kPassphrase},
                      {"SHIQU_VCAM", ""}};
  spec.environment["SHIQU_ARCHIVE"] = archive().string();
  for (const auto& [name, value] : extra) {
    spec.environment[name] = value;
  }
  auto child = ChildProcess::start(spec);
  REQUIRE_OK(child);
  const auto status = child->wait(std::chrono::seconds(60));
  REQUIRE_OK(status);
  return {*status, read_file(out).value_or(""), read_file(words).value_or("")};
}

Ran Terminal::run(const Arguments& arguments, const Environment& extra) {
  return start("shiqu", arguments, extra);
}

Json Terminal::facts(Arguments arguments, int status, const Environment& extra) {
  arguments.emplace_back("--json");
  const Ran ran = run(arguments, extra);
  CAPTURE(arguments.front());
  CAPTURE(ran.out);
  CAPTURE(ran.words);
  CHECK(ran.status == status);
  const auto parsed = parse_json(split(trim(ran.out), '\n').back());
  REQUIRE_OK(parsed);
  REQUIRE(parsed->is_object());
  return *parsed;
}

void Terminal::make_archive(const std::vector<std::string>& roles) {
  REQUIRE(run({"init", "--title", "Test archive"}).status == 0);
  for (const std::string& role : roles) {
    REQUIRE(run({"user", "add", role, "--role", role, "--user", "admin"}, {{"SHIQU_NEW_PIN", kPin}})
                .status == 0);
  }
}

std::filesystem::path Terminal::press_leaf(int columns, int rows, int width_px, int height_px) {
  const std::filesystem::path out = folder() / "pages";
  const std::filesystem::path text = folder() / "text.txt";
  REQUIRE(write_new_file(text, "牀前明月光疑是地上霜舉頭望明月低頭思故鄉牀前明月\n"));
  const Ran pressed =
      start("shiqu-press", {"--out", out.string(), "--pages", "1", "--seed", "3", "--text",
                            text.string(), "--ageing", "none", "--columns", std::to_string(columns),
                            "--rows", std::to_string(rows), "--width", std::to_string(width_px),
                            "--height", std::to_string(height_px), "--no-seal"});
  REQUIRE(pressed.status == 0);
  for (const auto& entry : std::filesystem::directory_iterator(out)) {
    if (entry.path().extension() == ".jpg") {
      return entry.path();
    }
  }
  FAIL("the press wrote no picture");
  return {};
}

}  // namespace shiqu::test
