#include "capture/vcam/internal/encoding.h"

#include "storage/base/text.h"

namespace shiqu::vcam {
namespace {

/// UTF-16 units of `utf8`; characters beyond the first plane become U+FFFD, as PTP has UCS-2.
std::vector<std::uint16_t> units_of(std::string_view utf8) {
  std::vector<std::uint16_t> out;
  for (const char32_t c : to_utf32(utf8)) {
    out.push_back(c > 0xFFFF ? std::uint16_t{0xFFFD} : static_cast<std::uint16_t>(c));
  }
  return out;
}

}  // namespace

Writer& Writer::number(std::uint64_t value, int size) {
  for (int i = 0; i < size; ++i) {
    out_.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  }
  return *this;
}

Writer& Writer::text(std::string_view utf8) {
  auto units = units_of(utf8);
  if (units.empty()) {
    return u8(0);
  }
  constexpr std::size_t kLongest = 254;
  units.resize(std::min(units.size(), kLongest));
  u8(units.size() + 1);
  for (const std::uint16_t unit : units) {
    u16(unit);
  }
  return u16(0);
}

Writer& Writer::wide(std::string_view utf8) {
  for (const std::uint16_t unit : units_of(utf8)) {
    u16(unit);
  }
  return u16(0);
}

Writer& Writer::bytes(std::span<const std::uint8_t> data) {
  out_.insert(out_.end(), data.begin(), data.end());
  return *this;
}

Writer& Writer::array16(std::span<const std::uint16_t> items) {
  u32(items.size());
  for (const std::uint16_t item : items) {
    u16(item);
  }
  return *this;
}

Writer& Writer::array32(std::span<const std::uint32_t> items) {
  u32(items.size());
  for (const std::uint32_t item : items) {
    u32(item);
  }
  return *this;
}

std::optional<std::uint64_t> Reader::number(std::size_t size) {
  if (data_.size() < size) {
    return std::nullopt;
  }
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) {
    value |= std::uint64_t{data_[i]} << (8 * i);
  }
  data_ = data_.subspan(size);
  return value;
}

std::optional<std::string> Reader::text() {
  const auto count = number(1);
  if (!count) {
    return std::nullopt;
  }
  std::u32string out;
  for (std::uint64_t i = 0; i < *count; ++i) {
    const auto unit = number(2);
    if (!unit) {
      return std::nullopt;
    }
    if (*unit != 0) {
      out.push_back(static_cast<char32_t>(*unit));
    }
  }
  return to_utf8(out);
}

}  // namespace shiqu::vcam
