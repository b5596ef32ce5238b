#include "storage/base/file.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "storage/base/random.h"
#include "storage/base/text.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <memory>
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

struct Freed {
  void operator()(std::uint8_t* memory) const noexcept { std::free(memory); }
};

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

using TakePiece = std::function<Status(std::span<const std::uint8_t>)>;

/// What is left of an open file, in pieces. The memory is aligned as O_DIRECT wants it.
Status read_all(int fd, const fs::path& name, const TakePiece& take,
                std::uint64_t limit = kWholeFile) {
  constexpr std::size_t kAlignment = 4096;
  const std::unique_ptr<std::uint8_t, Freed> buffer(
      static_cast<std::uint8_t*>(std::aligned_alloc(kAlignment, kPiece)));
  if (!buffer) {
    return fail(ErrorCode::Internal, "read", name.string(), "out of memory");
  }
  while (limit > 0) {
    const ssize_t got = ::read(fd, buffer.get(), std::min<std::uint64_t>(kPiece, limit));
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0) {
      return fail_errno(errno, "read", name.string());
    }
    if (got == 0) {
      return {};
    }
    SHIQU_TRY(take({buffer.get(), static_cast<std::size_t>(got)}));
    limit -= static_cast<std::uint64_t>(got);
  }
  return {};
}

fs::path part_of(const fs::path& target) {
  std::array<std::uint8_t, 4> noise{};
  fill_random(noise);
  return target.string() + "." + to_hex(noise) + ".part";
}

std::span<const std::uint8_t> as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

Status read_in_pieces(const fs::path& file,
                      const std::function<Status(std::span<const std::uint8_t>)>& take) {
  SHIQU_TRY_ASSIGN(const FileDescriptor fd, open_for_reading(file));
  return read_all(fd.get(), file, take);
}

Result<bool> read_from_disk(const fs::path& file,
                            const std::function<Status(std::span<const std::uint8_t>)>& take,
                            std::uint64_t limit) {
  constexpr int kFlags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW;
  FileDescriptor fd(::open(file.c_str(), kFlags | O_DIRECT));
  const auto direct = static_cast<bool>(fd);
  if (!fd && errno == EINVAL) {
    fd = FileDescriptor(::open(file.c_str(), kFlags));
  }
  if (!fd) {
    return fail_errno(errno, "open", file.string());
  }
  // Pages that are not on the disk yet cannot be dropped: what is to be checked was fsynced before.
  ::posix_fadvise(fd.get(), 0, 0, POSIX_FADV_DONTNEED);
  if (limit != kWholeFile) {
    ::posix_fadvise(fd.get(), 0, 0, POSIX_FADV_RANDOM);  // nothing ahead of the limit either
    limit -= limit % 4096;                               // O_DIRECT
  }
  SHIQU_TRY(read_all(fd.get(), file, take, limit));
  ::posix_fadvise(fd.get(), 0, 0, POSIX_FADV_DONTNEED);  // what people work with stays cached
  return direct;
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

NewFile::NewFile(FileDescriptor fd, fs::path file, const NewFileOptions& options)
    : fd_(std::move(fd)), file_(std::move(file)) {
  for (const DigestKind kind : options.digests) {
    hashers_.emplace_back(kind);
  }
}

NewFile::~NewFile() {
  if (fd_ && !ended_) {
    ::unlink(file_.c_str());
  }
}

Result<NewFile> NewFile::create(const fs::path& file, const NewFileOptions& options) {
  FileDescriptor fd(::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                           static_cast<mode_t>(options.mode)));
  if (!fd) {
    return fail_errno(errno, "create file", file.string());
  }
  return NewFile(std::move(fd), file, options);
}

/// Nothing is done with a file again after an error of the disk.
Status NewFile::broken(Status status) {
  if (!status && fd_) {
    ::unlink(file_.c_str());
    fd_.reset();
  }
  return status;
}

Status NewFile::write(std::span<const std::uint8_t> bytes) {
  if (!fd_ || ended_) {
    return fail(ErrorCode::Internal, "write", file_.string(), "the file is closed");
  }
  for (Hasher& hasher : hashers_) {
    hasher.update(bytes);
  }
  size_bytes_ += bytes.size();
  return broken(write_all(fd_.get(), bytes, file_));
}

Status NewFile::write(std::string_view text) {
  return write(as_bytes(text));
}

Status NewFile::sync() {
  if (!fd_ || ended_) {
    return fail(ErrorCode::Internal, "fsync", file_.string(), "the file is closed");
  }
  if (::fsync(fd_.get()) != 0) {
    return broken(fail_errno(errno, "fsync", file_.string()));
  }
  end();
  return {};
}

