#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace shiqu::vcam {

using Bytes = std::vector<std::uint8_t>;

/// Builds little-endian PTP data sets.
class Writer {
 public:
  Writer& u8(std::uint64_t value) { return number(value, 1); }
  Writer& u16(std::uint64_t value) { return number(value, 2); }
  Writer& u32(std::uint64_t value) { return number(value, 4); }
  Writer& u64(std::uint64_t value) { return number(value, 8); }
  /// The low `size` bytes of `value`.
  Writer& number(std::uint64_t value, int size);
  /// PTP string: count of UTF-16 units with the closing zero, then UCS-2LE; at most 254 units.
  Writer& text(std::string_view utf8);
  /// UCS-2LE with a closing zero and no count, as in the first packet of a connection.
  Writer& wide(std::string_view utf8);
  Writer& bytes(std::span<const std::uint8_t> data);
  Writer& array16(std::span<const std::uint16_t> items);
  Writer& array32(std::span<const std::uint32_t> items);

  [[nodiscard]] Bytes take() { return std::move(out_); }

 private:
  Bytes out_;
};

/// Reads what a host sent; every read beyond the end gives nullopt.
class Reader {
 public:
  explicit Reader(std::span<const std::uint8_t> data) : data_(data) {}
  std::optional<std::uint64_t> number(std::size_t size);
  std::optional<std::string> text();
  [[nodiscard]] std::span<const std::uint8_t> rest() const { return data_; }

 private:
  std::span<const std::uint8_t> data_;
};

}  // namespace shiqu::vcam
