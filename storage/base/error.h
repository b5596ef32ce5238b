#pragma once

#include <string>
#include <string_view>

namespace shiqu {

/// What kind of failure it was. The user interface chooses its advice by this code and never
/// parses text; the command line derives its exit status from it (docs/cli.md).
enum class ErrorCode {
  InvalidInput,  ///< an argument, a file's content or a record breaks a rule
  NotFound,      ///< the thing named does not exist
  Exists,        ///< it exists already and may not be replaced
  Conflict,      ///< the present state does not allow the step
  Denied,        ///< role, PIN or file permission
  Corrupt,       ///< stored bytes are not what they were, or a file cannot be decoded
  Unsupported,   ///< understood, but this build or device cannot do it
  NoSpace,       ///< the disk is full
  Io,            ///< reading or writing failed for another reason
  DeviceBusy,    ///< the camera or scanner is in use or not ready
  DeviceGone,    ///< unplugged, line dropped, worker process lost
  DeviceError,   ///< the device answered with an error of its own
  Timeout,       ///< no progress within the limit
  Cancelled,     ///< a person or the program asked to stop
  Crashed,       ///< a worker process died on this input
  Internal       ///< our own mistake
};

/// Stable lower-case name of a code, for JSON and logs ("not_found").
std::string_view name_of(ErrorCode code) noexcept;

/// Inverse of name_of; an unknown name gives Internal.
ErrorCode error_code_from(std::string_view name) noexcept;

/// One failure: what was attempted, on what, and the library's own words.
struct Error {
  ErrorCode code = ErrorCode::Internal;
  std::string what;     ///< the attempt, imperative English: "write master"
  std::string subject;  ///< on what: a path, a page, a device
  std::string native;   ///< the library's number or message, may be empty

  /// "write master: page 3 (No space left on device)".
  [[nodiscard]] std::string text() const;
};

}  // namespace shiqu
