#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace shiqu::ocr::train {

/// xoshiro256** (Blackman and Vigna) seeded by SplitMix64: the same numbers with every standard
/// library, so that a training run can be repeated.
class Random {
 public:
  explicit Random(std::uint64_t seed, std::uint64_t stream = 0) noexcept {
    std::uint64_t mix = seed ^ (stream * 0xD1342543DE82EF95ULL + 0x632BE59BD9B4E019ULL);
    for (std::uint64_t& word : state_) {
      mix += 0x9E3779B97F4A7C15ULL;
      std::uint64_t z = mix;
      z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
      z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
      word = z ^ (z >> 31U);
    }
  }

  std::uint64_t next() noexcept {
    const auto turned = [](std::uint64_t x, unsigned k) { return (x << k) | (x >> (64U - k)); };
    const std::uint64_t out = turned(state_[1] * 5, 7) * 9;
    const std::uint64_t kept = state_[1] << 17U;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= kept;
    state_[3] = turned(state_[3], 45);
    return out;
  }

  /// 0 ≤ x < 1.
  double unit() noexcept { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }
  double between(double low, double high) noexcept { return low + (high - low) * unit(); }
  /// 0 ≤ n < bound; bound > 0.
  std::size_t below(std::size_t bound) noexcept {
    return static_cast<std::size_t>(unit() * static_cast<double>(bound));
  }
  bool chance(double probability) noexcept { return unit() < probability; }
  /// About normal with deviation 1: the sum of the four 16-bit parts of one number.
  float normal() noexcept {
    const std::uint64_t bits = next();
    const auto part = [bits](unsigned k) { return static_cast<float>((bits >> k) & 0xFFFFU); };
    return (part(0) + part(16) + part(32) + part(48) - 131070.0F) * (1.0F / 37837.0F);
  }

 private:
  std::array<std::uint64_t, 4> state_{};
};

}  // namespace shiqu::ocr::train
