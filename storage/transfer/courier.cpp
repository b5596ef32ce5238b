#include "storage/transfer/courier.h"

#include "storage/base/disk_space.h"
#include "storage/base/file.h"
#include "storage/base/handle.h"
#include "storage/transfer/internal/disk.h"
#include "storage/transfer/internal/equal_front.h"
#include "storage/transfer/internal/loads.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace shiqu::transfer {
namespace {

namespace fs = std::filesystem;
using Progress = std::function<void(std::uint64_t, std::uint64_t)>;

/// A disk that was pulled answers with an error: there is nothing then.
bool is_there(const fs::path& file) noexcept {
  std::error_code failed;
  return fs::exists(file, failed);
}

fs::path unfinished(const fs::path& file) {
  return {file.string() + ".part"};
}

Status interrupted(const std::stop_token& stop, const fs::path& file) {
  return stop.stop_requested() ? Status(fail(ErrorCode::Cancelled, "copy to disk", file.string()))
                               : Status{};
}

class Courier {
 public:
  Courier(const fs::path& source, const fs::path& target, const Sealed& seal,
          const CourierOptions& options, const Progress& progress, const std::stop_token& stop)
      : source_(source),
        target_(target),
        seal_(seal),
        options_(options),
        progress_(progress),
        stop_(stop) {}

  Result<CourierReport> run() {
    SHIQU_TRY_ASSIGN(mount_, mount_of(target_));
    out_.file_system = mount_.type;
    out_.copy = target_ / source_.filename();
    const bool fat = mount_.type == "vfat" || mount_.type == "msdos";
    SHIQU_TRY_ASSIGN(const std::string objection, courier_objection(source_, fat));
    if (!objection.empty()) {
      return fail(ErrorCode::InvalidInput, "copy to disk", source_.string(), objection);
    }
    SHIQU_TRY_ASSIGN(loads_, loads_of(source_));
    for (const Load& load : loads_) {
      out_.bytes += load.size;
    }
    out_.files = static_cast<std::int64_t>(loads_.size());
    SHIQU_TRY(check_present());
    SHIQU_TRY(check_space());
    SHIQU_TRY(send_all());
    SHIQU_TRY(write_seal());
    if (options_.written) {
      SHIQU_TRY(options_.written());
    }
    SHIQU_TRY(compare_all());
    return std::move(out_);
  }

 private:
  [[nodiscard]] bool is_folder() const { return !loads_.front().path.empty(); }
  /// Where a file lies while the folder is being carried, and in the end.
  [[nodiscard]] fs::path carried(const Load& load) const {
    return is_folder() ? fs::path(base_) / load.path : out_.copy;
  }
  void report(std::size_t bytes) {
    done_ += bytes;
    if (progress_) {
      progress_(done_, 2 * out_.bytes);
    }
  }
  Status check_present();
  Status check_space() const;
  Status send_all();
  Status send(const Load& load, bool maybe_torn);
  Status send_rest(const Load& load, int to, std::uint64_t at, const fs::path& part);
  Status write_seal();
  Status compare_all();
  Status refuse(const std::vector<fs::path>& wrong);
  Status nothing_else();

