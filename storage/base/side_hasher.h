#pragma once

#include "storage/base/digest.h"

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace shiqu {

/// Hashes a stream on a thread of its own: SHA-256 and SHA-512 take about as long as reading and
/// writing the same bytes. Up to four pieces wait for it, so that neither side stops for the other
/// at each of them. For one user at a time.
class SideHasher {
 public:
  /// Goes on with `hashers`, which may have taken bytes before.
  explicit SideHasher(std::vector<Hasher> hashers);
  SideHasher(const SideHasher&) = delete;
  SideHasher& operator=(const SideHasher&) = delete;
  ~SideHasher();

  /// Copies the piece; waits while four are waiting.
  void update(std::span<const std::uint8_t> bytes);
  /// Waits for all pieces; the digests in the order of the hashers. Once, last.
  [[nodiscard]] std::vector<std::string> finish_hex();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace shiqu
