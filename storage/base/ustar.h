#pragma once

#include "storage/base/result.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

/// Headers of tar archives in the ustar form (POSIX.1-1988, IEEE Std 1003.1 pax, "ustar Interchange
/// Format"). Pure; any thread.
namespace shiqu::ustar {

constexpr std::size_t kBlock = 512;                    ///< bytes; everything is filled up to it
constexpr std::uint64_t kLargest = 0777'7777'7777ULL;  ///< bytes: eleven octal digits
using Block = std::array<std::uint8_t, kBlock>;

/// A field of a header: offset and size in bytes.
struct Field {
  std::size_t at;
  std::size_t size;
};
constexpr Field kName{0, 100}, kMode{100, 8}, kUser{108, 8}, kGroup{116, 8}, kSize{124, 12},
    kTime{136, 12}, kSum{148, 8}, kMagic{257, 8}, kPrefix{345, 155};
constexpr std::size_t kKind = 156;  ///< '0': a regular file

/// Header of one entry: mode 644, no owner. A larger size than kLargest is written as kLargest: a
/// pax header before it tells the true one. Errors: InvalidInput (the path does not fit).
Result<Block> header(const std::string& path, std::uint64_t size, std::int64_t modified_s = 0,
                     char kind = '0');

/// Sum of all bytes of a header, its own field taken for blanks.
unsigned checksum(const Block& block) noexcept;

/// Zero bytes that follow content of `size` bytes.
constexpr std::size_t padding(std::uint64_t size) noexcept {
  return static_cast<std::size_t>((kBlock - size % kBlock) % kBlock);
}

}  // namespace shiqu::ustar
