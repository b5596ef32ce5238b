#pragma once

#include <cstdint>

namespace shiqu::store {

/// How many captures an archive still has room for.
struct Room {
  static constexpr std::int64_t kWarnAt = 5;

  std::uint64_t free_bytes = 0;            ///< on the disk of the objects
  std::uint64_t catalogue_free_bytes = 0;  ///< the same unless the catalogue is on another disk
  std::uint64_t reserve_bytes = 0;         ///< held back now
  std::uint64_t reserve_wanted_bytes = 0;  ///< by the settings
  std::uint64_t capture_bytes = 0;         ///< what a capture is taken to need
  std::int64_t captures_left = 0;          ///< before one is refused

  [[nodiscard]] bool low() const noexcept { return captures_left <= kWarnAt; }
  [[nodiscard]] bool full() const noexcept { return captures_left < 1; }
  /// A part of the reserve had to be used, or could not be made.
  [[nodiscard]] bool reserve_used() const noexcept { return reserve_bytes < reserve_wanted_bytes; }
};

}  // namespace shiqu::store
