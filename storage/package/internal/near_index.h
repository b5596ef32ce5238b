#pragma once

#include "storage/package/fingerprint.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace shiqu::package {

/// Finds fingerprints within kNearDuplicateBits of another one without comparing each with each:
/// multi-index hashing (M. Norouzi, A. Punjani, D. J. Fleet: Fast Exact Search in Hamming Space
/// with Multi-Index Hashing, IEEE TPAMI 36, 2014). The bits are cut into 16 parts, each with a
/// table. Of two prints at most 46 bits apart, one part at least differs in at most two bits (of
/// the last part: one), or all together would differ in 47. So it finds all that comparing finds.
class NearIndex {
 public:
  /// Which of `prints` are in it is up to the caller: nullptr stands for none. Borrowed.
  explicit NearIndex(std::vector<const Fingerprint*> prints);

  /// Calls `take(other, bits)` for each print from `first` on that is as near to print `one`, but
  /// not for `one` itself; in no order, each once. One thread at a time.
  void each_near(std::size_t one, std::size_t first,
                 const std::function<void(std::size_t other, int bits)>& take);

 private:
  static constexpr std::size_t kParts = 16;
  static constexpr std::size_t kKeys = 1U << 16U;
  /// The prints by the value of one part: those of value k are members[starts[k] … starts[k + 1]).
  struct Table {
    std::vector<std::uint32_t> starts;
    std::vector<std::uint32_t> members;
  };

  std::vector<const Fingerprint*> prints_;
  std::array<Table, kParts> tables_;
  std::vector<std::uint32_t> asked_;  ///< by print: the last question it was looked at for
  std::uint32_t question_ = 0;
};

}  // namespace shiqu::package
