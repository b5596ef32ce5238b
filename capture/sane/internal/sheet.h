#pragma once

#include "capture/device.h"
#include "storage/imaging/image.h"

#include <sane/sane.h>

#include <chrono>
#include <string>

namespace shiqu::capture {

/// Refuses a scan that would only be broken off, by what the scanner says of it beforehand: a pass
/// for each colour, a length that nobody knows (SANE 1.06, 4.3.8: lines = −1). Everything else is
/// only sure after sane_start. Errors: Unsupported.
Status check_before_start(SANE_Handle handle, const std::string& device);

/// Reads the frame that sane_start has begun, to its end. Gray8, Rgb8 or Rgb16.
/// `device` names it in errors. Errors: Unsupported (form of the frame), Corrupt (other bytes than
/// the parameters promise), Timeout (no byte for `stall`), those of SANE.
Result<imaging::Image> read_sheet(SANE_Handle handle, const std::string& device,
                                  std::chrono::milliseconds stall, const ProgressSink& progress);

}  // namespace shiqu::capture
