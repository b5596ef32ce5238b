#include "storage/base/ustar.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <string_view>

namespace shiqu::ustar {
namespace {

void put(Block& block, Field field, std::string_view text) {
  std::copy(text.begin(), text.end(), block.begin() + static_cast<std::ptrdiff_t>(field.at));
}

void put_octal(Block& block, Field field, std::uint64_t value) {
  put(block, field, fmt::format("{:0{}o}", value, field.size - 1));
}

/// Name and prefix of a path; false when it does not fit.
bool put_path(Block& block, const std::string& path) {
  if (path.size() <= kName.size) {
    put(block, kName, path);
    return true;
  }
  const std::size_t slash = path.find('/', path.size() - kName.size - 1);
  if (slash == std::string::npos || slash > kPrefix.size || slash + 1 == path.size()) {
    return false;
  }
  put(block, kPrefix, path.substr(0, slash));
  put(block, kName, path.substr(slash + 1));
  return true;
}

}  // namespace

unsigned checksum(const Block& block) noexcept {
  unsigned sum = std::accumulate(block.begin(), block.end(), 0U);
  for (std::size_t i = 0; i < kSum.size; ++i) {
    sum += ' ' - block[kSum.at + i];
  }
  return sum;
}

Result<Block> header(const std::string& path, std::uint64_t size, std::int64_t modified_s,
                     char kind) {
  Block block{};
  if (path.empty() || !put_path(block, path)) {
    return fail(ErrorCode::InvalidInput, "write tar", path, "the path does not fit");
  }
  put_octal(block, kMode, 0644);
  put_octal(block, kUser, 0);
  put_octal(block, kGroup, 0);
  put_octal(block, kSize, std::min(size, kLargest));
  put_octal(block, kTime, static_cast<std::uint64_t>(std::max<std::int64_t>(modified_s, 0)));
  block.at(kKind) = static_cast<std::uint8_t>(kind);
  put(block, kMagic, std::string_view("ustar\00000", 8));
  put(block, kSum, fmt::format("{:06o}", checksum(block)));
  block.at(kSum.at + 7) = ' ';
  return block;
}

}  // namespace shiqu::ustar
