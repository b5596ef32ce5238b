#pragma once

#include "storage/base/handle.h"
#include "storage/base/result.h"
#include "storage/store/job_record.h"

#include <filesystem>

namespace shiqu::jobs {

/// How programs know that a runner lives: it holds flock on `runners/<id>.lock` of the archive from
/// before it takes its first job until it ends. The kernel drops the lock with the process, however
/// it died, and no process id that was given away again can be taken for it.
class RunnerLock {
 public:
  /// A runner of its own: makes the file under another name, locks it, and renames it, so that a
  /// `.lock` file that is not locked is always a dead runner's. Errors: Io, Denied, NoSpace.
  static Result<RunnerLock> take(const std::filesystem::path& archive);
  RunnerLock(RunnerLock&&) noexcept = default;
  RunnerLock& operator=(RunnerLock&&) = delete;
  RunnerLock(const RunnerLock&) = delete;
  RunnerLock& operator=(const RunnerLock&) = delete;
  ~RunnerLock();  ///< removes the file and drops the lock

  [[nodiscard]] const store::RunnerId& id() const noexcept { return id_; }

 private:
  RunnerLock(FileDescriptor fd, std::filesystem::path file, store::RunnerId id);

  FileDescriptor fd_;
  std::filesystem::path file_;
  store::RunnerId id_;
};

/// True while the runner's lock is held, by whichever process. A file that cannot be looked at
/// counts as held: no job is taken from a runner that may live. Never true again after false.
bool runner_lives(const std::filesystem::path& archive, const store::RunnerId& id);

/// Removes the lock files of dead runners.
void clear_dead_locks(const std::filesystem::path& archive);

}  // namespace shiqu::jobs
