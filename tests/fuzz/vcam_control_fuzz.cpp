// Lines on the control port of the virtual camera.

#include "capture/vcam/internal/control.h"
#include "storage/base/text.h"
#include "tests/fuzz/camera_fixture.h"

using namespace shiqu;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto camera = fuzz::new_camera(vcam::Persona::Nikon);
  const vcam::ControlHooks hooks{[] {}, [] {}};
  for (const std::string& line : split(fuzz::text_of(data, size), '\n')) {
    const std::string answer = vcam::run_control_line(*camera, hooks, line);
    const std::string last = split(answer, '\n').back();
    fuzz::expect(last == "ok" || last.starts_with("error "));
  }
  return 0;
}
