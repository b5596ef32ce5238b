#pragma once

#include "storage/base/file.h"
#include "storage/base/result.h"
#include "storage/transfer/sealed.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

namespace shiqu::transfer {

/// How the copy was read again.
enum class ReadBack {
  Remounted,  ///< unmounted, mounted again: every byte comes from the device
  PastCache,  ///< not unmounted (a plain folder, busy, no right to): read around the cache
  Cached      ///< the file system cannot read around its cache: this proves little
};
std::string_view name_of(ReadBack how) noexcept;  ///< "remounted" "past_cache" "cached"

struct CourierOptions {
  std::size_t chunk_bytes = 16U << 20U;  ///< fsynced one by one
  bool remount = true;                   ///< try to, where the target is on a disk of its own
  std::function<Status()> written;       ///< called when all is written, before it is compared
};

struct CourierReport {
  std::filesystem::path copy;  ///< TARGET/NAME
  std::int64_t files = 0;
  std::uint64_t bytes = 0;  ///< of the source
  std::uint64_t sent = 0;   ///< written in this call; less when an earlier one was cut off
  ReadBack read_back = ReadBack::Cached;
  std::string file_system;  ///< of the target: "ext4" "vfat" "exfat" "fuseblk" …
};

/// What an unfinished `source` would bring onto the disk, in words; empty: it may be copied.
/// Refused: databases, links, unfinished files (".part"), names that FAT or exFAT cannot tell apart
/// or hold, and with `fat` files of 4 GiB and more.
Result<std::string> courier_objection(const std::filesystem::path& source, bool fat);

/// Copies a finished folder or file below `target`, an existing folder of a removable disk, chunk
/// by chunk; each is on the disk before the next. Under NAME.part first, then renamed, then the
/// seal is written. At the end all of it is compared with the source, read from the device as well
/// as can be. A call that was cut off is taken up again by the next: what lies there is compared
/// and at most the last chunk sent once more.
/// `progress(done, total)`: bytes sent, then compared.
/// Errors: InvalidInput (courier_objection), Exists (another package of that name), NoSpace,
/// Corrupt (read back otherwise than written), Cancelled, Io (the disk is gone …).
Result<CourierReport> carry(const std::filesystem::path& source,
                            const std::filesystem::path& target, const Sealed& seal,
                            const CourierOptions& options = {},
                            const std::function<void(std::uint64_t, std::uint64_t)>& progress = {},
                            const std::stop_token& stop = {});

/// A disk that is mounted below a temporary folder as long as this lives.
class VisitingDisk {
 public:
  /// `device`: "/dev/sdb1". Errors: those of `mount` (no right, no file system that is known).
  static Result<VisitingDisk> mount(const std::filesystem::path& device);
  VisitingDisk(VisitingDisk&& other) noexcept = default;
  VisitingDisk& operator=(VisitingDisk&&) = delete;
  ~VisitingDisk();
  [[nodiscard]] const std::filesystem::path& path() const { return folder_->path(); }
  /// Takes it off: after that it may be pulled. Errors: Io (still in use).
  Status release();

 private:
  VisitingDisk() = default;
  std::unique_ptr<TempDir> folder_;  ///< empty once released or moved from
};

}  // namespace shiqu::transfer
