#include "storage/base/digest.h"
#include "storage/base/text.h"
#include "storage/imaging/codecs.h"
#include "tests/vcam/vcam_process.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace shiqu;
using test::VcamProcess;

namespace {

/// "SHQ_0001.JPG 1234 abcd…" as the control line `card` lists a spooled frame.
std::string card_line(const capture::Frame& frame) {
  const auto digest = file_digest_hex(frame.file, DigestKind::Sha256);
  REQUIRE(digest);
  return std::filesystem::path(frame.name).filename().string() + " " +
         std::to_string(frame.size_bytes) + " " + *digest;
}

void check_page(const capture::Frame& frame, int page) {
  const auto decoded = imaging::decode_file(frame.file);
  REQUIRE(decoded);
  CHECK(decoded->info.dpi == doctest::Approx(300));
  CHECK(test::difference(decoded->image, test::draw_page(page)) < 2);
}

std::size_t files_in(const std::filesystem::path& folder) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder),
                                                std::filesystem::directory_iterator()));
}

/// Pixels that no codec makes small.
imaging::Image noise(SizePx size) {
  imaging::Image out(imaging::PixelFormat::Gray8, size);
  std::uint32_t state = 1;
  for (std::uint8_t& sample : out.bytes()) {
    state = state * 1664525U + 1013904223U;
    sample = static_cast<std::uint8_t>(state >> 24U);
  }
  return out;
}

void capture_three_pages(const VcamProcess& vcam) {
  const auto device = vcam.open();
  for (int page = 1; page <= 4; ++page) {
    const auto shot = device->capture(vcam.spool(), {});
    if (!shot) {
      FAIL(shot.error().text());
    }
    REQUIRE(shot->frames.size() == 1);
    const capture::Frame& frame = shot->frames.front();
    CHECK(frame.role == capture::FrameRole::Image);
    CHECK(std::filesystem::file_size(frame.file) == frame.size_bytes);
    check_page(frame, page == 4 ? 1 : page);  // the folder has three pages and begins again
    CHECK(vcam.control("card").find(card_line(frame)) != std::string::npos);
  }
  CHECK(files_in(vcam.spool()) == 4);
}

void capture_pair(const VcamProcess& vcam, const std::string& quality) {
  const auto device = vcam.open();
  if (!quality.empty()) {
    REQUIRE(device->set("imagequality", quality));
  } else {
    REQUIRE(vcam.control("prop 5004 7") == "ok\n");
  }

  const auto shot = device->capture(vcam.spool(), {});

  REQUIRE(shot);
  REQUIRE(shot->frames.size() == 2);
  CHECK(shot->frames[0].role == capture::FrameRole::Image);
  CHECK(shot->frames[1].role == capture::FrameRole::Raw);
  CHECK(shot->frames[1].file.extension() == ".nef");
  check_page(shot->frames[0], 1);
  const std::string card = vcam.control("card");
  CHECK(card.find(card_line(shot->frames[0])) != std::string::npos);
  CHECK(card.find(card_line(shot->frames[1])) != std::string::npos);
}

void poll_own_button(const VcamProcess& vcam) {
  const auto device = vcam.open();
  const auto nothing = device->poll(vcam.spool(), std::chrono::milliseconds(50), {});
  REQUIRE(nothing);
  CHECK_FALSE(nothing->has_value());

  REQUIRE(vcam.control("shutter") == "ok\n");
  const auto shot = device->poll(vcam.spool(), std::chrono::milliseconds(3000), {});

  REQUIRE(shot);
  REQUIRE(shot->has_value());
  REQUIRE((*shot)->frames.size() == 1);
  check_page((*shot)->frames[0], 1);
}

}  // namespace

TEST_CASE("captured pages are the pages of the folder and equal the card's copies") {
  capture_three_pages(VcamProcess());
}

TEST_CASE("a generic PTP camera captures pages as well") {
  capture_three_pages(VcamProcess({"--persona", "generic"}));
}

TEST_CASE("both files of a raw and JPEG pair arrive") {
  capture_pair(VcamProcess(), "NEF+Fine");
}

TEST_CASE("both files of a pair arrive from a generic PTP camera") {
  capture_pair(VcamProcess({"--persona", "generic"}), "");
}

