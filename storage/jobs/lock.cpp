#include "storage/jobs/lock.h"

#include "storage/base/file.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

namespace shiqu::jobs {
namespace {

namespace fs = std::filesystem;
constexpr const char* kFolder = "runners";
constexpr const char* kEnding = ".lock";

fs::path lock_file(const fs::path& archive, const store::RunnerId& id) {
  return archive / kFolder / (id.str() + kEnding);
}

tl::unexpected<Error> failed(const fs::path& file, int number) {
  const ErrorCode code = number == EACCES   ? ErrorCode::Denied
                         : number == ENOSPC ? ErrorCode::NoSpace
                                            : ErrorCode::Io;
  return fail(code, "register runner", file.string(), std::strerror(number));
}

}  // namespace

RunnerLock::RunnerLock(FileDescriptor fd, fs::path file, store::RunnerId id)
    : fd_(std::move(fd)), file_(std::move(file)), id_(std::move(id)) {}

RunnerLock::~RunnerLock() {
  if (fd_) {
    std::error_code ignored;
    fs::remove(file_, ignored);
  }
}

Result<RunnerLock> RunnerLock::take(const fs::path& archive) {
  SHIQU_TRY(make_folders(archive / kFolder));
  store::RunnerId id = store::RunnerId::make();
  const fs::path file = lock_file(archive, id);
  const fs::path fresh = file.string() + ".new";
  FileDescriptor fd(::open(fresh.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600));
  if (!fd || ::flock(fd.get(), LOCK_EX | LOCK_NB) != 0 ||
      ::rename(fresh.c_str(), file.c_str()) != 0) {
    return failed(file, errno);
  }
  return RunnerLock(std::move(fd), file, std::move(id));
}

bool runner_lives(const fs::path& archive, const store::RunnerId& id) {
  const FileDescriptor fd(::open(lock_file(archive, id).c_str(), O_RDWR | O_CLOEXEC));
  if (!fd) {
    return errno != ENOENT;
  }
  // Shared, so that two programs that look at a dead runner do not take each other for it.
  return ::flock(fd.get(), LOCK_SH | LOCK_NB) != 0;
}

void clear_dead_locks(const fs::path& archive) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(archive / kFolder, error)) {
    const fs::path& file = entry.path();
    if (file.extension() == kEnding && !runner_lives(archive, store::RunnerId(file.stem()))) {
      fs::remove(file, error);
    }
  }
}

}  // namespace shiqu::jobs
