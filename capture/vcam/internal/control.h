#pragma once

#include "capture/vcam/internal/camera.h"

#include <functional>
#include <string>
#include <string_view>

namespace shiqu::vcam {

/// What a control line may do besides the camera itself.
struct ControlHooks {
  std::function<void()> unplug;  ///< shuts both connections of the host
  std::function<void()> quit;
};

/// Runs one control line; the answer ends with a line "ok" or "error REASON".
std::string run_control_line(Camera& camera, const ControlHooks& hooks, std::string_view line);

}  // namespace shiqu::vcam
