#include "storage/keeping/disk_read.h"

#include "storage/base/clock.h"
#include "storage/base/digest.h"
#include "storage/base/file.h"
#include "storage/base/handle.h"
#include "storage/store/sidecar.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <system_error>
#include <thread>

namespace shiqu::keeping {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kPiece = 1U << 20U;
constexpr std::size_t kAlignment = 4096;
constexpr std::int64_t kSliceMs = 50;  // a stop is seen that soon
constexpr std::uint64_t kSidecarLimit = 256U << 20U;

struct Freed {
  void operator()(std::uint8_t* memory) const noexcept { std::free(memory); }
};

Result<FileDescriptor> open_past_cache(const fs::path& file, bool& direct) {
  FileDescriptor fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_DIRECT));
  direct = static_cast<bool>(fd);
  if (!fd && errno == EINVAL) {
    fd = FileDescriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  }
  if (!fd) {
    return fail_errno(errno, "open", file.string());
  }
  // Pages that are not on the disk yet cannot be dropped; ours were fsynced before they were named.
  ::posix_fadvise(fd.get(), 0, 0, POSIX_FADV_DONTNEED);
  return fd;
}

store::FixityVerdict verdict_of(const store::FixityFile& file, store::Fixity verdict,
                                std::string detail) {
  store::FixityVerdict out;
  out.file = file;
  out.verdict = verdict;
  out.detail = std::move(detail);
  return out;
}

}  // namespace

DiskReader::DiskReader(double limit_mb_s)
    : limit_bytes_s_(limit_mb_s * 1e6), begun_ms_(now_monotonic_ms()) {}

Status DiskReader::keep_rate(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const std::int64_t elapsed = now_monotonic_ms() - begun_ms_;
    const double due = limit_bytes_s_ > 0 ? static_cast<double>(bytes_) / limit_bytes_s_ * 1e3 : 0;
    const auto ahead = static_cast<std::int64_t>(due) - elapsed;
    if (ahead <= 0) {
      return {};
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(std::min(ahead, kSliceMs)));
  }
  return fail(ErrorCode::Cancelled, "read files");
}

Status DiskReader::read(int fd, const std::string& name,
                        const std::function<void(std::span<const std::uint8_t>)>& take,
                        const std::stop_token& stop) {
  const std::unique_ptr<std::uint8_t, Freed> buffer(
      static_cast<std::uint8_t*>(std::aligned_alloc(kAlignment, kPiece)));
  if (!buffer) {
    return fail(ErrorCode::Internal, "read", name, "out of memory");
  }
  while (true) {
    SHIQU_TRY(keep_rate(stop));
    const ssize_t got = ::read(fd, buffer.get(), kPiece);
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0) {
      return fail_errno(errno, "read", name);
    }
    if (got == 0) {
      return {};
    }
    bytes_ += static_cast<std::uint64_t>(got);
    take({buffer.get(), static_cast<std::size_t>(got)});
  }
}

Result<std::string> DiskReader::digest(const fs::path& file, const std::stop_token& stop) {
  bool direct = false;
  SHIQU_TRY_ASSIGN(const FileDescriptor fd, open_past_cache(file, direct));
  Hasher hasher(DigestKind::Sha256);
  SHIQU_TRY(read(
      fd.get(), file.string(), [&](std::span<const std::uint8_t> piece) { hasher.update(piece); },
      stop));
  direct_files_ += direct ? 1 : 0;
  ::posix_fadvise(fd.get(), 0, 0, POSIX_FADV_DONTNEED);  // what people work with stays cached
  return hasher.finish_hex();
}

Result<store::FixityVerdict> look_at_file(const fs::path& folder, const store::FixityFile& file,
                                          DiskReader& reader, const std::stop_token& stop) {
  using store::Fixity;
  const fs::path full = folder / file.path;
  struct stat facts {};
  if (::lstat(full.c_str(), &facts) != 0) {
    return errno == ENOENT || errno == ENOTDIR
               ? verdict_of(file, Fixity::Missing, full.string())
               : verdict_of(file, Fixity::Unreadable, std::generic_category().message(errno));
  }
  if (!S_ISREG(facts.st_mode)) {
    return verdict_of(file, Fixity::Unreadable, "not a regular file");
  }
  const auto digest = reader.digest(full, stop);
  if (!digest) {
    if (digest.error().code == ErrorCode::Cancelled) {
      return fail(digest.error());
    }
    return verdict_of(file, Fixity::Unreadable, digest.error().text());
  }
  if (*digest != file.digest) {
    const auto size = static_cast<std::uint64_t>(facts.st_size);
    return verdict_of(file, Fixity::Altered,
                      size == file.size_bytes ? "content differs" : "size differs");
  }
  if (file.path.starts_with("sidecars/")) {
    const auto content = read_file(full, kSidecarLimit);
    const Status form = content ? [&]() -> Status {
      SHIQU_TRY(store::parse_sidecar(file.path, *content));
      return {};
    }()
        : fail(content.error());
    if (!form) {
      return verdict_of(file, Fixity::Unparsable, form.error().text());
    }
  }
  return verdict_of(file, Fixity::Whole, "");
}

Status copy_verified(const fs::path& from, const fs::path& to, const std::string& digest,
                     DiskReader& reader, const std::stop_token& stop) {
  SHIQU_TRY(make_folders(to.parent_path()));
  std::error_code ignored;
  fs::remove(to.string() + ".part", ignored);
  SHIQU_TRY_ASSIGN(AtomicFile file, AtomicFile::create(to));
  Hasher hasher(DigestKind::Sha256);
  SHIQU_TRY(read_in_pieces(from, [&](std::span<const std::uint8_t> piece) -> Status {
    if (stop.stop_requested()) {
      return fail(ErrorCode::Cancelled, "copy file", from.string());
    }
    hasher.update(piece);
    return file.write(piece);
  }));
  if (hasher.finish_hex() != digest) {
    return fail(ErrorCode::Corrupt, "copy file", from.string(), "it is not what its name says");
  }
  SHIQU_TRY(file.commit());
  const auto back = reader.digest(to, stop);
  if (back && *back == digest) {
    fs::permissions(to, fs::perms::owner_read | fs::perms::group_read, ignored);
    return {};
  }
  fs::remove(to, ignored);  // a copy that was not read back is none
  return back
             ? fail(ErrorCode::Corrupt, "read copy back", to.string(), "it is not what was written")
             : fail(back.error());
}

std::string flat_name(const std::string& path) {
  std::string out = path;
  std::replace(out.begin(), out.end(), '/', '-');
  return out;
}

}  // namespace shiqu::keeping
