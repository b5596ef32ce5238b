#pragma once

#include <cstdint>
#include <string>

namespace shiqu {

/// Wall clock, milliseconds since 1970-01-01 UTC. Data, never an order: order by counters.
/// SHIQU_SOURCE_DATE (seconds) in the environment freezes it, for reproducible output.
std::int64_t now_unix_ms();

/// Monotonic clock in milliseconds, for limits and durations.
std::int64_t now_monotonic_ms();

/// Time since the machine started, suspension included, which nobody can set (CLOCK_BOOTTIME), and
/// which start that was.
struct Uptime {
  std::string boot;  ///< the kernel's boot_id; empty where it has none
  std::int64_t ms = 0;
};
Uptime uptime();

/// "2026-11-25T04:01:02.345Z" (ISO 8601 / RFC 3339, UTC).
std::string iso8601(std::int64_t unix_ms);

/// "2026:11:25 04:01:02", the form of TIFF 6.0 tag 306.
std::string tiff_datetime(std::int64_t unix_ms);

/// "2026-11-25".
std::string iso_date(std::int64_t unix_ms);

}  // namespace shiqu