  const fs::path& source_;
  const fs::path& target_;
  const Sealed& seal_;
  const CourierOptions& options_;
  const Progress& progress_;
  const std::stop_token& stop_;
  MountPoint mount_;
  std::vector<Load> loads_;
  fs::path base_;  ///< folder that is being filled
  std::uint64_t done_ = 0;
  CourierReport out_;
};

/// What lies there already: a copy that is sealed, one that lacks only the seal, or a part of one.
Status Courier::check_present() {
  const fs::path seal = sealed_file(out_.copy);
  if (is_there(seal)) {
    SHIQU_TRY_ASSIGN(const std::string text, read_file(seal, 4096));
    if (text != text_of(seal_)) {
      return fail(ErrorCode::Exists, "copy to disk", seal.string(), "another package of that name");
    }
  }
  const fs::path part = unfinished(out_.copy);
  if (is_folder() && is_there(out_.copy) && is_there(part)) {
    // FAT after a rename that was cut off: two names, one folder. To remove one would empty both.
    return fail(ErrorCode::Exists, "copy to disk", part.string(),
                "it lies beside the finished copy: have the disk checked (fsck), or empty it");
  }
  base_ = is_there(out_.copy) ? out_.copy : part;
  return {};
}

Status Courier::check_space() const {
  std::uint64_t there = 0;
  for (const Load& load : loads_) {
    std::error_code absent;
    const fs::path file = carried(load);
    const std::uint64_t whole = fs::file_size(file, absent);
    const std::uint64_t part = absent ? fs::file_size(unfinished(file), absent) : whole;
    there += absent ? 0 : part;
  }
  SHIQU_TRY_ASSIGN(const std::uint64_t free, free_bytes(target_));
  constexpr std::uint64_t kReserve = 1U << 20U;
  if (free + there < out_.bytes + kReserve) {
    return fail(ErrorCode::NoSpace, "copy to disk", target_.string(),
                fmt::format("{} bytes are free, {} are needed", free,
                            out_.bytes + kReserve - std::min(there, out_.bytes)));
  }
  return {};
}

Status Courier::send_all() {
  // A file is on the disk before the next is begun: only the last one that is there can be torn.
  std::size_t last = loads_.size();
  for (std::size_t i = 0; i < loads_.size(); ++i) {
    last = is_there(carried(loads_[i])) ? i : last;
  }
  // All folders before the first file: a new one that is cut off on FAT can no longer be read.
  std::set<fs::path> folders;
  for (const Load& load : loads_) {
    folders.insert(carried(load).parent_path());
  }
  for (const fs::path& folder : folders) {
    SHIQU_TRY(make_folders(folder));
  }
  for (std::size_t i = 0; i < loads_.size(); ++i) {
    SHIQU_TRY(send(loads_[i], i == last && is_folder() && base_ != out_.copy));
  }
  if (is_folder() && base_ != out_.copy) {
    SHIQU_TRY(move_into_place(base_, out_.copy));
    base_ = out_.copy;
  }
  return {};
}

/// Inside a folder a file has its name from the beginning: the folder's says that it is unfinished,
/// and a rename that is cut off between two sectors leaves FAT with two names of the same clusters.
Status Courier::send(const Load& load, bool maybe_torn) {
  const fs::path file = carried(load);
  std::error_code absent;
  const std::uint64_t present = fs::file_size(file, absent);
  if (!absent && present == load.size && !maybe_torn) {  // compared at the end
    report(static_cast<std::size_t>(load.size));
    return {};
  }
  if (!absent && base_ == out_.copy) {
    return fail(ErrorCode::Exists, "copy to disk", file.string(), "a file of another size");
  }
  const fs::path part = is_folder() ? file : unfinished(file);
  std::uint64_t at = 0;
  if (const std::uint64_t there = fs::file_size(part, absent); !absent && there > 0) {
    // Never its last chunk: FAT may have been cut off with the size on the disk and the clusters
    // not, and whoever reads there makes the kernel take the disk for broken.
    const std::uint64_t sure = (there - 1) - (there - 1) % options_.chunk_bytes;
    bool cached = false;
    SHIQU_TRY_ASSIGN(const std::uint64_t equal,
                     equal_front(load.source, part, cached, {}, std::min(sure, load.size)));
    at = equal - equal % options_.chunk_bytes;
  }
  const FileDescriptor to(::open(part.c_str(), O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (!to) {
    return fail_errno(errno, "write to disk", part.string());
  }
  if (::ftruncate(to.get(), static_cast<off_t>(at)) != 0) {
    return fail_errno(errno, "write to disk", part.string());
  }
  report(static_cast<std::size_t>(at));
  SHIQU_TRY(send_rest(load, to.get(), at, part));
  return part == file ? sync_folder(file.parent_path()) : move_into_place(part, file);
}

Status Courier::send_rest(const Load& load, int to, std::uint64_t at, const fs::path& part) {
  const FileDescriptor from(::open(load.source.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!from) {
    return fail_errno(errno, "open", load.source.string());
  }
  std::vector<std::uint8_t> piece(std::min<std::size_t>(options_.chunk_bytes, 1U << 20U));
  std::uint64_t unsynced = 0;
  while (at < load.size) {
    SHIQU_TRY(interrupted(stop_, load.source));
    const std::size_t want = static_cast<std::size_t>(
        std::min<std::uint64_t>({piece.size(), load.size - at, options_.chunk_bytes - unsynced}));
    const ssize_t got = ::pread(from.get(), piece.data(), want, static_cast<off_t>(at));
    if (got <= 0) {
      return fail_errno(got < 0 ? errno : EIO, "read", load.source.string());
    }
    ssize_t put = 0;
    while (put < got) {
      const ssize_t done = ::pwrite(to, piece.data() + put, static_cast<std::size_t>(got - put),
                                    static_cast<off_t>(at) + put);
      if (done < 0 && errno != EINTR) {
        return fail_errno(errno, "write to disk", part.string());
      }
      put += std::max<ssize_t>(done, 0);
    }
    at += static_cast<std::uint64_t>(got);
    unsynced += static_cast<std::uint64_t>(got);
    out_.sent += static_cast<std::uint64_t>(got);
    if (unsynced == options_.chunk_bytes || at == load.size) {
      if (::fsync(to) != 0) {  // never tried again: what is lost then looks written
        return fail_errno(errno, "fsync", part.string());
      }
      unsynced = 0;
    }
    report(static_cast<std::size_t>(got));
  }
  return load.size == 0 && ::fsync(to) != 0 ? Status(fail_errno(errno, "fsync", part.string()))
                                            : Status{};
}

Status Courier::write_seal() {
  const fs::path seal = sealed_file(out_.copy);
  if (!is_there(seal)) {
    SHIQU_TRY(write_new_file(seal, text_of(seal_)));
    SHIQU_TRY(sync_file(seal));
  }
  const FileDescriptor disk(::open(target_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!disk || ::syncfs(disk.get()) != 0) {
    return fail_errno(errno, "write to disk", target_.string());
  }
  return {};
}

Status Courier::compare_all() {
  bool remounted = false;
  struct stat here {};
  struct stat there {};
  // Never the disk that the source is on, nor the system's own.
  if (options_.remount && mount_.point != "/" && ::stat(source_.c_str(), &here) == 0 &&
      ::stat(target_.c_str(), &there) == 0 && here.st_dev != there.st_dev) {
    SHIQU_TRY_ASSIGN(remounted, remount(mount_));
  }
  bool cached = false;
  std::vector<fs::path> wrong;
  for (const Load& load : loads_) {
    const fs::path file = carried(load);
    SHIQU_TRY_ASSIGN(const std::uint64_t equal,
                     equal_front(load.source, file, cached, [&](std::size_t bytes) -> Status {
                       report(bytes);
                       return interrupted(stop_, file);
                     }));
    std::error_code failed;
    if (equal != load.size || fs::file_size(file, failed) != load.size || failed) {
      wrong.push_back(file);
    }
  }
  if (!wrong.empty()) {
    return refuse(wrong);
  }
  SHIQU_TRY(nothing_else());
  SHIQU_TRY_ASSIGN(const std::string seal, read_file(sealed_file(out_.copy), 4096));
  if (seal != text_of(seal_)) {
    return fail(ErrorCode::Corrupt, "read back", sealed_file(out_.copy).string(), "the seal");
  }
  out_.read_back = remounted ? ReadBack::Remounted
                   : cached  ? ReadBack::Cached
                             : ReadBack::PastCache;
  return {};
}

/// The seal first: what is not whole must not look finished, nor keep the finished name.
Status Courier::refuse(const std::vector<fs::path>& wrong) {
  std::error_code ignored;
  fs::remove(sealed_file(out_.copy), ignored);
  for (const fs::path& file : wrong) {
    fs::remove(file, ignored);
  }
  if (is_folder()) {
    fs::rename(out_.copy, unfinished(out_.copy), ignored);
  }
  return fail(
      ErrorCode::Corrupt, "read back", wrong.front().string(),
      fmt::format("the disk gives back other bytes than were written (in {} files)", wrong.size()));
}

/// The receiver's check refuses a file that no manifest lists: neither may it pass here.
Status Courier::nothing_else() {
  if (!is_folder()) {
    return {};
  }
  std::set<std::string_view> ours;
  for (const Load& load : loads_) {
    ours.insert(load.path);
  }
  SHIQU_TRY_ASSIGN(const std::vector<Load> there, loads_of(out_.copy));
  for (const Load& one : there) {
    if (!ours.contains(one.path)) {
      std::error_code ignored;
      fs::remove(sealed_file(out_.copy), ignored);
      return fail(ErrorCode::Corrupt, "read back", one.source.string(),
                  "a file that is no part of the package lies in its folder");
    }
  }
  return {};
}

}  // namespace

std::string_view name_of(ReadBack how) noexcept {
  switch (how) {
    case ReadBack::Remounted:
      return "remounted";
    case ReadBack::PastCache:
      return "past_cache";
    case ReadBack::Cached:
      break;
  }
  return "cached";
}

Result<CourierReport> carry(const fs::path& source, const fs::path& target, const Sealed& seal,
                            const CourierOptions& options, const Progress& progress,
                            const std::stop_token& stop) {
  return Courier(source, target, seal, options, progress, stop).run();
}

}  // namespace shiqu::transfer
