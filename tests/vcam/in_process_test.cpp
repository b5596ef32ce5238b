#include "capture/vcam/virtual_camera.h"
#include "storage/base/file.h"
#include "storage/imaging/codecs.h"
#include "tests/vcam/vcam_process.h"

#include <doctest/doctest.h>

using namespace shiqu;

namespace {

vcam::VirtualCameraOptions options_for(const std::filesystem::path& pages) {
  REQUIRE(imaging::write_png(pages / "1.png", test::draw_page(1)));
  vcam::VirtualCameraOptions out;
  out.port = 0;
  out.pages = pages;
  return out;
}

}  // namespace

TEST_CASE("a virtual camera needs a page") {
  const TempDir dir;
  vcam::VirtualCameraOptions options;
  options.port = 0;
  options.pages = dir.path();

  const auto camera = vcam::VirtualCamera::start(options);

  REQUIRE_FALSE(camera);
  CHECK(camera.error().code == ErrorCode::NotFound);
}

TEST_CASE("a page that cannot be decoded is reported at the start") {
  const TempDir dir;
  REQUIRE(write_new_file(dir.path() / "1.jpg", "no picture"));
  vcam::VirtualCameraOptions options;
  options.port = 0;
  options.pages = dir.path();

  CHECK_FALSE(vcam::VirtualCamera::start(options));
}

TEST_CASE("an unknown fault is refused and named") {
  const TempDir dir;
  auto options = options_for(dir.path());
  options.faults = "busy,rain";

  const auto camera = vcam::VirtualCamera::start(options);

  REQUIRE_FALSE(camera);
  CHECK(camera.error().subject == "rain");
}

TEST_CASE("a port in use is reported") {
  const TempDir dir;
  auto options = options_for(dir.path());
  const auto first = vcam::VirtualCamera::start(options);
  REQUIRE(first);
  const std::string address = (*first)->host_address();
  options.port = static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));

  CHECK_FALSE(vcam::VirtualCamera::start(options));
}

TEST_CASE("control lines that make no sense are answered with an error") {
  const TempDir dir;
  const auto camera = vcam::VirtualCamera::start(options_for(dir.path()));
  REQUIRE(camera);

  CHECK((*camera)->control("dance").starts_with("error"));
  CHECK((*camera)->control("prop 500F").starts_with("error"));
  CHECK((*camera)->control("prop ZZ 1").starts_with("error"));
  CHECK((*camera)->control("faults rain").starts_with("error"));
  CHECK((*camera)->control("prop 500F 200") == "ok");
}

TEST_CASE("the control line quit ends the program in good order") {
  test::VcamProcess vcam;

  CHECK(vcam.control("quit") == "ok\n");

  const auto status = vcam.process().wait(std::chrono::milliseconds(5000));
  REQUIRE(status);
  CHECK(*status == 0);
}
