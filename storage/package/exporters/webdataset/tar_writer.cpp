#include "storage/package/exporters/webdataset/tar_writer.h"

#include "storage/base/file.h"

#include <fmt/format.h>

#include <numeric>
#include <system_error>

namespace shiqu::package {
namespace {

constexpr std::size_t kBlock = 512;
constexpr std::uint64_t kLargest = (1ULL << 33U) - 1;  // eleven octal digits

void put(std::string& block, std::size_t at, std::string_view text) {
  block.replace(at, text.size(), text);
}

}  // namespace

Status TarWriter::header(std::string_view name, std::uint64_t size) {
  if (name.empty() || name.size() > 100 || size > kLargest) {
    return fail(ErrorCode::InvalidInput, "add file to tar archive", std::string(name));
  }
  std::string block(kBlock, '\0');
  put(block, 0, name);
  put(block, 100, "0000644");
  put(block, 108, "0000000");
  put(block, 116, "0000000");
  put(block, 124, fmt::format("{:011o}", size));
  put(block, 136, fmt::format("{:011o}", modified_s_ > 0 ? modified_s_ : 0));
  put(block, 148, "        ");  // the sum is taken over blanks in its own place
  put(block, 156, "0");
  put(block, 257, std::string_view("ustar\00000", 8));
  const unsigned sum = std::accumulate(block.begin(), block.end(), 0U, [](unsigned total, char c) {
    return total + static_cast<unsigned char>(c);
  });
  put(block, 148, fmt::format("{:06o}", sum));
  block[154] = '\0';
  return file_.append(std::string_view(block));
}

Status TarWriter::pad(std::uint64_t size) {
  const std::size_t rest = (kBlock - size % kBlock) % kBlock;
  return rest == 0 ? Status() : file_.append(std::string_view(std::string(rest, '\0')));
}

Status TarWriter::add(std::string_view name, std::string_view content) {
  SHIQU_TRY(header(name, content.size()));
  SHIQU_TRY(file_.append(content));
  return pad(content.size());
}

Status TarWriter::add_file(std::string_view name, const std::filesystem::path& source) {
  std::error_code failed;
  const std::uint64_t size = std::filesystem::file_size(source, failed);
  if (failed) {
    return fail_errno(failed.value(), "add file to tar archive", source.string());
  }
  SHIQU_TRY(header(name, size));
  std::uint64_t done = 0;
  SHIQU_TRY(read_in_pieces(source, [&](std::span<const std::uint8_t> piece) {
    done += piece.size();
    return file_.append(piece);
  }));
  if (done != size) {
    return fail(ErrorCode::Corrupt, "add file to tar archive", source.string(), "it has changed");
  }
  return pad(size);
}

Result<PayloadFile> TarWriter::finish() {
  SHIQU_TRY(file_.append(std::string_view(std::string(2 * kBlock, '\0'))));
  return std::move(file_);
}

}  // namespace shiqu::package
