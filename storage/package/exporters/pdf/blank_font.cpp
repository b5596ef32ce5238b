#include "storage/package/exporters/pdf/blank_font.h"

#include <cstdint>
#include <utility>
#include <vector>

/// Tables and fields: ISO/IEC 14496-22 (Open Font Format), §5.2 and §5.3.
namespace shiqu::package::pdf {
namespace {

constexpr int kGlyphs = 2;

class Bytes {
 public:
  Bytes& u16(unsigned value) {
    out_ += static_cast<char>(value >> 8U & 0xFFU);
    out_ += static_cast<char>(value & 0xFFU);
    return *this;
  }
  Bytes& i16(int value) { return u16(static_cast<unsigned>(value) & 0xFFFFU); }
  Bytes& u32(std::uint32_t value) { return u16(value >> 16U).u16(value & 0xFFFFU); }
  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

std::string head() {
  Bytes out;
  out.u32(0x00010000).u32(0x00010000).u32(0).u32(0x5F0F3CF5).u16(0).u16(1000);
  out.u32(0).u32(0).u32(0).u32(0);  // made and changed: never
  out.i16(0).i16(-120).i16(1000).i16(880).u16(0).u16(8).i16(2).i16(0).i16(0);
  return out.take();
}

std::string hhea() {
  Bytes out;
  out.u32(0x00010000).i16(880).i16(-120).i16(0).u16(1000).i16(0).i16(0).i16(1000);
  out.i16(1).i16(0).i16(0).i16(0).i16(0).i16(0).i16(0).i16(0).u16(kGlyphs);
  return out.take();
}

std::string maxp() {
  Bytes out;
  out.u32(0x00010000).u16(kGlyphs);
  for (int i = 0; i < 13; ++i) {
    out.u16(i == 2 + 2 ? 1 : 0);  // maxZones is 1 at least
  }
  return out.take();
}

std::string hmtx() {
  Bytes out;
  for (int i = 0; i < kGlyphs; ++i) {
    out.u16(1000).i16(0);
  }
  return out.take();
}

std::string loca() {
  Bytes out;
  for (int i = 0; i <= kGlyphs; ++i) {
    out.u16(0);
  }
  return out.take();
}

/// A sub-table of format 4 that maps nothing.
std::string cmap() {
  Bytes out;
  out.u16(0).u16(1).u16(3).u16(1).u32(12);
  out.u16(4).u16(24).u16(0).u16(2).u16(2).u16(0).u16(0);
  out.u16(0xFFFF).u16(0).u16(0xFFFF).i16(1).u16(0);
  return out.take();
}

std::uint32_t checksum(const std::string& table) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < table.size(); i += 4) {
    std::uint32_t word = 0;
    for (std::size_t k = 0; k < 4; ++k) {
      const auto byte = i + k < table.size() ? static_cast<unsigned char>(table[i + k]) : 0U;
      word = word << 8U | byte;
    }
    sum += word;
  }
  return sum;
}

}  // namespace

std::string blank_font() {
  const std::vector<std::pair<std::uint32_t, std::string>> tables = {
      {0x636D6170, cmap()}, {0x676C7966, std::string(4, '\0')},
      {0x68656164, head()}, {0x68686561, hhea()},
      {0x686D7478, hmtx()}, {0x6C6F6361, loca()},
      {0x6D617870, maxp()}};
  const auto count = static_cast<unsigned>(tables.size());
  Bytes directory;
  directory.u32(0x00010000).u16(count).u16(64).u16(2).u16(count * 16 - 64);
  std::string body;
  const std::size_t start = 12 + 16 * tables.size();
  for (const auto& [tag, table] : tables) {
    directory.u32(tag).u32(checksum(table));
    directory.u32(static_cast<std::uint32_t>(start + body.size()));
    directory.u32(static_cast<std::uint32_t>(table.size()));
    body += table;
    body.append((4 - table.size() % 4) % 4, '\0');
  }
  return directory.take() + body;
}

}  // namespace shiqu::package::pdf
