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
constexpr std::int64_t kSliceMs = 50;  // a stop is seen that soon
constexpr std::uint64_t kSidecarLimit = 256U << 20U;

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

Result<std::string> DiskReader::digest(const fs::path& file, const std::stop_token& stop) {
  SHIQU_TRY(keep_rate(stop));
  Hasher hasher(DigestKind::Sha256);
  const auto take = [&](std::span<const std::uint8_t> piece) -> Status {
    hasher.update(piece);
    bytes_ += piece.size();
    return keep_rate(stop);
  };
  SHIQU_TRY_ASSIGN(const bool direct, read_from_disk(file, take));
  direct_files_ += direct ? 1 : 0;
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
