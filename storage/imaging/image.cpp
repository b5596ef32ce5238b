#include "storage/imaging/image.h"

#include <cassert>

namespace shiqu::imaging {

int channels_of(PixelFormat format) noexcept {
  return format == PixelFormat::Rgb8 || format == PixelFormat::Rgb16 ? 3 : 1;
}

int bits_of(PixelFormat format) noexcept {
  return format == PixelFormat::Gray16 || format == PixelFormat::Rgb16 ? 16 : 8;
}

Image::Image(PixelFormat format, SizePx size)
    : format_(format),
      size_(size),
      row_bytes_(static_cast<std::size_t>(size.width) *
                 static_cast<std::size_t>(channels_of(format) * bits_of(format) / 8)),
      bytes_(row_bytes_ * static_cast<std::size_t>(size.height)) {
  assert(size.width > 0 && size.height > 0);
}

Image Image::clone() const {
  Image copy;
  copy.format_ = format_;
  copy.size_ = size_;
  copy.row_bytes_ = row_bytes_;
  copy.bytes_ = bytes_;
  return copy;
}

std::span<std::uint8_t> Image::row(int y) {
  assert(y >= 0 && y < size_.height);
  return std::span(bytes_).subspan(static_cast<std::size_t>(y) * row_bytes_, row_bytes_);
}

std::span<const std::uint8_t> Image::row(int y) const {
  assert(y >= 0 && y < size_.height);
  return std::span(bytes_).subspan(static_cast<std::size_t>(y) * row_bytes_, row_bytes_);
}

std::span<std::uint16_t> Image::row16(int y) {
  assert(bits_of(format_) == 16);
  const auto bytes = row(y);
  return {reinterpret_cast<std::uint16_t*>(bytes.data()), bytes.size() / 2};
}

std::span<const std::uint16_t> Image::row16(int y) const {
  assert(bits_of(format_) == 16);
  const auto bytes = row(y);
  return {reinterpret_cast<const std::uint16_t*>(bytes.data()), bytes.size() / 2};
}

}  // namespace shiqu::imaging
