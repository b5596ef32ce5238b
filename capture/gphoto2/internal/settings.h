#pragma once

#include "capture/device.h"
#include "capture/gphoto2/internal/camera.h"

#include <string>
#include <vector>

/// A camera's tree of widgets as the flat settings of capture/device.h.
namespace shiqu::capture::gphoto2 {

Result<std::vector<Setting>> read_settings(Camera* camera, GPContext* context);

/// Errors: NotFound, and those of the camera.
Result<Setting> read_setting(Camera* camera, GPContext* context, const std::string& name);

/// Errors: NotFound, InvalidInput (not among the choices, not a number), Unsupported (read only).
Status write_setting(Camera* camera, GPContext* context, const std::string& name,
                     const std::string& value);

}  // namespace shiqu::capture::gphoto2
