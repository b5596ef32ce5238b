#pragma once

#include "storage/base/geometry.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace shiqu::imaging {

enum class PixelFormat { Gray8, Rgb8, Gray16, Rgb16 };

/// 1 or 3.
int channels_of(PixelFormat format) noexcept;
/// 8 or 16.
int bits_of(PixelFormat format) noexcept;

/// Pixels in memory: rows from top to bottom without padding, channels interleaved (R, G, B),
/// 16-bit samples in the machine's byte order. Moves, never copies by accident: see clone().
class Image {
 public:
  Image() = default;
  /// All samples zero. `size` must be positive.
  Image(PixelFormat format, SizePx size);
  Image(Image&&) noexcept = default;
  Image& operator=(Image&&) noexcept = default;
  Image(const Image&) = delete;
  Image& operator=(const Image&) = delete;
  ~Image() = default;

  [[nodiscard]] Image clone() const;

  [[nodiscard]] bool empty() const noexcept { return bytes_.empty(); }
  [[nodiscard]] PixelFormat format() const noexcept { return format_; }
  [[nodiscard]] SizePx size() const noexcept { return size_; }
  [[nodiscard]] int width() const noexcept { return size_.width; }
  [[nodiscard]] int height() const noexcept { return size_.height; }
  [[nodiscard]] int channels() const noexcept { return channels_of(format_); }
  [[nodiscard]] std::size_t row_bytes() const noexcept { return row_bytes_; }

  /// Row `y`, 0 ≤ y < height, as bytes.
  [[nodiscard]] std::span<std::uint8_t> row(int y);
  [[nodiscard]] std::span<const std::uint8_t> row(int y) const;
  /// Row `y` as 16-bit samples; only for Gray16 and Rgb16.
  [[nodiscard]] std::span<std::uint16_t> row16(int y);
  [[nodiscard]] std::span<const std::uint16_t> row16(int y) const;
  [[nodiscard]] std::span<const std::uint8_t> bytes() const noexcept { return bytes_; }
  [[nodiscard]] std::span<std::uint8_t> bytes() noexcept { return bytes_; }

  bool operator==(const Image& other) const = default;

 private:
  PixelFormat format_ = PixelFormat::Gray8;
  SizePx size_;
  std::size_t row_bytes_ = 0;
  std::vector<std::uint8_t> bytes_;
};

/// What travels beside the pixels.
struct ImageInfo {
  double dpi = 0;                 ///< same in x and y; 0: not known
  std::vector<std::uint8_t> icc;  ///< ICC profile as found; empty: none
  int exif_orientation = 1;       ///< 1…8 as in EXIF 2.3 tag 274; already applied when 1
};

struct DecodedImage {
  Image image;
  ImageInfo info;
};

}  // namespace shiqu::imaging
