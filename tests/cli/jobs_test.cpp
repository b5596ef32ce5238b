// Batches of jobs as a user at a terminal has them: interrupted, paused, put first, tried again.
#include "storage/base/process.h"
#include "storage/base/text.h"
#include "tests/cli/shiqu_process.h"
#include "tests/support/ok.h"

#include <doctest/doctest.h>

#include <sys/types.h>
#include <csignal>

#include <chrono>
#include <filesystem>
#include <string>
#include <thread>

using namespace shiqu;
using namespace shiqu::test;
namespace fs = std::filesystem;

namespace {

const Environment kOlga{{"SHIQU_USER", "operator"}};

/// An archive with `pages` small pages of the press, and nothing waiting.
struct Station {
  Terminal terminal;

  explicit Station(int pages) {
    terminal.make_archive({"operator"});
    const fs::path inbox = terminal.folder() / "inbox";
    REQUIRE(terminal
                .start("shiqu-press", {"--out", inbox.string(), "--pages", std::to_string(pages),
                                       "--leaf", "half", "--width", "500", "--height", "600",
                                       "--columns", "4", "--rows", "8", "--no-seal"})
                .status == 0);
    REQUIRE(
        terminal.run({"import", inbox.string(), "--item", "GJ1", "--title", "T"}, kOlga).status ==
        0);
    REQUIRE(terminal.run({"jobs", "run"}).status == 0);
  }

  Json list() { return terminal.facts({"jobs", "list"}); }
  Json batch() { return list()["batches"][0]; }
  std::string id() { return batch()["id"].get<std::string>(); }
  void order(const Arguments& arguments, int status = 0) {
    CHECK(terminal.run(arguments, kOlga).status == status);
  }
};

}  // namespace

TEST_CASE(
    "Ctrl+C lets running pages end, pauses the rest, says how to go on, and nothing is lost") {
  Station station(12);
  const fs::path out = station.terminal.folder() / "ocr-out";
  ProcessSpec spec;
  spec.program = fs::path(SHIQU_BIN_DIR) / "shiqu";
  spec.arguments = {"ocr", "run", "GJ1"};
  spec.environment = {{"LC_ALL", "C.UTF-8"},
                      {"LANGUAGE", ""},
                      {"SHIQU_USER", "operator"},
                      {"SHIQU_PIN", Terminal::kPin},
                      {"SHIQU_ARCHIVE", station.terminal.archive().string()}};
  spec.output = out;
  auto program = ChildProcess::start(spec);
  REQUIRE_OK(program);
  for (int i = 0; i < 600; ++i) {
    const Json batches = station.list()["batches"];
    if (!batches.empty() && batches[0]["jobs"]["done"] >= 1) {
      break;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  REQUIRE(::kill(program->pid(), SIGINT) == 0);
  const auto status = program->wait(std::chrono::seconds(60));
  REQUIRE_OK(status);
  const std::string words = read_file(out).value();
  CAPTURE(words);
  CHECK(*status == 10);
  CHECK(words.find("shiqu jobs resume " + station.id() + " --run") != std::string::npos);
  const Json stopped = station.batch();
  CHECK(stopped["paused"] == true);
  CHECK(stopped["jobs"]["running"] == 0);
  CHECK(stopped["jobs"]["queued"] > 0);

  // Other programs leave it alone, until it is resumed.
  CHECK(station.terminal.run({"jobs", "run"}).status == 0);
  CHECK(station.batch()["jobs"]["queued"] == stopped["jobs"]["queued"]);
  station.order({"jobs", "resume", station.id(), "--run"});
  CHECK(station.batch()["jobs"]["done"] == 12);
  for (int page = 1; page <= 12; ++page) {
    const Json text = station.terminal.facts({"label", "show", "GJ1/" + std::to_string(page)});
    CHECK(text["revision"] == 1);
  }
}

TEST_CASE("batches are listed, paused, put first, cancelled and queued again") {
  Station station(3);
  station.order({"ocr", "run", "GJ1", "--queue-only"});
  const std::string id = station.id();
  const Json queued = station.batch();
  CHECK(queued["label"] == "OCR GJ1");
  CHECK(queued["jobs"]["queued"] == 3);
  CHECK(queued["seconds_left"].is_null());

  station.order({"jobs", "pause"});
  CHECK(station.list()["paused"] == true);
  CHECK(station.terminal.run({"jobs", "run"}).status == 0);
  CHECK(station.batch()["jobs"]["queued"] == 3);
  station.order({"jobs", "resume"});
  CHECK(station.list()["paused"] == false);

  station.order({"jobs", "prioritise", "GJ1/3", "--priority", "30"});
  const Json rows = station.terminal.facts({"jobs", "list", "--batch", id})["jobs"];
  REQUIRE(rows.size() == 3);
  CHECK(rows[0]["priority"] == 0);
  CHECK(rows[2]["priority"] == 30);
  CHECK(station.terminal.facts({"jobs", "list", "--limit", "2"})["jobs"].size() == 2);

  station.order({"jobs", "cancel", id});
  CHECK(station.batch()["jobs"]["cancelled"] == 3);
  station.order({"jobs", "retry", rows[0]["id"].get<std::string>()});
  CHECK(station.batch()["jobs"]["queued"] == 1);
  station.order({"jobs", "retry", id, "--run"});
  CHECK(station.batch()["jobs"]["done"] == 3);
}

TEST_CASE("orders about jobs that do not exist, or by nobody, are refused") {
  Terminal terminal;
  terminal.make_archive({"operator"});
  for (const char* verb : {"pause", "resume", "cancel", "prioritise", "retry"}) {
    CAPTURE(verb);
    CHECK(terminal.run({"jobs", verb, "no-such-job"}, kOlga).status == 3);
    CHECK(terminal.run({"jobs", verb, "no-such-job"}).status == 4);
  }
  CHECK(terminal.run({"jobs", "prioritise", "GJ1/1"}, kOlga).status == 3);
  CHECK(terminal.run({"jobs", "list", "--batch", "no-such-batch"}).status == 3);
  CHECK(terminal.run({"jobs", "retry"}).status == 2);
}
