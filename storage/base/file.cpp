#include "storage/base/file.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <utility>
#include <vector>

namespace shiqu {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kPiece = 1U << 20U;

Result<FileDescriptor> open_for_reading(const fs::path& file) {
  FileDescriptor fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) {
    return fail_errno(errno, "open", file.string());
  }
  return fd;
}

Status sync_path(const fs::path& path, int flags) {
  const FileDescriptor fd(::open(path.c_str(), flags | O_CLOEXEC));
  if (!fd) {
    return fail_errno(errno, "open for fsync", path.string());
  }
  if (::fsync(fd.get()) != 0) {
    return fail_errno(errno, "fsync", path.string());
  }
  return {};
}

Status rename_with(const fs::path& from, const fs::path& to, unsigned flags) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), flags) == 0) {
    return {};
  }
  // NFS and most FUSE file systems know no flags: look first there, then rename.
  if (errno != EINVAL || flags != RENAME_NOREPLACE) {
    return fail_errno(errno, "rename", to.string());
  }
  if (fs::exists(fs::symlink_status(to))) {
    return fail_errno(EEXIST, "rename", to.string());
  }
  if (::rename(from.c_str(), to.c_str()) != 0) {
    return fail_errno(errno, "rename", to.string());
  }
  return {};
}

Status write_all(int fd, std::span<const std::uint8_t> bytes, const fs::path& name) {
  while (!bytes.empty()) {
    const ssize_t done = ::write(fd, bytes.data(), bytes.size());
    if (done < 0) {
      if (errno == EINTR) {
        continue;
      }
      return fail_errno(errno, "write", name.string());
    }
    bytes = bytes.subspan(static_cast<std::size_t>(done));
  }
  return {};
}

std::span<const std::uint8_t> as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

Status read_in_pieces(const fs::path& file,
                      const std::function<Status(std::span<const std::uint8_t>)>& take) {
  SHIQU_TRY_ASSIGN(const FileDescriptor fd, open_for_reading(file));
  std::vector<std::uint8_t> buffer(kPiece);
  while (true) {
    const ssize_t got = ::read(fd.get(), buffer.data(), buffer.size());
    if (got < 0) {
      if (errno == EINTR) {
        continue;
      }
      return fail_errno(errno, "read", file.string());
    }
    if (got == 0) {
      return {};
    }
    SHIQU_TRY(take(std::span(buffer).first(static_cast<std::size_t>(got))));
  }
}

Result<std::string> read_file(const fs::path& file, std::uint64_t limit_bytes) {
  std::string content;
  SHIQU_TRY(read_in_pieces(file, [&](std::span<const std::uint8_t> piece) -> Status {
    if (content.size() + piece.size() > limit_bytes) {
      return fail(ErrorCode::InvalidInput, "read file", file.string(), "larger than the limit");
    }
    content.append(reinterpret_cast<const char*>(piece.data()), piece.size());
    return {};
  }));
  return content;
}

AtomicFile::AtomicFile(FileDescriptor fd, fs::path target)
    : fd_(std::move(fd)), target_(std::move(target)) {}

fs::path AtomicFile::part() const { return target_.string() + ".part"; }

Result<AtomicFile> AtomicFile::create(const fs::path& target) {
  if (fs::exists(fs::symlink_status(target))) {
    return fail(ErrorCode::Exists, "create file", target.string());
  }
  const std::string part = target.string() + ".part";
  FileDescriptor fd(::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640));
  if (!fd) {
    return fail_errno(errno, "create file", part);
  }
  return AtomicFile(std::move(fd), target);
}

AtomicFile::~AtomicFile() {
  if (fd_) {
    ::unlink(part().c_str());
  }
}

Status AtomicFile::write(std::span<const std::uint8_t> bytes) {
  return write_all(fd_.get(), bytes, target_);
}

Status AtomicFile::write(std::string_view text) { return write(as_bytes(text)); }

Status AtomicFile::commit() {
  if (::fsync(fd_.get()) != 0) {
    return fail_errno(errno, "fsync", target_.string());
  }
  SHIQU_TRY(rename_with(part(), target_, RENAME_NOREPLACE));
  const bool synced_again = ::fsync(fd_.get()) == 0;
  const int error = errno;
  fd_.reset();
  if (!synced_again) {
    return fail_errno(error, "fsync after rename", target_.string());
  }
  return sync_folder(target_.parent_path());
}

Status write_new_file(const fs::path& target, std::string_view content) {
  SHIQU_TRY_ASSIGN(AtomicFile file, AtomicFile::create(target));
  SHIQU_TRY(file.write(content));
  return file.commit();
}

Status replace_file(const fs::path& target, std::string_view content) {
  const fs::path fresh = target.string() + ".new";
  std::error_code ignored;
  fs::remove(fresh, ignored);  // left by an interrupted earlier try
  SHIQU_TRY(write_new_file(fresh, content));
  SHIQU_TRY(rename_with(fresh, target, 0));
  return sync_folder(target.parent_path());
}

Status sync_file(const fs::path& file) { return sync_path(file, O_RDONLY); }

Status sync_folder(const fs::path& folder) {
  return sync_path(folder.empty() ? fs::path(".") : folder, O_RDONLY | O_DIRECTORY);
}

Status make_folders(const fs::path& folder) {
  if (folder.empty() || fs::is_directory(folder)) {
    return {};
  }
  SHIQU_TRY(make_folders(folder.parent_path()));
  if (::mkdir(folder.c_str(), 0750) != 0 && errno != EEXIST) {
    return fail_errno(errno, "create folder", folder.string());
  }
  return sync_folder(folder.parent_path());
}

Status move_into_place(const fs::path& from, const fs::path& to) {
  SHIQU_TRY(sync_file(from));
  SHIQU_TRY(rename_with(from, to, RENAME_NOREPLACE));
  SHIQU_TRY(sync_file(to));
  SHIQU_TRY(sync_folder(to.parent_path()));
  return sync_folder(from.parent_path());
}

TempDir::TempDir() {
  std::string pattern = (fs::temp_directory_path() / "shiqu-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) {
    std::abort();
  }
  path_ = pattern;
}

TempDir::~TempDir() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

fs::path program_folder() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  return error ? fs::path(".") : program.parent_path();
}

Result<std::uint64_t> free_bytes(const fs::path& folder) {
  struct statvfs info {};
  if (::statvfs(folder.c_str(), &info) != 0) {
    return fail_errno(errno, "measure free space", folder.string());
  }
  return static_cast<std::uint64_t>(info.f_bavail) * info.f_frsize;
}

}  // namespace shiqu
