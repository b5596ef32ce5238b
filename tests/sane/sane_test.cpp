#include "capture/sane/sane_backend.h"
#include "storage/base/file.h"
#include "storage/imaging/codecs.h"
#include "storage/imaging/tiff.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

using namespace shiqu;
using capture::Setting;

namespace {

/// SANE looks for its configuration once per process.
void configure_sane() {
  static const TempDir folder;
  const auto dll = folder.path() / "dll.conf";
  if (!std::filesystem::exists(dll)) {
    REQUIRE(write_new_file(dll, "test\nsilent\n"));
    REQUIRE(write_new_file(folder.path() / "test.conf", "number_of_devices 2\n"));
    setenv("SANE_CONFIG_DIR", folder.path().c_str(), 1);
    setenv("LD_LIBRARY_PATH", SHIQU_SILENT_DIR, 1);
  }
}

/// SANE with its own test scanners and the silent one, and a spool.
struct Station {
  explicit Station(std::chrono::milliseconds stall = std::chrono::milliseconds(5000)) {
    configure_sane();
    sane = capture::make_sane_backend(stall);
  }

  std::unique_ptr<capture::Device> open(const std::string& address) {
    auto opened = sane->open(address);
    REQUIRE(opened);
    if (address.rfind("test:", 0) == 0) {  // its own default is an area of one row
      for (const auto& [name, value] :
           {std::pair("resolution", "50"), std::pair("tl-x", "0"), std::pair("tl-y", "0"),
            std::pair("br-x", "80"), std::pair("br-y", "100")}) {
        REQUIRE((*opened)->set(name, value));
      }
    }
    return std::move(*opened);
  }

  std::size_t files_in_spool() const {
    return static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator(spool.path()), {}));
  }

  TempDir spool;
  std::unique_ptr<capture::Backend> sane;
};

Setting setting(capture::Device& device, const std::string& name) {
  const auto all = device.settings();
  REQUIRE(all);
  const auto found =
      std::find_if(all->begin(), all->end(), [&](const Setting& one) { return one.name == name; });
  REQUIRE(found != all->end());
  return *found;
}

/// Scans one sheet and reads it back.
imaging::DecodedImage scan(Station& station, capture::Device& device) {
  const auto shot = device.capture(station.spool.path(), {});
  REQUIRE(shot);
  REQUIRE(shot->frames.size() == 1);
  CHECK(std::filesystem::file_size(shot->frames[0].file) == shot->frames[0].size_bytes);
  auto image = imaging::decode_file(shot->frames[0].file);
  REQUIRE(image);
  return std::move(*image);
}

/// Pixels that the area of the scanner (mm) has at its resolution.
SizePx expected_size(capture::Device& device) {
  const auto number = [&](const char* name) { return std::stod(setting(device, name).value); };
  const double per_mm = number("resolution") / 25.4;
  return {static_cast<int>((number("br-x") - number("tl-x")) * per_mm),
          static_cast<int>((number("br-y") - number("tl-y")) * per_mm)};
}

}  // namespace

TEST_CASE("the scanners that SANE knows are listed with make and model") {
  Station station;
  const auto found = station.sane->list();
  REQUIRE(found);
  REQUIRE(found->size() == 3);
  const auto first = std::find_if(found->begin(), found->end(),
                                  [](const auto& one) { return one.address == "test:0"; });
  REQUIRE(first != found->end());
  CHECK(first->backend == "sane");
  CHECK(first->kind == model::CaptureSource::Scanner);
  CHECK_FALSE(first->make.empty());
  CHECK_FALSE(first->model.empty());
}

TEST_CASE("a scanner that is not there is not found") {
  Station station;
  const auto opened = station.sane->open("test:77");
  REQUIRE_FALSE(opened);
  CHECK(opened.error().code == ErrorCode::NotFound);
}

TEST_CASE("a gray sheet has the size that area and resolution give") {
  Station station;
  const auto device = station.open("test:0");
  REQUIRE(device->set("mode", "Gray"));
  REQUIRE(device->set("resolution", "150"));
  const auto sheet = scan(station, *device);
  CHECK(sheet.image.format() == imaging::PixelFormat::Gray8);
  const SizePx wanted = expected_size(*device);
  CHECK(std::abs(sheet.image.width() - wanted.width) <= 1);
  CHECK(std::abs(sheet.image.height() - wanted.height) <= 1);
  CHECK(sheet.info.dpi == doctest::Approx(150));
  CHECK_FALSE(sheet.info.icc.empty());
}

