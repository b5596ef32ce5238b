#include "storage/base/sandbox.h"

#include "storage/base/handle.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SHIQU_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SHIQU_SANITIZED 1
#endif
#endif
#ifndef SHIQU_SANITIZED
#define SHIQU_SANITIZED 0
#endif

namespace shiqu {
namespace {

constexpr bool kSanitized = SHIQU_SANITIZED != 0;  // sanitizers map terabytes of shadow memory

constexpr std::uint64_t kReadRights = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr std::uint64_t kWriteRights =
    kReadRights | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE |
    LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_DIR;
constexpr std::uint64_t kHandled = kWriteRights | LANDLOCK_ACCESS_FS_EXECUTE |
                                   LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_SOCK |
                                   LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK |
                                   LANDLOCK_ACCESS_FS_MAKE_SYM;
/// Rights that make sense for a single file.
constexpr std::uint64_t kFileRights = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE;

Status limit(__rlimit_resource resource, std::uint64_t value, const char* name) {
  const rlimit wanted{value, value};
  if (::setrlimit(resource, &wanted) != 0) {
    return fail_errno(errno, "set limit of worker process", name);
  }
  return {};
}

Status allow(int ruleset, const std::filesystem::path& path, std::uint64_t rights) {
  const FileDescriptor fd(::open(path.c_str(), O_PATH | O_CLOEXEC));
  if (!fd) {
    return {};  // what does not exist needs no permission
  }
  landlock_path_beneath_attr rule{};
  rule.parent_fd = fd.get();
  rule.allowed_access = std::filesystem::is_directory(path) ? rights : rights & kFileRights;
  if (::syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0) {
    return fail_errno(errno, "restrict file access", path.string());
  }
  return {};
}

Result<bool> enter_landlock(const SandboxSpec& spec) {
  landlock_ruleset_attr attributes{};
  attributes.handled_access_fs = kHandled;
  const FileDescriptor ruleset(
      static_cast<int>(::syscall(SYS_landlock_create_ruleset, &attributes, sizeof(attributes), 0)));
  if (!ruleset) {
    return false;  // kernel without Landlock
  }
  for (const auto& path : spec.readable) {
    SHIQU_TRY(allow(ruleset.get(), path, kReadRights));
  }
  for (const auto& path : spec.writable) {
    SHIQU_TRY(allow(ruleset.get(), path, kWriteRights));
  }
  if (::syscall(SYS_landlock_restrict_self, ruleset.get(), 0) != 0) {
    return fail_errno(errno, "restrict file access", "landlock_restrict_self");
  }
  return true;
}

using FilterHandle = Handle<void, seccomp_release>;

Result<bool> enter_seccomp() {
  const FilterHandle filter(seccomp_init(SCMP_ACT_ALLOW));
  if (!filter) {
    return false;
  }
  for (const int call :
       {SCMP_SYS(socket), SCMP_SYS(connect), SCMP_SYS(bind), SCMP_SYS(listen), SCMP_SYS(accept4),
        SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(ptrace), SCMP_SYS(process_vm_writev),
        SCMP_SYS(mount), SCMP_SYS(umount2), SCMP_SYS(unshare), SCMP_SYS(setns), SCMP_SYS(bpf),
        SCMP_SYS(keyctl), SCMP_SYS(perf_event_open), SCMP_SYS(io_uring_setup)}) {
    if (seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(EPERM), call, 0) != 0) {
      return fail(ErrorCode::Internal, "restrict system calls");
    }
  }
  if (seccomp_load(filter.get()) != 0) {
    return false;
  }
  return true;
}

}  // namespace

Result<SandboxReport> enter_sandbox(const SandboxSpec& spec) {
  SHIQU_TRY(limit(RLIMIT_CORE, 0, "core"));
  if (spec.memory_bytes > 0 && !kSanitized) {
    SHIQU_TRY(limit(RLIMIT_AS, spec.memory_bytes, "memory"));
  }
  if (spec.file_bytes > 0) {
    SHIQU_TRY(limit(RLIMIT_FSIZE, spec.file_bytes, "file size"));
  }
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    return fail_errno(errno, "drop privileges of worker process");
  }
  SandboxReport report;
  SHIQU_TRY_ASSIGN(report.landlock, enter_landlock(spec));
  SHIQU_TRY_ASSIGN(report.seccomp, enter_seccomp());
  return report;
}

}  // namespace shiqu
