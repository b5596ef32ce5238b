#pragma once

#include "storage/package/bag_writer.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace shiqu::package {

/// Writes a tar archive in the USTAR form (POSIX.1-1988) into a payload file: plain files only,
/// mode 644, no owner. Names: 100 bytes at most; sizes below 8 GiB. Equal input, equal bytes.
class TarWriter {
 public:
  TarWriter(PayloadFile file, std::int64_t modified_s)
      : file_(std::move(file)), modified_s_(modified_s) {}

  /// Errors: InvalidInput (name or size), those of PayloadFile.
  Status add(std::string_view name, std::string_view content);
  /// Errors: as add; Corrupt (the file changed while it was read), NotFound, Io.
  Status add_file(std::string_view name, const std::filesystem::path& source);
  [[nodiscard]] std::uint64_t size_bytes() const noexcept { return file_.size_bytes(); }
  /// Ends the archive and hands the payload file back. Once, last.
  Result<PayloadFile> finish();

 private:
  Status header(std::string_view name, std::uint64_t size);
  Status pad(std::uint64_t size);

  PayloadFile file_;
  std::int64_t modified_s_;
};

}  // namespace shiqu::package
