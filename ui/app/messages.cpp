#include "ui/app/messages.h"

#include "ui/app/i18n.h"

#include <fmt/format.h>

namespace shiqu::app {

std::string sentence(ErrorCode code) {
  switch (code) {
    case ErrorCode::InvalidInput:
      return _("What was given breaks a rule.");
    case ErrorCode::NotFound:
      return _("It does not exist.");
    case ErrorCode::Exists:
      return _("It exists already and is not replaced.");
    case ErrorCode::Conflict:
      return _("The present state does not allow this.");
    case ErrorCode::Denied:
      return _("This is not permitted.");
    case ErrorCode::Corrupt:
      return _("The data are damaged.");
    case ErrorCode::Unsupported:
      return _("This version or device cannot do it.");
    case ErrorCode::NoSpace:
      return _("The disk is full.");
    case ErrorCode::Io:
      return _("Reading or writing failed.");
    case ErrorCode::DeviceBusy:
      return _("The device is in use or not ready.");
    case ErrorCode::DeviceGone:
      return _("The connection to the device is lost.");
    case ErrorCode::DeviceError:
      return _("The device reports an error.");
    case ErrorCode::Timeout:
      return _("No answer came within the time limit.");
    case ErrorCode::Cancelled:
      return _("It was cancelled.");
    case ErrorCode::Crashed:
      return _("A worker process died of this input.");
    case ErrorCode::Internal:
      break;
  }
  return _("The program made a mistake.");
}

std::string advice(ErrorCode code) {
  switch (code) {
    case ErrorCode::NoSpace:
      return _(
          "Free some space on the disk, then repeat. Nothing that was reported as kept is lost.");
    case ErrorCode::DeviceGone:
    case ErrorCode::Timeout:
      return _("Check cable and power of the device, then repeat.");
    case ErrorCode::DeviceBusy:
      return _("Another program uses the device. Close it, then repeat.");
    case ErrorCode::Denied:
      return _("Check name, PIN and role.");
    default:
      return {};
  }
}

std::string message(const Error& error) {
  return sentence(error.code) + " [" + error.text() + "]";
}

std::string room_warning(const store::Room& room) {
  if (!room.low()) {
    return {};
  }
  return room.full()
             ? std::string(_("No capture is taken any more: the disk is all but full."))
             : fmt::format(fmt::runtime(_("Room is left for {} captures.")), room.captures_left);
}

}  // namespace shiqu::app
