#pragma once

#include "capture/device.h"
#include "storage/base/registry.h"

namespace shiqu::capture {

/// Worker side of one device: answers the requests that DeviceClient sends on descriptor 3, with the
/// backends of `backends`. Live view frames are decoded here, in the process that may die, and
/// handed over as raw pixels. Returns the process's exit status.
///
/// Requests ("op"): list, open, settings, set, capture, poll, preview, end_preview, clear, close.
int serve_device(const Registry<Backend>& backends);

}  // namespace shiqu::capture