TEST_CASE("a picture larger than one transfer piece arrives whole and reports its progress") {
  std::vector<imaging::Image> pages;
  pages.push_back(noise({2400, 1600}));
  const VcamProcess vcam({}, std::move(pages));
  const auto device = vcam.open();
  std::vector<std::uint64_t> done;
  std::uint64_t total = 0;

  const auto shot = device->capture(vcam.spool(), [&](const Json& state) {
    if (get_or<std::string>(state, "stage", "") == "transfer") {
      done.push_back(get_or<std::uint64_t>(state, "done", 0));
      total = get_or<std::uint64_t>(state, "total", 0);
    }
  });

  REQUIRE(shot);
  const capture::Frame& frame = shot->frames[0];
  CHECK(frame.size_bytes > (1U << 20U));
  CHECK(vcam.control("card").find(card_line(frame)) != std::string::npos);
  CHECK(done.size() > 1);
  CHECK(std::is_sorted(done.begin(), done.end()));
  CHECK(done.back() == total);
  CHECK(total == frame.size_bytes);
}

TEST_CASE("a long exposure is waited for") {
  const VcamProcess vcam({"--exposure-ms", "1500"});
  const auto device = vcam.open();

  const auto shot = device->capture(vcam.spool(), {});

  REQUIRE(shot);
  check_page(shot->frames[0], 1);
}

TEST_CASE("many shots leave no descriptor open") {
  const VcamProcess vcam({"--exposure-ms", "0"});
  const auto device = vcam.open();
  REQUIRE(device->capture(vcam.spool(), {}));
  const std::size_t before = files_in("/proc/self/fd");

  for (int i = 0; i < 20; ++i) {
    const auto shot = device->capture(vcam.spool(), {});
    REQUIRE(shot);
    REQUIRE(device->clear(*shot));
  }

  CHECK(files_in("/proc/self/fd") == before);
  CHECK(files_in(vcam.spool()) == 21);
}

TEST_CASE("closing one camera does not disturb another open one") {
  const VcamProcess left({"--serial", "LEFT"});
  const VcamProcess right({"--serial", "RIGHT"});
  const auto first = left.open();
  REQUIRE(first->close());
  const auto again = left.open();
  const auto second = right.open();

  REQUIRE(second->close());

  const auto shot = again->capture(left.spool(), {});
  REQUIRE(shot);
  check_page(shot->frames[0], 1);
}

TEST_CASE("the camera's own shutter button is polled") {
  poll_own_button(VcamProcess());
}

TEST_CASE("the own shutter button of a generic PTP camera is polled") {
  poll_own_button(VcamProcess({"--persona", "generic"}));
}

TEST_CASE("a picture of the camera's own button is not mistaken for the next shot") {
  const VcamProcess vcam;
  const auto device = vcam.open();
  REQUIRE(vcam.control("shutter") == "ok\n");
  while (vcam.control("card").find("SHQ_0001.JPG") == std::string::npos) {
  }

  const auto shot = device->capture(vcam.spool(), {});
  const auto own = device->poll(vcam.spool(), std::chrono::milliseconds(100), {});

  REQUIRE(shot);
  REQUIRE(shot->frames.size() == 1);
  check_page(shot->frames[0], 2);
  REQUIRE(own);
  REQUIRE(own->has_value());
  check_page((*own)->frames[0], 1);
}

TEST_CASE("clear removes a shot from the card and leaves the spooled file") {
  const VcamProcess vcam;
  const auto device = vcam.open();
  const auto first = device->capture(vcam.spool(), {});
  const auto second = device->capture(vcam.spool(), {});
  REQUIRE(first);
  REQUIRE(second);

  REQUIRE(device->clear(*first));

  const std::string card = vcam.control("card");
  CHECK(card.find("SHQ_0001.JPG") == std::string::npos);
  CHECK(card.find("SHQ_0002.JPG") != std::string::npos);
  CHECK(std::filesystem::exists(first->frames[0].file));
  CHECK(device->clear(*first));  // clearing again is no error
}

TEST_CASE("clear refuses a file on the card that has another size") {
  const VcamProcess vcam;
  const auto device = vcam.open();
  auto shot = device->capture(vcam.spool(), {});
  REQUIRE(shot);
  shot->frames[0].size_bytes += 1;

  const auto cleared = device->clear(*shot);

  REQUIRE_FALSE(cleared);
  CHECK(cleared.error().code == ErrorCode::Conflict);
  CHECK(vcam.control("card").find("SHQ_0001.JPG") != std::string::npos);
}

TEST_CASE("clear works after a reconnect because the frame's name is its place on the card") {
  const VcamProcess vcam;
  auto device = vcam.open();
  const auto shot = device->capture(vcam.spool(), {});
  REQUIRE(shot);
  REQUIRE(device->close());

  device = vcam.open();

  CHECK(device->clear(*shot));
  CHECK(vcam.control("card") == "ok\n");
}
