#include "storage/package/exporters/webdataset/tar_writer.h"

#include "storage/base/file.h"
#include "storage/base/ustar.h"

#include <system_error>

namespace shiqu::package {

Status TarWriter::header(std::string_view name, std::uint64_t size) {
  if (name.size() > ustar::kName.size || size > ustar::kLargest) {
    return fail(ErrorCode::InvalidInput, "add file to tar archive", std::string(name));
  }
  SHIQU_TRY_ASSIGN(const ustar::Block block, ustar::header(std::string(name), size, modified_s_));
  return file_.append(block);
}

Status TarWriter::pad(std::uint64_t size) {
  return file_.append(std::string_view(std::string(ustar::padding(size), '\0')));
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
  SHIQU_TRY(file_.append(std::string_view(std::string(2 * ustar::kBlock, '\0'))));
  return std::move(file_);
}

}  // namespace shiqu::package
