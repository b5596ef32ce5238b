#include "storage/base/clock.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <fstream>

namespace shiqu {
namespace {

std::tm utc(std::int64_t unix_ms) {
  const auto seconds = static_cast<std::time_t>(unix_ms / 1000);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  return parts;
}

}  // namespace

std::int64_t now_unix_ms() {
  if (const char* fixed = std::getenv("SHIQU_SOURCE_DATE")) {
    return std::strtoll(fixed, nullptr, 10) * 1000;
  }
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::int64_t now_monotonic_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

Uptime uptime() {
  Uptime out;
  timespec time{};
  ::clock_gettime(CLOCK_BOOTTIME, &time);
  out.ms = static_cast<std::int64_t>(time.tv_sec) * 1000 + time.tv_nsec / 1'000'000;
  std::ifstream("/proc/sys/kernel/random/boot_id") >> out.boot;
  return out;
}

std::string iso8601(std::int64_t unix_ms) {
  const std::tm t = utc(unix_ms);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", t.tm_year + 1900, t.tm_mon + 1,
                     t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec, unix_ms % 1000);
}

std::string tiff_datetime(std::int64_t unix_ms) {
  const std::tm t = utc(unix_ms);
  return fmt::format("{:04}:{:02}:{:02} {:02}:{:02}:{:02}", t.tm_year + 1900, t.tm_mon + 1,
                     t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec);
}

std::string iso_date(std::int64_t unix_ms) {
  const std::tm t = utc(unix_ms);
  return fmt::format("{:04}-{:02}-{:02}", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday);
}

}  // namespace shiqu
