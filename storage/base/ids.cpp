#include "storage/base/ids.h"

#include "storage/base/clock.h"
#include "storage/base/random.h"
#include "storage/base/text.h"

#include <array>
#include <cstdint>
#include <mutex>

namespace shiqu {
namespace {

constexpr std::size_t kUuidLength = 36;

/// Milliseconds in the upper bits, a counter in the 12 bits of rand_a: never goes back within
/// one process, also when the wall clock does (RFC 9562 §6.2, method 1).
std::uint64_t next_tick() {
  static std::mutex mutex;
  static std::uint64_t last = 0;
  const auto now = static_cast<std::uint64_t>(now_unix_ms()) << 12U;
  const std::lock_guard lock(mutex);
  last = now > last ? now : last + 1;
  return last;
}

}  // namespace

std::string new_uuid() {
  std::array<std::uint8_t, 16> bytes{};
  fill_random(bytes);
  const std::uint64_t tick = next_tick();
  const std::uint64_t ms = tick >> 12U;
  for (unsigned i = 0; i < 6; ++i) {
    bytes.at(i) = static_cast<std::uint8_t>(ms >> (40U - 8U * i));
  }
  bytes[6] = static_cast<std::uint8_t>(0x70U | ((tick >> 8U) & 0x0FU));
  bytes[7] = static_cast<std::uint8_t>(tick & 0xFFU);
  bytes[8] = static_cast<std::uint8_t>(0x80U | (bytes[8] & 0x3FU));
  std::string hex = to_hex(bytes);
  for (const std::size_t at : {8U, 13U, 18U, 23U}) {
    hex.insert(at, 1, '-');
  }
  return hex;
}

bool is_uuid(std::string_view text) noexcept {
  if (text.size() != kUuidLength) {
    return false;
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    if (dash ? c != '-' : !hex) {
      return false;
    }
  }
  return true;
}

}  // namespace shiqu
