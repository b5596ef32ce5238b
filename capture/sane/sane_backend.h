#pragma once

#include "capture/device.h"

#include <chrono>
#include <memory>

namespace shiqu::capture {

/// How long a scanner may give no byte before the sheet is given up: SHIQU_SCAN_STALL_MS of the
/// environment, else 20 s.
std::chrono::milliseconds scan_stall_limit();

/// Scanners through SANE ("sane"), unmodified; which backends there are is SANE's configuration
/// (SANE_CONFIG_DIR, read once per process). Addresses are SANE's device names ("test:0",
/// "net:host:epson2:…"). SANE is one library per process: keep one backend at a time; open devices
/// keep the library loaded.
///
/// Settings are the active options that hold one value: choices from word and string lists, "yes"
/// and "no" for switches, units in the label. set() keeps to ranges and lists.
///
/// capture() reads one sheet into `spool` as an uncompressed TIFF with ICC profile. 8 and 16 bit
/// per sample, gray and colour; 1 bit gray becomes 8 bit; 16-bit gray is written as three equal
/// channels, since archival TIFF has no 16-bit gray and no sample may be lost. The bytes received
/// must be those that the parameters promise, else Corrupt: SANE reports the end of data for a
/// dead source too. GOOD without bytes for longer than `stall` gives Timeout: a dead network
/// scanner does that for ever. An empty feeder gives NotFound. Between sheets of a feeder
/// sane_cancel waits, as many feeders eject their whole stack on it.
/// Unsupported: three-pass and hand scanners, compressed frames, poll(), preview(). clear() has
/// nothing to do. A sane_read that blocks is beyond this process: the parent's watchdog kills it.
std::unique_ptr<Backend> make_sane_backend(std::chrono::milliseconds stall = scan_stall_limit());

}  // namespace shiqu::capture
