#include "storage/base/clock.h"
#include "storage/base/digest.h"
#include "tests/vcam/vcam_process.h"

#include <doctest/doctest.h>

using namespace shiqu;
using test::VcamProcess;

namespace {

bool spool_is_empty(const VcamProcess& vcam) {
  return std::filesystem::is_empty(vcam.spool());
}

/// Captures with `fault` on and returns the error; then, without it, the same camera must work.
ErrorCode error_under(const std::string& fault, const std::string& persona) {
  const VcamProcess vcam({"--persona", persona, "--faults", fault});
  const auto device = vcam.open();
  const std::int64_t begin = now_monotonic_ms();
  const auto shot = device->capture(vcam.spool(), {});
  CHECK(now_monotonic_ms() - begin < 8000);
  REQUIRE_FALSE(shot);
  CAPTURE(shot.error().text());
  CHECK(spool_is_empty(vcam));

  REQUIRE(vcam.control("faults none") == "ok\n");
  const auto again = device->capture(vcam.spool(), {});
  if (!again) {
    FAIL(again.error().text());
  }
  CHECK(again->frames.size() == 1);
  return shot.error().code;
}

}  // namespace

TEST_CASE("a full card gives NoSpace") {
  CHECK(error_under("storefull", "nikon") == ErrorCode::NoSpace);
}

TEST_CASE("a full card of a generic PTP camera gives NoSpace") {
  CHECK(error_under("storefull", "generic") == ErrorCode::NoSpace);
}

TEST_CASE("a lens that finds no focus gives DeviceError") {
  CHECK(error_under("nofocus", "nikon") == ErrorCode::DeviceError);
}

TEST_CASE("a general error at the shutter gives DeviceError") {
  CHECK(error_under("caperr", "nikon") == ErrorCode::DeviceError);
}

TEST_CASE("a general error at the shutter of a generic PTP camera gives DeviceError") {
  CHECK(error_under("caperr", "generic") == ErrorCode::DeviceError);
}

TEST_CASE("a camera that stays busy ends at the limit") {
  // The driver gives up asking a Nikon after a while and reports success all the same.
  CHECK(error_under("busy", "nikon") == ErrorCode::Timeout);
}

TEST_CASE("a busy generic PTP camera gives DeviceBusy") {
  CHECK(error_under("busy", "generic") == ErrorCode::DeviceBusy);
}

TEST_CASE("a capture that completes without a picture gives DeviceError") {
  CHECK(error_under("noobject", "nikon") == ErrorCode::DeviceError);
}

TEST_CASE("a capture without a picture at a generic PTP camera gives DeviceError") {
  CHECK(error_under("noobject", "generic") == ErrorCode::DeviceError);
}

// The same fault of a Nikon holds gp_camera_trigger_capture for minutes; only the watchdog of the
// parent process ends that.
TEST_CASE("a capture that never completes ends at the limit") {
  const VcamProcess vcam({"--persona", "generic", "--faults", "hang"});
  const auto device = vcam.open();

  const auto shot = device->capture(vcam.spool(), {});

  REQUIRE_FALSE(shot);
  CHECK(shot.error().code == ErrorCode::Timeout);
}

TEST_CASE("a refused connection is an error at opening, and opening works afterwards") {
  const VcamProcess vcam({"--faults", "initfail"});

  const auto refused = vcam.try_open();

  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::DeviceError);
  REQUIRE(vcam.control("faults none") == "ok\n");
  CHECK(vcam.try_open());
}

TEST_CASE("a picture whose transfer was cut is on the card after reconnect and comes whole") {
  const VcamProcess vcam({"--faults", "drop"});
  auto device = vcam.open();

  const auto shot = device->capture(vcam.spool(), {});

  REQUIRE_FALSE(shot);
  CHECK(shot.error().code == ErrorCode::DeviceGone);
  CHECK(spool_is_empty(vcam));

  device.reset();
  device = vcam.open();
  auto* card = dynamic_cast<capture::CardReader*>(device.get());
  REQUIRE(card != nullptr);
  const auto files = card->list_card();
  REQUIRE(files);
  REQUIRE(files->size() == 1);
  const auto frame = card->fetch(files->front().path, vcam.spool(), {});
  REQUIRE(frame);
  const auto digest = file_digest_hex(frame->file, DigestKind::Sha256);
  REQUIRE(digest);
  CHECK(vcam.control("card").find(*digest) != std::string::npos);
}

TEST_CASE("a transfer that stalls ends with an error and leaves no part file") {
  const VcamProcess vcam({"--faults", "stall"});
  const auto device = vcam.open();
  const std::int64_t begin = now_monotonic_ms();

  const auto shot = device->capture(vcam.spool(), {});

  REQUIRE_FALSE(shot);
  CHECK(now_monotonic_ms() - begin < 15000);
  CHECK(spool_is_empty(vcam));
}

TEST_CASE("a camera unplugged while waiting is reported as gone") {
  const VcamProcess vcam;
  const auto device = vcam.open();
  REQUIRE(vcam.control("unplug") == "ok\n");

  const auto shot = device->poll(vcam.spool(), std::chrono::milliseconds(500), {});

  REQUIRE_FALSE(shot);
  CHECK(shot.error().code == ErrorCode::DeviceGone);
}

TEST_CASE("a killed camera process is reported as gone by the next shot") {
  VcamProcess vcam;
  const auto device = vcam.open();
  vcam.process().stop();

  const auto shot = device->capture(vcam.spool(), {});

  REQUIRE_FALSE(shot);
  CHECK(shot.error().code == ErrorCode::DeviceGone);
}

TEST_CASE("settings and live view of a camera that has gone say so") {
  const VcamProcess vcam;
  const auto device = vcam.open();
  REQUIRE(vcam.control("unplug") == "ok\n");

  const auto settings = device->settings();
  const auto frame = device->preview();

  REQUIRE_FALSE(frame);
  CHECK(frame.error().code == ErrorCode::DeviceGone);
  if (!settings) {
    CHECK(settings.error().code == ErrorCode::DeviceGone);
  }
}

TEST_CASE("opening a camera that is not there fails") {
  const VcamProcess vcam;

  const auto opened = vcam.backend()->open("ptpip:127.0.0.1:1:1");

  REQUIRE_FALSE(opened);
  CHECK(opened.error().code == ErrorCode::DeviceGone);
}

TEST_CASE("a second host is refused while the first is connected") {
  const VcamProcess vcam;
  const auto first = vcam.open();

  CHECK_FALSE(vcam.try_open());
  CHECK(first->capture(vcam.spool(), {}));
}
