// What the process of a device tells: its name, its settings, its frames.

#include "capture/device.h"
#include "tests/fuzz/fuzz.h"

using namespace shiqu;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto json = parse_json(fuzz::text_of(data, size));
  if (!json) {
    return 0;
  }
  const capture::DeviceInfo info = capture::device_info_from_json(*json);
  fuzz::expect(capture::device_info_from_json(capture::to_json(info)).title() == info.title());
  const capture::Setting setting = capture::setting_from_json(*json);
  fuzz::expect(capture::setting_from_json(capture::to_json(setting)).choices == setting.choices);
  if (const auto shot = capture::shot_from_json(*json)) {
    const auto again = capture::shot_from_json(capture::to_json(*shot));
    fuzz::expect(again.has_value() && again->frames.size() == shot->frames.size());
  }
  return 0;
}
