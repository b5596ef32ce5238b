#pragma once

#include "storage/base/geometry.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace shiqu::ocr::press {

/// xoshiro256** seeded by SplitMix64. The distributions of the standard library may differ from
/// one implementation to the next, so pages take their numbers from here.
class Prng {
 public:
  explicit Prng(std::uint64_t seed, std::uint64_t stream = 0) noexcept;
  std::uint64_t next() noexcept;
  /// 0 ≤ x < 1.
  double unit() noexcept;
  double between(double low, double high) noexcept { return low + (high - low) * unit(); }
  /// 0 ≤ n < bound, bound > 0.
  std::size_t below(std::size_t bound) noexcept;
  bool chance(double probability) noexcept { return unit() < probability; }
  /// 36 characters in the form of a UUID (version 8), from this generator.
  std::string uuid();

 private:
  std::array<std::uint64_t, 4> state_{};
};

/// Smooth random surface, about -1…1: random values on a grid, interpolated between.
class Noise {
 public:
  /// `cell_x`, `cell_y`: grid distances in px; unlike ones give streaks.
  Noise(Prng& prng, SizePx size, double cell_x, double cell_y);
  /// Values of row `y` into `out`, which has the width of the surface.
  void row(int y, std::vector<float>& out) const;

 private:
  double cell_x_;
  double cell_y_;
  int columns_;
  std::vector<float> values_;
};

/// Three draws of 0…255 summed around zero, standard deviation about 1: cheap pixel noise.
float pixel_noise(std::uint64_t& state) noexcept;

}  // namespace shiqu::ocr::press
