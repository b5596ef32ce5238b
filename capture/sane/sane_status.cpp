#include "capture/sane/internal/sane_status.h"

#include <sane/saneopts.h>

#include <fmt/format.h>

#include <utility>

namespace shiqu::capture {
namespace {

constexpr int kWarmingUp = 12;  // backends send it, Debian's sane.h does not declare it

ErrorCode code_of(int status) {
  switch (status) {
    case SANE_STATUS_UNSUPPORTED:
      return ErrorCode::Unsupported;
    case SANE_STATUS_CANCELLED:
      return ErrorCode::Cancelled;
    case SANE_STATUS_DEVICE_BUSY:
    case kWarmingUp:
      return ErrorCode::DeviceBusy;
    case SANE_STATUS_INVAL:
      return ErrorCode::InvalidInput;
    case SANE_STATUS_EOF:
      return ErrorCode::Corrupt;
    case SANE_STATUS_NO_DOCS:
      return ErrorCode::NotFound;
    case SANE_STATUS_ACCESS_DENIED:
      return ErrorCode::Denied;
    default:  // jammed, cover open, input/output, memory, transport lock
      return ErrorCode::DeviceError;
  }
}

}  // namespace

tl::unexpected<Error> fail_sane(SANE_Status status, std::string what, std::string subject) {
  return fail(code_of(status), std::move(what), std::move(subject),
              fmt::format("SANE status {}: {}", static_cast<int>(status), sane_strstatus(status)));
}

}  // namespace shiqu::capture