TEST_CASE("a colour sheet has three channels that differ") {
  Station station;
  const auto device = station.open("test:1");
  REQUIRE(device->set("mode", "Color"));
  REQUIRE(device->set("test-picture", "Color pattern"));
  const auto sheet = scan(station, *device);
  REQUIRE(sheet.image.format() == imaging::PixelFormat::Rgb8);
  bool coloured = false;
  const auto bytes = sheet.image.bytes();
  for (std::size_t at = 0; at + 2 < bytes.size(); at += 3) {
    coloured = coloured || bytes[at] != bytes[at + 1] || bytes[at + 1] != bytes[at + 2];
  }
  CHECK(coloured);
}

TEST_CASE("samples of 16 bits are kept, gray ones in three equal channels") {
  Station station;
  const auto device = station.open("test:0");
  REQUIRE(device->set("depth", "16"));
  REQUIRE(device->set("mode", "Gray"));
  REQUIRE(device->set("test-picture", "Color pattern"));
  const auto sheet = scan(station, *device);
  REQUIRE(sheet.image.format() == imaging::PixelFormat::Rgb16);
  const auto row = sheet.image.row16(1);
  CHECK(row[0] == row[1]);
  CHECK(row[1] == row[2]);
}

TEST_CASE("sheets of one bit become gray levels with black for 1") {
  Station station;
  const auto device = station.open("test:0");
  REQUIRE(device->set("mode", "Gray"));
  REQUIRE(device->set("depth", "1"));
  REQUIRE(device->set("test-picture", "Solid black"));
  const auto black = scan(station, *device);
  CHECK(black.image.format() == imaging::PixelFormat::Gray8);
  CHECK(black.image.row(5)[5] == 0);
  REQUIRE(device->set("test-picture", "Solid white"));
  CHECK(scan(station, *device).image.row(5)[5] == 255);
}

TEST_CASE("settings show type, choices and unit, and keep what was set") {
  Station station;
  const auto device = station.open("test:0");
  CHECK(setting(*device, "mode").choices == std::vector<std::string>{"Gray", "Color"});
  CHECK(setting(*device, "depth").choices == std::vector<std::string>{"1", "8", "16"});
  CHECK(setting(*device, "resolution").label.find("(dpi)") != std::string::npos);
  CHECK(setting(*device, "hand-scanner").choices == std::vector<std::string>{"no", "yes"});
  REQUIRE(device->set("br-x", "100.5"));
  CHECK(std::stod(setting(*device, "br-x").value) == doctest::Approx(100.5).epsilon(0.01));
  REQUIRE(device->set("hand-scanner", "yes"));
  CHECK(setting(*device, "hand-scanner").value == "yes");
}

TEST_CASE("values that a scanner cannot take are refused") {
  Station station;
  const auto device = station.open("test:0");
  struct Case {
    const char* name;
    const char* value;
    ErrorCode code;
  };
  for (const Case& one : {Case{"no-such-option", "1", ErrorCode::NotFound},
                          Case{"mode", "Purple", ErrorCode::InvalidInput},
                          Case{"depth", "9", ErrorCode::InvalidInput},
                          Case{"resolution", "99999999", ErrorCode::InvalidInput},
                          Case{"resolution", "high", ErrorCode::InvalidInput},
                          Case{"resolution", "", ErrorCode::InvalidInput},
                          Case{"hand-scanner", "maybe", ErrorCode::InvalidInput}}) {
    CAPTURE(one.name);
    CAPTURE(one.value);
    const auto set = device->set(one.name, one.value);
    REQUIRE_FALSE(set);
    CHECK(set.error().code == one.code);
  }
}