Status NewFile::end_unsynced() {
  if (!fd_ || ended_) {
    return fail(ErrorCode::Internal, "end file", file_.string(), "the file is closed");
  }
  end();
  return {};
}

void NewFile::end() {
  ended_ = true;
  for (Hasher& hasher : hashers_) {
    digests_.push_back(hasher.finish_hex());
  }
}

Status NewFile::rename_to(const fs::path& target, bool replace) {
  if (!fd_ || !ended_) {
    return fail(ErrorCode::Internal, "rename", file_.string(), "the file is not on the disk");
  }
  SHIQU_TRY(broken(rename_with(file_, target, replace ? 0 : RENAME_NOREPLACE)));
  file_ = target;
  Status synced = ::fsync(fd_.get()) == 0
                      ? sync_folder(target.parent_path())
                      : Status(fail_errno(errno, "fsync after rename", target.string()));
  if (!synced && replace) {
    fd_.reset();  // the old file is gone: the new one is better than none
  }
  return broken(std::move(synced));
}

Result<AtomicFile> AtomicFile::create(const fs::path& target, const NewFileOptions& options) {
  if (fs::exists(fs::symlink_status(target))) {
    return fail(ErrorCode::Exists, "create file", target.string());
  }
  SHIQU_TRY_ASSIGN(NewFile file, NewFile::create(part_of(target), options));
  return AtomicFile(std::move(file), target);
}

Status AtomicFile::commit() {
  SHIQU_TRY(file_.sync());
  return file_.rename_to(target_);
}

Status write_new_file(const fs::path& target, std::string_view content,
                      const NewFileOptions& options) {
  SHIQU_TRY_ASSIGN(AtomicFile file, AtomicFile::create(target, options));
  SHIQU_TRY(file.write(content));
  return file.commit();
}

Status replace_file(const fs::path& target, std::string_view content) {
  SHIQU_TRY_ASSIGN(NewFile file, NewFile::create(part_of(target)));
  SHIQU_TRY(file.write(content));
  SHIQU_TRY(file.sync());
  return file.rename_to(target, true);
}

Result<HandedFile> HandedFile::open(const fs::path& file, unsigned mode) {
  HandedFile out(FileDescriptor(::open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC)), file);
  struct stat facts {};
  if (!out.fd_ || ::fstat(out.fd_.get(), &facts) != 0) {
    return fail_errno(errno, "take file over", file.string());
  }
  if (!S_ISREG(facts.st_mode)) {
    return fail(ErrorCode::InvalidInput, "take file over", file.string(), "no regular file");
  }
  if (::fchmod(out.fd_.get(), static_cast<mode_t>(mode)) != 0) {
    return fail_errno(errno, "take file over", file.string());
  }
  if (::fsync(out.fd_.get()) != 0) {
    const int error = errno;
    // Out of reach of a second try, for which fsync would succeed; a person may still look at it.
    (void)::rename(file.c_str(), (file.string() + ".unsafe").c_str());
    return fail_errno(error, "fsync", file.string());
  }
  Hasher hasher(DigestKind::Sha256);
  SHIQU_TRY(read_all(out.fd_.get(), file, [&](std::span<const std::uint8_t> piece) -> Status {
    hasher.update(piece);
    out.size_bytes_ += piece.size();
    return {};
  }));
  out.sha256_ = hasher.finish_hex();
  return out;
}

Status HandedFile::move_to(const fs::path& target, bool replace) {
  SHIQU_TRY(rename_with(file_, target, replace ? 0 : RENAME_NOREPLACE));
  const fs::path from = std::exchange(file_, target);
  if (::fsync(fd_.get()) != 0) {
    return fail_errno(errno, "fsync after rename", target.string());
  }
  SHIQU_TRY(sync_folder(target.parent_path()));
  return sync_folder(from.parent_path());
}

Status sync_file(const fs::path& file) {
  return sync_path(file, O_RDONLY);
}

Status sync_folder(const fs::path& folder) {
  return sync_path(folder.empty() ? fs::path(".") : folder, O_RDONLY | O_DIRECTORY);
}

Status make_folders(const fs::path& folder) {
  const fs::path parent = folder.parent_path();
  if (folder.empty() || folder == parent) {
    return {};
  }
  if (fs::is_directory(folder)) {
    const Status synced = sync_folder(parent);
    const bool foreign = !synced && synced.error().code == ErrorCode::Denied;
    return foreign ? Status() : synced;  // a folder that we may not even read is none we made
  }
  SHIQU_TRY(make_folders(parent));
  if (::mkdir(folder.c_str(), 0750) != 0 && errno != EEXIST) {
    return fail_errno(errno, "create folder", folder.string());
  }
  return sync_folder(parent);
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

}  // namespace shiqu
