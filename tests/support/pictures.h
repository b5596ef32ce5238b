#pragma once

#include "storage/imaging/image.h"

namespace shiqu::test {

/// A colour picture in which every pixel differs from its neighbours: swapped rows, columns or
/// channels cannot go unseen.
inline imaging::Image gradient(SizePx size, imaging::PixelFormat format = imaging::PixelFormat::Rgb8) {
  imaging::Image image(format, size);
  const auto n = static_cast<std::size_t>(image.channels());
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      for (std::size_t c = 0; c < n; ++c) {
        const auto at = static_cast<std::size_t>(x) * n + c;
        const auto value = static_cast<unsigned>(x * (3 + static_cast<int>(c)) + y * 5) & 0xFFU;
        if (imaging::bits_of(format) == 16) {
          image.row16(y)[at] = static_cast<std::uint16_t>(value << 8U | 0x5AU);
        } else {
          image.row(y)[at] = static_cast<std::uint8_t>(value);
        }
      }
    }
  }
  return image;
}

/// White paper with dark vertical strokes: enough contrast for quality measures to have an opinion.
inline imaging::Image strokes(SizePx size) {
  imaging::Image image(imaging::PixelFormat::Rgb8, size);
  for (int y = 0; y < size.height; ++y) {
    const auto row = image.row(y);
    for (int x = 0; x < size.width; ++x) {
      const bool ink = (x / 6) % 4 == 1 && (y / 5) % 3 != 0;
      for (std::size_t c = 0; c < 3; ++c) {
        row[static_cast<std::size_t>(x) * 3 + c] = static_cast<std::uint8_t>(ink ? 40 : 225);
      }
    }
  }
  return image;
}

}  // namespace shiqu::test
