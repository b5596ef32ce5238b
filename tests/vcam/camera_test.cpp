#include "storage/base/text.h"
#include "storage/imaging/codecs.h"
#include "storage/imaging/operations.h"
#include "tests/vcam/vcam_process.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace shiqu;
using test::VcamProcess;

namespace {

const capture::Setting* find(const std::vector<capture::Setting>& all, const std::string& name) {
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.name == name; });
  return found == all.end() ? nullptr : &*found;
}

std::string value_of(capture::Device& device, const std::string& name) {
  const auto all = device.settings();
  REQUIRE(all);
  const capture::Setting* one = find(*all, name);
  return one == nullptr ? "absent" : one->value;
}

}  // namespace

TEST_CASE("an announced network camera is listed by its address") {
  const VcamProcess vcam;

  const auto found = vcam.backend()->list();

  REQUIRE(found);
  const bool listed = std::any_of(found->begin(), found->end(), [&](const auto& one) {
    return one.address == vcam.address() && one.backend == "gphoto2";
  });
  CHECK(listed);
}

TEST_CASE("an opened camera tells make, model and serial number") {
  const VcamProcess vcam({"--serial", "SQ777", "--model", "Book Camera"});

  const auto device = vcam.open();

  CHECK(device->info().make == "Nikon Corporation");
  CHECK(device->info().model == "Book Camera");
  CHECK(device->info().serial == "SQ777");
  CHECK(device->info().address == vcam.address());
  CHECK(device->close());
}

TEST_CASE("an address of no known form is not found") {
  const auto opened = capture::make_gphoto2_backend()->open("elsewhere:1");

  REQUIRE_FALSE(opened);
  CHECK(opened.error().code == ErrorCode::NotFound);
}

TEST_CASE("a camera is made to write to its card") {
  const VcamProcess vcam;
  const auto device = vcam.open();

  CHECK(value_of(*device, "capturetarget") == "Memory card");
}

TEST_CASE("a setting that is changed reads back changed") {
  const VcamProcess vcam;
  const auto device = vcam.open();
  const auto before = device->settings();
  REQUIRE(before);
  const capture::Setting* iso = find(*before, "iso");
  REQUIRE(iso != nullptr);
  CHECK(iso->value == "100");
  CHECK(iso->writable);
  CHECK(std::count(iso->choices.begin(), iso->choices.end(), "800") == 1);

  REQUIRE(device->set("iso", "800"));

  CHECK(value_of(*device, "iso") == "800");
}

TEST_CASE("a value that is not among the choices is refused and changes nothing") {
  const VcamProcess vcam;
  const auto device = vcam.open();

  const auto set = device->set("iso", "123");

  REQUIRE_FALSE(set);
  CHECK(set.error().code == ErrorCode::InvalidInput);
  CHECK(value_of(*device, "iso") == "100");
}

TEST_CASE("unknown and read-only settings cannot be set") {
  const VcamProcess vcam;
  const auto device = vcam.open();

  const auto unknown = device->set("flux", "1");
  const auto fixed = device->set("serialnumber", "X");

  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().code == ErrorCode::NotFound);
  REQUIRE_FALSE(fixed);
  CHECK(fixed.error().code == ErrorCode::Unsupported);
}

TEST_CASE("a dial turned at the camera is seen by the host") {
  const VcamProcess vcam;
  const auto device = vcam.open();
  REQUIRE(value_of(*device, "iso") == "100");

  REQUIRE(vcam.control("prop 500F 400") == "ok\n");
  REQUIRE(device->poll(vcam.spool(), std::chrono::milliseconds(100), {}));

  CHECK(value_of(*device, "iso") == "400");
}

TEST_CASE("live view shows the page that lies under the camera") {
  const VcamProcess vcam;
  const auto device = vcam.open();

  const auto frame = device->preview();

  REQUIRE(frame);
  const auto decoded = imaging::decode_jpeg(*frame);
  REQUIRE(decoded);
  CHECK(decoded->image.size() == SizePx{480, 640});
  const imaging::Image expected = imaging::fit(test::draw_page(1), 640);
  CHECK(test::difference(decoded->image, expected) < 4);
  CHECK(device->end_preview());
}

TEST_CASE("a shot ends live view and live view then shows the next page") {
  const VcamProcess vcam;
  const auto device = vcam.open();
  REQUIRE(device->preview());

  const auto shot = device->capture(vcam.spool(), {});
  const auto after = device->preview();

  REQUIRE(shot);
  CHECK(shot->frames.size() == 1);
  REQUIRE(after);
  const auto decoded = imaging::decode_jpeg(*after);
  REQUIRE(decoded);
  CHECK(test::difference(decoded->image, imaging::fit(test::draw_page(2), 640)) < 4);
}

TEST_CASE("a camera without live view says that it is unsupported") {
  const VcamProcess vcam({"--persona", "generic"});
  const auto device = vcam.open();

  const auto frame = device->preview();

  REQUIRE_FALSE(frame);
  CHECK(frame.error().code == ErrorCode::Unsupported);
}
