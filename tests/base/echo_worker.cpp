// A worker for the tests of WorkerProcess: does what the request's "op" says.
#include "storage/base/memory.h"
#include "storage/base/process.h"
#include "storage/base/sandbox.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstddef>
#include <new>
#include <string_view>
#include <thread>

using shiqu::Json;

namespace {

/// Tries what a hostile file might make a worker do; says what was possible.
Json try_to_escape(const std::string& allowed_folder) {
  // Of the kind that refuses: the other one kills (app_test tries that in the real workers).
  shiqu::SandboxSpec spec;
  spec.kind = shiqu::SandboxKind::Device;
  spec.readable = {"/usr", "/lib"};
  spec.writable = {allowed_folder};
  spec.file_bytes = 1U << 20U;
  const auto report = shiqu::enter_sandbox(spec);
  const bool can_connect = ::socket(AF_INET, SOCK_STREAM, 0) >= 0;
  const bool can_write = ::open("/tmp/shiqu-escaped", O_WRONLY | O_CREAT, 0600) >= 0;
  const bool can_read = ::open("/etc/passwd", O_RDONLY) >= 0;
  const std::string inside = allowed_folder + "/inside";
  const bool can_work = ::open(inside.c_str(), O_WRONLY | O_CREAT, 0600) >= 0;
  return {{"landlock", report && report->landlock},
          {"seccomp", report && report->seccomp},
          {"connect", can_connect},
          {"write", can_write},
          {"read", can_read},
          {"work", can_work}};
}

/// More than any machine has: std::bad_alloc.
void ask_for_too_much() {
  static volatile std::size_t too_much = std::size_t{1} << 60U;
  ::operator delete(::operator new(too_much));  // not left out, as a new expression may be
}

/// Runs out of memory where nobody catches it.
int without_memory(std::string_view place) {
  shiqu::end_cleanly_without_memory();
  if (place == "thread") {
    std::thread(ask_for_too_much).join();
  } else if (place == "noexcept") {
    []() noexcept { ask_for_too_much(); }();
  } else {
    ask_for_too_much();
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 3 && std::string_view(argv[1]) == "--no-memory") {
    return without_memory(argv[2]);
  }
  return shiqu::serve_worker([](const Json& request, const auto& progress) -> shiqu::Result<Json> {
    const auto op = shiqu::get_or<std::string>(request, "op", "");
    if (op == "crash") {
      std::raise(SIGSEGV);
    }
    if (op == "hang") {
      std::this_thread::sleep_for(std::chrono::hours(1));
    }
    if (op == "sleep") {
      std::this_thread::sleep_for(std::chrono::milliseconds(shiqu::get_or(request, "ms", 0)));
    }
    if (op == "fail") {
      return shiqu::fail(shiqu::ErrorCode::NotFound, "find", "it", "native words");
    }
    if (op == "steps") {
      for (int i = 1; i <= 3; ++i) {
        progress({{"done", i}});
      }
    }
    if (op == "escape") {
      return try_to_escape(shiqu::get_or<std::string>(request, "folder", ""));
    }
    return Json{{"echo", request}, {"pid", ::getpid()}};
  });
}
