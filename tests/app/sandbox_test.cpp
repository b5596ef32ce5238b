// What an attacker inside a worker would try: the real program, in its real sandbox.

#include "storage/base/process.h"
#include "tests/support/archive.h"
#include "ui/app/workers.h"

#include <doctest/doctest.h>

#include <csignal>
#include <set>

using namespace shiqu;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

constexpr int kAllowed = 0;
constexpr int kRefused = 1;
constexpr int kKilled = 128 + SIGSYS;

/// An archive with something in it that a worker has no business with.
struct Prey {
  test::Archive archive;
  Prey() { REQUIRE_OK(write_new_file(archive.store.keys() / "station.pub", "x")); }

  int probe(ProcessSpec spec, const std::string& what) const {
    spec.with_channel = false;
    spec.arguments.insert(spec.arguments.end(), {"--probe", what});
    auto child = ChildProcess::start(spec);
    REQUIRE_OK(child);
    const auto status = child->wait(std::chrono::seconds(20));
    REQUIRE_OK(status);
    return *status;
  }
  int probe(const char* kind, const std::string& what) const {
    return probe(app::worker_spec(archive.store.folder(), kind), what);
  }
};

}  // namespace

TEST_CASE("each move of an attacker in a decoder or recogniser is refused or kills it") {
  const Prey prey;
  const std::set<std::string> files{"open", "open-catalogue", "open-key", "create",
                                    "create-object"};
  for (const char* kind : {"decode", "ocr"}) {
    for (const char* what :
         {"open", "open-catalogue", "open-key", "create", "create-object", "socket", "exec", "fork",
          "ptrace", "kill", "mprotect-exec", "read-parent", "raise-limit", "io-uring"}) {
      CAPTURE(kind);
      CAPTURE(what);
      const int expected = files.contains(what) || kSanitized ? kRefused : kKilled;
      CHECK(prey.probe(kind, what) == expected);
    }
  }
  CHECK_FALSE(std::filesystem::exists(prey.archive.store.folder() / "objects/probe"));
}

TEST_CASE(
    "a driver reaches neither catalogue nor keys nor objects, starts nothing, traces nobody") {
  const Prey prey;
  for (const char* what : {"open-catalogue", "open-key", "create", "create-object", "socket",
                           "exec", "ptrace", "read-parent", "io-uring"}) {
    CAPTURE(what);
    CHECK(prey.probe("device", what) == kRefused);
  }
}

TEST_CASE("only a driver of a device on the network gets a socket") {
  const Prey prey;
  const auto& folder = prey.archive.store.folder();
  const auto socket = [&](const char* backend, const char* address) {
    return prey.probe(app::device_spec(folder, backend, address), "socket");
  };
  CHECK(socket("gphoto2", "ptpip:192.168.1.1") == kAllowed);
  CHECK(socket("gphoto2", "usb:001,004") == kRefused);
  CHECK(socket("sane", "test:0") == kRefused);
  CHECK(socket("sane", "airscan:e0:Scanner") == kAllowed);
  CHECK(socket("folder", "/tmp") == kRefused);
}
