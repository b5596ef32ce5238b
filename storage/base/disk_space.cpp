#include "storage/base/disk_space.h"

#include "storage/base/handle.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>

namespace shiqu {
namespace {
namespace fs = std::filesystem;
}

Status set_ballast(const fs::path& file, std::uint64_t size_bytes) {
  const FileDescriptor fd(::open(file.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0640));
  struct stat facts {};
  if (!fd || ::fstat(fd.get(), &facts) != 0) {
    return fail_errno(errno, "reserve room", file.string());
  }
  const auto size = static_cast<off_t>(size_bytes);
  if (size <= facts.st_size) {
    return ::ftruncate(fd.get(), size) == 0
               ? Status()
               : Status(fail_errno(errno, "give room back", file.string()));
  }
  // posix_fallocate writes where the file system cannot promise blocks, and returns its error.
  const int error = ::posix_fallocate(fd.get(), 0, size);
  if (error != 0) {
    (void)!::ftruncate(fd.get(), facts.st_size);
    return fail_errno(error, "reserve room", file.string());
  }
  return {};
}

bool on_one_disk(const fs::path& one, const fs::path& other) {
  struct stat a {};
  struct stat b {};
  return ::stat(one.c_str(), &a) == 0 && ::stat(other.c_str(), &b) == 0 && a.st_dev == b.st_dev;
}

Result<std::uint64_t> free_bytes(const fs::path& folder) {
  struct statvfs info {};
  if (::statvfs(folder.c_str(), &info) != 0) {
    return fail_errno(errno, "measure free space", folder.string());
  }
  return static_cast<std::uint64_t>(info.f_bavail) * info.f_frsize;
}

}  // namespace shiqu
