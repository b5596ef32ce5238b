#pragma once

#include "storage/base/result.h"
#include "storage/store/fixity.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <stop_token>
#include <string>

namespace shiqu::keeping {

/// Reads files from the disk, not from the kernel's cache: with O_DIRECT where the file system has
/// it, otherwise after POSIX_FADV_DONTNEED. Keeps to a rate over its whole life. One thread.
class DiskReader {
 public:
  /// `limit_mb_s`: 10^6 bytes a second; 0: no limit.
  explicit DiskReader(double limit_mb_s = 0);

  /// SHA-256 of a file, 64 hexadecimal digits. Errors: NotFound, Denied, Io, Cancelled.
  Result<std::string> digest(const std::filesystem::path& file, const std::stop_token& stop = {});

  [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }
  /// Files that were read past the cache by O_DIRECT; the others lie on file systems without it.
  [[nodiscard]] std::int64_t direct_files() const noexcept { return direct_files_; }

 private:
  Status keep_rate(const std::stop_token& stop);

  double limit_bytes_s_;
  std::int64_t begun_ms_;
  std::uint64_t bytes_ = 0;
  std::int64_t direct_files_ = 0;
};

/// Looks at one write-once file below `folder`: size, digest, and a sidecar's form. Errors only:
/// Cancelled; every fault of the file is a verdict.
Result<store::FixityVerdict> look_at_file(const std::filesystem::path& folder,
                                          const store::FixityFile& file, DiskReader& reader,
                                          const std::stop_token& stop);

/// Copies `from` to `to`, which must be absent, hashing on the way, and reads the copy back from
/// the disk. A half copy never has the name. A `.part` of an interrupted try is replaced.
/// Errors: Corrupt (`from` is not `digest`, or the copy came back wrong), those of AtomicFile,
/// Cancelled.
Status copy_verified(const std::filesystem::path& from, const std::filesystem::path& to,
                     const std::string& digest, DiskReader& reader, const std::stop_token& stop);

/// The way of `path` below an archive, for a file name: '/' becomes '-'.
std::string flat_name(const std::string& path);

}  // namespace shiqu::keeping
