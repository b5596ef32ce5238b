#include "storage/base/process.h"

#include "storage/base/clock.h"
#include "storage/base/file.h"

#include <doctest/doctest.h>

#include <filesystem>

using namespace shiqu;
using namespace std::chrono_literals;

namespace {

WorkerProcess echo_worker() {
  return WorkerProcess(ProcessSpec{program_folder() / "echo_worker", {}, {}, true, {}});
}

WorkerCall ask(const char* op, std::chrono::milliseconds limit = 10s) {
  WorkerCall call;
  call.request = {{"op", op}};
  call.limit = limit;
  return call;
}

}  // namespace

TEST_CASE("a worker answers, and one process serves many requests") {
  WorkerProcess worker = echo_worker();
  const auto first = worker.call(ask("hello"));
  const auto second = worker.call(ask("again"));
  REQUIRE(first);
  REQUIRE(second);
  CHECK((*first)["echo"]["op"] == "hello");
  CHECK((*first)["pid"] == (*second)["pid"]);
  CHECK(worker.starts() == 1);
}

TEST_CASE("a worker that crashes is reported with its signal and started again") {
  WorkerProcess worker = echo_worker();
  const auto crashed = worker.call(ask("crash"));
  REQUIRE_FALSE(crashed);
  CHECK(crashed.error().code == ErrorCode::Crashed);
  CHECK_FALSE(crashed.error().native.empty());
  const auto next = worker.call(ask("hello"));
  REQUIRE(next);
  CHECK(worker.starts() == 2);
}

TEST_CASE("a worker without progress is killed at its limit") {
  WorkerProcess worker = echo_worker();
  const std::int64_t begin = now_monotonic_ms();
  const auto hung = worker.call(ask("hang", 300ms));
  REQUIRE_FALSE(hung);
  CHECK(hung.error().code == ErrorCode::Timeout);
  CHECK(now_monotonic_ms() - begin < 5000);
  CHECK(worker.call(ask("hello")));
}

TEST_CASE("an error crosses the channel with code, subject and native words") {
  WorkerProcess worker = echo_worker();
  const auto failed = worker.call(ask("fail"));
  REQUIRE_FALSE(failed);
  CHECK(failed.error().code == ErrorCode::NotFound);
  CHECK(failed.error().subject == "it");
  CHECK(failed.error().native == "native words");
  CHECK(worker.starts() == 1);
}

TEST_CASE("progress messages arrive before the answer") {
  WorkerProcess worker = echo_worker();
  int last = 0;
  WorkerCall call = ask("steps");
  call.progress = [&](const Json& state) { last = get_or(state, "done", 0); };
  REQUIRE(worker.call(call));
  CHECK(last == 3);
}

TEST_CASE("a cancelled call ends at once and its worker is gone") {
  WorkerProcess worker = echo_worker();
  std::stop_source source;
  source.request_stop();
  WorkerCall call = ask("hang", 10s);
  call.stop = source.get_token();
  const auto cancelled = worker.call(call);
  REQUIRE_FALSE(cancelled);
  CHECK(cancelled.error().code == ErrorCode::Cancelled);
  CHECK(worker.pid() == -1);
}

TEST_CASE("a program that is not there gives a clear error") {
  WorkerProcess worker(ProcessSpec{"/nonexistent/worker", {}, {}, true, {}});
  const auto missing = worker.call(ask("hello"));
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code == ErrorCode::NotFound);
}

TEST_CASE("a sandboxed worker can use its own folder and nothing else") {
  const TempDir folder;
  WorkerProcess worker = echo_worker();
  WorkerCall call = ask("escape");
  call.request["folder"] = folder.path().string();
  const auto tried = worker.call(call);
  REQUIRE(tried);
  CHECK((*tried)["work"] == true);
  if ((*tried)["seccomp"] == true) {
    CHECK((*tried)["connect"] == false);
  }
  if ((*tried)["landlock"] == true) {
    CHECK((*tried)["write"] == false);
    CHECK((*tried)["read"] == false);
  }
}
