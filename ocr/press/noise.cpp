#include "ocr/press/internal/noise.h"

#include "storage/base/text.h"

#include <cmath>

namespace shiqu::ocr::press {
namespace {

std::uint64_t split_mix(std::uint64_t& state) noexcept {
  state += 0x9E3779B97F4A7C15ULL;
  std::uint64_t z = state;
  z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31U);
}

std::uint64_t turned(std::uint64_t x, unsigned k) noexcept {
  return (x << k) | (x >> (64U - k));
}

}  // namespace

Prng::Prng(std::uint64_t seed, std::uint64_t stream) noexcept {
  std::uint64_t mixed = seed ^ (stream * 0xD1342543DE82EF95ULL);
  for (std::uint64_t& word : state_) {
    word = split_mix(mixed);
  }
}

std::uint64_t Prng::next() noexcept {
  const std::uint64_t out = turned(state_[1] * 5U, 7U) * 9U;
  const std::uint64_t shifted = state_[1] << 17U;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = turned(state_[3], 45U);
  return out;
}

double Prng::unit() noexcept {
  return static_cast<double>(next() >> 11U) * 0x1.0p-53;
}

std::size_t Prng::below(std::size_t bound) noexcept {
  return static_cast<std::size_t>(next() % bound);
}

std::string Prng::uuid() {
  std::array<std::uint8_t, 16> bytes{};
  for (std::size_t i = 0; i < bytes.size(); i += 8) {
    const std::uint64_t word = next();
    for (std::size_t j = 0; j < 8; ++j) {
      bytes[i + j] = static_cast<std::uint8_t>(word >> (8U * j));
    }
  }
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0FU) | 0x80U);
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3FU) | 0x80U);
  const std::string hex = to_hex(bytes);
  return hex.substr(0, 8) + '-' + hex.substr(8, 4) + '-' + hex.substr(12, 4) + '-' +
         hex.substr(16, 4) + '-' + hex.substr(20);
}

Noise::Noise(Prng& prng, SizePx size, double cell_x, double cell_y)
    : cell_x_(cell_x), cell_y_(cell_y), columns_(static_cast<int>(size.width / cell_x) + 3) {
  const int rows = static_cast<int>(size.height / cell_y) + 3;
  values_.resize(static_cast<std::size_t>(columns_) * static_cast<std::size_t>(rows));
  for (float& value : values_) {
    value = static_cast<float>(prng.between(-1, 1));
  }
}

void Noise::row(int y, std::vector<float>& out) const {
  const double at_y = y / cell_y_;
  const auto grid_y = static_cast<std::size_t>(at_y);
  const auto part_y = static_cast<float>(at_y - std::floor(at_y));
  const float soft_y = part_y * part_y * (3 - 2 * part_y);
  const float* upper = values_.data() + grid_y * static_cast<std::size_t>(columns_);
  const float* lower = upper + columns_;
  float* to = out.data();
  const auto step = static_cast<float>(1 / cell_x_);
  for (std::size_t x = 0; x < out.size(); ++x) {
    const float at_x = static_cast<float>(x) * step;
    const auto grid_x = static_cast<int>(at_x);
    const float part_x = at_x - static_cast<float>(grid_x);
    const float soft_x = part_x * part_x * (3 - 2 * part_x);
    const float left = upper[grid_x] + (lower[grid_x] - upper[grid_x]) * soft_y;
    const float right = upper[grid_x + 1] + (lower[grid_x + 1] - upper[grid_x + 1]) * soft_y;
    to[x] = left + (right - left) * soft_x;
  }
}

float pixel_noise(std::uint64_t& state) noexcept {
  state = state * 6364136223846793005ULL + 1442695040888963407ULL;
  const std::uint64_t bits = state >> 33U;
  const auto sum =
      static_cast<int>((bits & 0xFFU) + ((bits >> 8U) & 0xFFU) + ((bits >> 16U) & 0xFFU));
  return static_cast<float>(sum - 382) * (1.0F / 128.0F);
}

}  // namespace shiqu::ocr::press
