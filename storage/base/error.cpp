#include "storage/base/error.h"

#include <array>
#include <utility>

namespace shiqu {
namespace {

constexpr std::array<std::pair<ErrorCode, std::string_view>, 16> kNames{{
    {ErrorCode::InvalidInput, "invalid_input"},
    {ErrorCode::NotFound, "not_found"},
    {ErrorCode::Exists, "exists"},
    {ErrorCode::Conflict, "conflict"},
    {ErrorCode::Denied, "denied"},
    {ErrorCode::Corrupt, "corrupt"},
    {ErrorCode::Unsupported, "unsupported"},
    {ErrorCode::NoSpace, "no_space"},
    {ErrorCode::Io, "io"},
    {ErrorCode::DeviceBusy, "device_busy"},
    {ErrorCode::DeviceGone, "device_gone"},
    {ErrorCode::DeviceError, "device_error"},
    {ErrorCode::Timeout, "timeout"},
    {ErrorCode::Cancelled, "cancelled"},
    {ErrorCode::Crashed, "crashed"},
    {ErrorCode::Internal, "internal"},
}};

}  // namespace

std::string_view name_of(ErrorCode code) noexcept {
  for (const auto& [known, name] : kNames) {
    if (known == code) {
      return name;
    }
  }
  return "internal";
}

ErrorCode error_code_from(std::string_view name) noexcept {
  for (const auto& [code, known] : kNames) {
    if (known == name) {
      return code;
    }
  }
  return ErrorCode::Internal;
}

std::string Error::text() const {
  std::string out = what;
  if (!subject.empty()) {
    out += ": " + subject;
  }
  if (!native.empty()) {
    out += " (" + native + ")";
  }
  return out;
}

}  // namespace shiqu
