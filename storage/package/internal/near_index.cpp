#include "storage/package/internal/near_index.h"

#include <utility>

namespace shiqu::package {
namespace {

constexpr std::size_t kPartBits = 16;
constexpr std::size_t kLikenesses = 1 + 16 + 16 * 15 / 2;  // none, one or two of 16 bits
constexpr std::size_t kLikenessesOfLast = 1 + 16;
// All 16 parts beyond what is looked for: 15 × 3 + 2 bits.
static_assert(kNearDuplicateBits < 15 * 3 + 2);
static_assert(kFingerprintBits <= 16 * 16);

std::size_t part_of(const Fingerprint& print, std::size_t part) {
  return print.bits.at(part / 4) >> (part % 4 * kPartBits) & 0xFFFFU;
}

/// The differences that a part may have, those of fewer bits first.
constexpr std::array<std::uint16_t, kLikenesses> differences() {
  std::array<std::uint16_t, kLikenesses> out{};
  std::size_t at = 1;
  for (unsigned a = 0; a < kPartBits; ++a) {
    out.at(at++) = static_cast<std::uint16_t>(1U << a);
  }
  for (unsigned a = 0; a < kPartBits; ++a) {
    for (unsigned b = a + 1; b < kPartBits; ++b) {
      out.at(at++) = static_cast<std::uint16_t>(1U << a | 1U << b);
    }
  }
  return out;
}

}  // namespace

NearIndex::NearIndex(std::vector<const Fingerprint*> prints)
    : prints_(std::move(prints)), asked_(prints_.size(), 0) {
  for (std::size_t part = 0; part < kParts; ++part) {
    Table& table = tables_.at(part);
    table.starts.assign(kKeys + 1, 0);
    std::uint32_t count = 0;
    for (const Fingerprint* print : prints_) {
      if (print != nullptr) {
        ++table.starts[part_of(*print, part) + 1];
        ++count;
      }
    }
    for (std::size_t key = 0; key < kKeys; ++key) {
      table.starts[key + 1] += table.starts[key];
    }
    table.members.resize(count);
    std::vector<std::uint32_t> next(table.starts.begin(), table.starts.end() - 1);
    for (std::size_t i = 0; i < prints_.size(); ++i) {
      if (prints_[i] != nullptr) {
        table.members[next[part_of(*prints_[i], part)]++] = static_cast<std::uint32_t>(i);
      }
    }
  }
}

void NearIndex::each_near(std::size_t one, std::size_t first,
                          const std::function<void(std::size_t other, int bits)>& take) {
  static constexpr auto kDifferences = differences();
  const Fingerprint* print = prints_[one];
  if (print == nullptr) {
    return;
  }
  ++question_;
  asked_[one] = question_;
  for (std::size_t part = 0; part < kParts; ++part) {
    const Table& table = tables_.at(part);
    const std::size_t key = part_of(*print, part);
    const std::size_t count = part + 1 < kParts ? kLikenesses : kLikenessesOfLast;
    for (std::size_t k = 0; k < count; ++k) {
      const std::size_t alike = key ^ kDifferences.at(k);
      for (std::uint32_t at = table.starts[alike]; at < table.starts[alike + 1]; ++at) {
        const std::uint32_t other = table.members[at];
        if (other < first || asked_[other] == question_) {
          continue;
        }
        asked_[other] = question_;
        const int bits = bits_apart(*print, *prints_[other]);
        if (bits <= kNearDuplicateBits) {
          take(other, bits);
        }
      }
    }
  }
}

}  // namespace shiqu::package
