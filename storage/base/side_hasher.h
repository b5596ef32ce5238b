#pragma once

#include "storage/base/digest.h"

#include <memory>
#include <span>
#include <string>

namespace shiqu {

/// Hashes a stream on a thread of its own: SHA-512 takes as long as reading and writing the same
/// bytes, or longer. Up to four pieces wait for it, so that neither side stops for the other
/// at each of them. For one user at a time.
class SideHasher {
 public:
  /// Goes on with `hasher`, which may have taken bytes before.
  explicit SideHasher(Hasher hasher);
  SideHasher(SideHasher&&) noexcept;
  SideHasher& operator=(SideHasher&&) = delete;
  ~SideHasher();

  /// Copies the piece; waits while four are waiting.
  void update(std::span<const std::uint8_t> bytes);
  /// Waits for all pieces. Once, last.
  [[nodiscard]] std::string finish_hex();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace shiqu