TEST_CASE("every error of a scanner is reported and leaves no file") {
  struct Case {
    const char* status;
    ErrorCode code;
  };
  Station station;
  const auto device = station.open("test:0");
  REQUIRE(device->set("enable-test-options", "yes"));
  for (const Case& one : {Case{"SANE_STATUS_EOF", ErrorCode::Corrupt},
                          Case{"SANE_STATUS_IO_ERROR", ErrorCode::DeviceError},
                          Case{"SANE_STATUS_JAMMED", ErrorCode::DeviceError},
                          Case{"SANE_STATUS_COVER_OPEN", ErrorCode::DeviceError},
                          Case{"SANE_STATUS_NO_DOCS", ErrorCode::NotFound},
                          Case{"SANE_STATUS_DEVICE_BUSY", ErrorCode::DeviceBusy},
                          Case{"SANE_STATUS_ACCESS_DENIED", ErrorCode::Denied}}) {
    CAPTURE(one.status);
    REQUIRE(device->set("read-return-value", one.status));
    const auto shot = device->capture(station.spool.path(), {});
    REQUIRE_FALSE(shot);
    CHECK(shot.error().code == one.code);
  }
  CHECK(station.files_in_spool() == 0);
  REQUIRE(device->set("read-return-value", "Default"));
  CHECK(device->capture(station.spool.path(), {}));
}

TEST_CASE("a feeder gives its ten sheets and is then empty") {
  Station station;
  const auto device = station.open("test:0");
  REQUIRE(device->set("source", "Automatic Document Feeder"));
  std::vector<std::string> names;
  for (int sheet = 0; sheet < 10; ++sheet) {
    const auto shot = device->capture(station.spool.path(), {});
    REQUIRE(shot);
    names.push_back(shot->frames[0].name);
  }
  CHECK(std::is_sorted(names.begin(), names.end()));
  const auto end = device->capture(station.spool.path(), {});
  REQUIRE_FALSE(end);
  CHECK(end.error().code == ErrorCode::NotFound);
  CHECK(station.files_in_spool() == 10);
}

TEST_CASE("three-pass and hand scanners are unsupported rather than misread") {
  Station station;
  const auto device = station.open("test:0");
  REQUIRE(device->set("hand-scanner", "yes"));
  const auto by_hand = device->capture(station.spool.path(), {});
  REQUIRE_FALSE(by_hand);
  CHECK(by_hand.error().code == ErrorCode::Unsupported);
  REQUIRE(device->set("hand-scanner", "no"));
  REQUIRE(device->set("mode", "Color"));
  REQUIRE(device->set("three-pass", "yes"));
  const auto passes = device->capture(station.spool.path(), {});
  REQUIRE_FALSE(passes);
  CHECK(passes.error().code == ErrorCode::Unsupported);
}

TEST_CASE("a scanner that gives success and no bytes for ever times out") {
  Station station(std::chrono::milliseconds(300));
  const auto device = station.open("silent:line");
  const auto start = std::chrono::steady_clock::now();
  const auto shot = device->capture(station.spool.path(), {});
  const auto took = std::chrono::steady_clock::now() - start;
  REQUIRE_FALSE(shot);
  CHECK(shot.error().code == ErrorCode::Timeout);
  CHECK(took >= std::chrono::milliseconds(300));
  CHECK(took < std::chrono::seconds(5));
  CHECK(station.files_in_spool() == 0);
}

TEST_CASE("the stall limit comes from the environment when it is set there") {
  setenv("SHIQU_SCAN_STALL_MS", "1234", 1);
  CHECK(capture::scan_stall_limit() == std::chrono::milliseconds(1234));
  setenv("SHIQU_SCAN_STALL_MS", "soon", 1);
  CHECK(capture::scan_stall_limit() == std::chrono::seconds(20));
  unsetenv("SHIQU_SCAN_STALL_MS");
}

TEST_CASE("progress of a sheet rises to all of its bytes") {
  Station station;
  const auto device = station.open("test:0");
  std::vector<Json> seen;
  REQUIRE(device->capture(station.spool.path(), [&](const Json& one) { seen.push_back(one); }));
  REQUIRE(seen.size() >= 3);
  CHECK(seen.front()["stage"] == "exposing");
  CHECK(seen.back()["stage"] == "reading");
  CHECK(seen.back()["done"] == seen.back()["total"]);
}

TEST_CASE("a closed scanner refuses work, and can be opened again") {
  Station station;
  const auto device = station.open("test:0");
  REQUIRE(device->close());
  const auto shot = device->capture(station.spool.path(), {});
  REQUIRE_FALSE(shot);
  CHECK(shot.error().code == ErrorCode::Conflict);
  CHECK(station.open("test:0")->settings());
}
