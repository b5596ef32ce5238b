#include "capture/gphoto2/internal/errors.h"

#include <fmt/format.h>
#include <gphoto2/gphoto2-result.h>

namespace shiqu::capture::gphoto2 {

ErrorCode code_of(int result) noexcept {
  switch (result) {
    case GP_ERROR_NO_MEMORY:  // the PTP driver's word for a full card
    case GP_ERROR_NO_SPACE:
      return ErrorCode::NoSpace;
    case GP_ERROR_CAMERA_BUSY:
    case GP_ERROR_IO_USB_CLAIM:  // another program holds the camera
    case GP_ERROR_IO_LOCK:
      return ErrorCode::DeviceBusy;
    case GP_ERROR_IO:
    case GP_ERROR_IO_INIT:
    case GP_ERROR_IO_READ:
    case GP_ERROR_IO_WRITE:
    case GP_ERROR_IO_UPDATE:
    case GP_ERROR_IO_USB_CLEAR_HALT:
    case GP_ERROR_IO_USB_FIND:
    case GP_ERROR_HAL:
      return ErrorCode::DeviceGone;
    case GP_ERROR_TIMEOUT:
      return ErrorCode::Timeout;
    case GP_ERROR_NOT_SUPPORTED:
      return ErrorCode::Unsupported;
    case GP_ERROR_BAD_PARAMETERS:
    case GP_ERROR_PATH_NOT_ABSOLUTE:
      return ErrorCode::InvalidInput;
    case GP_ERROR_UNKNOWN_PORT:
    case GP_ERROR_MODEL_NOT_FOUND:
    case GP_ERROR_DIRECTORY_NOT_FOUND:
    case GP_ERROR_FILE_NOT_FOUND:
      return ErrorCode::NotFound;
    case GP_ERROR_CANCEL:
      return ErrorCode::Cancelled;
    case GP_ERROR_CORRUPTED_DATA:
      return ErrorCode::Corrupt;
    case GP_ERROR_OS_FAILURE:
      return ErrorCode::Io;
    default:
      return ErrorCode::DeviceError;
  }
}

tl::unexpected<Error> fail_gphoto2(int result, std::string what, std::string subject) {
  return fail(code_of(result), std::move(what), std::move(subject),
              fmt::format("{} {}", result, gp_result_as_string(result)));
}

Status check(int result, std::string what, std::string subject) {
  if (result < GP_OK) {
    return fail_gphoto2(result, std::move(what), std::move(subject));
  }
  return {};
}

}  // namespace shiqu::capture::gphoto2
