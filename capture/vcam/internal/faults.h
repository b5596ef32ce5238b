#pragma once

#include "storage/base/result.h"

#include <atomic>
#include <cstdint>
#include <string_view>

namespace shiqu::vcam {

/// What can be made to go wrong. Drop and Stall happen once and are then over.
enum class Fault : unsigned {
  Busy,          ///< the shutter answers "device busy"
  CaptureError,  ///< the shutter answers "general error"
  StoreFull,     ///< the card is full
  NoObject,      ///< the capture completes without a picture
  InitFail,      ///< new connections are refused
  NoFocus,       ///< the shutter answers "out of focus"
  Drop,          ///< both connections close past the half of a picture's transfer
  Stall,         ///< four seconds of silence there
  Hang           ///< a capture never completes
};

/// The set of faults that is switched on. Any thread.
class Faults {
 public:
  /// Replaces the set; names separated by commas or spaces, "none" or nothing for none.
  /// Errors: InvalidInput (unknown name; the set stays as it was).
  Status set(std::string_view names);
  [[nodiscard]] bool on(Fault fault) const noexcept;
  /// True once: switches `fault` off when it was on.
  bool take(Fault fault) noexcept;

 private:
  std::atomic<unsigned> bits_{0};
};

}  // namespace shiqu::vcam
