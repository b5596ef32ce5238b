#include "storage/base/sandbox.h"

#include "storage/base/handle.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <initializer_list>

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
constexpr std::uint64_t kDeviceRights = kReadRights | LANDLOCK_ACCESS_FS_WRITE_FILE;
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
  for (const auto& path : spec.devices) {
    SHIQU_TRY(allow(ruleset.get(), path, kDeviceRights));
  }
  if (::syscall(SYS_landlock_restrict_self, ruleset.get(), 0) != 0) {
    return fail_errno(errno, "restrict file access", "landlock_restrict_self");
  }
  return true;
}

using FilterHandle = Handle<void, seccomp_release>;

Status add_rule(const FilterHandle& filter, std::uint32_t action, int call,
                std::initializer_list<scmp_arg_cmp> conditions = {}) {
  const int failed = seccomp_rule_add_array(
      filter.get(), action, call, static_cast<unsigned>(conditions.size()), conditions.begin());
  if (failed != 0) {
    return fail_errno(-failed, "restrict system calls", fmt::format("call {}", call));
  }
  return {};
}

/// A condition on argument `index`; libseccomp's own macros are old-style casts.
scmp_arg_cmp when(unsigned index, scmp_compare how, std::uint64_t a, std::uint64_t b = 0) {
  return {index, how, a, b};
}

// Traced from the workers at work (decode, derive, Tesseract, ONNX Runtime with threads, logs), and
// what glibc makes of the same calls on other kernels.
constexpr std::array kComputeCalls{
    // files that are open, or below the paths that Landlock lets through
    SCMP_SYS(read), SCMP_SYS(pread64), SCMP_SYS(readv), SCMP_SYS(preadv), SCMP_SYS(write),
    SCMP_SYS(pwrite64), SCMP_SYS(writev), SCMP_SYS(pwritev), SCMP_SYS(lseek), SCMP_SYS(open),
    SCMP_SYS(openat), SCMP_SYS(close), SCMP_SYS(fcntl), SCMP_SYS(dup), SCMP_SYS(fsync),
    SCMP_SYS(fdatasync), SCMP_SYS(ftruncate), SCMP_SYS(fallocate), SCMP_SYS(fadvise64),
    SCMP_SYS(flock), SCMP_SYS(sendfile), SCMP_SYS(copy_file_range), SCMP_SYS(stat), SCMP_SYS(fstat),
    SCMP_SYS(lstat), SCMP_SYS(newfstatat), SCMP_SYS(statx), SCMP_SYS(statfs), SCMP_SYS(fstatfs),
    SCMP_SYS(access), SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(readlink),
    SCMP_SYS(readlinkat), SCMP_SYS(getcwd), SCMP_SYS(getdents64), SCMP_SYS(mkdir),
    SCMP_SYS(mkdirat), SCMP_SYS(rename), SCMP_SYS(renameat), SCMP_SYS(renameat2), SCMP_SYS(unlink),
    SCMP_SYS(unlinkat), SCMP_SYS(rmdir), SCMP_SYS(umask),
    // the channel
    SCMP_SYS(sendto), SCMP_SYS(recvfrom), SCMP_SYS(sendmsg), SCMP_SYS(recvmsg), SCMP_SYS(shutdown),
    SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(select), SCMP_SYS(pselect6),
    // memory and threads
    SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(brk), SCMP_SYS(mincore),
    SCMP_SYS(futex), SCMP_SYS(membarrier), SCMP_SYS(set_robust_list), SCMP_SYS(get_robust_list),
    SCMP_SYS(rseq), SCMP_SYS(arch_prctl), SCMP_SYS(set_tid_address), SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity), SCMP_SYS(sched_setaffinity), SCMP_SYS(sched_getparam),
    SCMP_SYS(sched_getscheduler), SCMP_SYS(getcpu), SCMP_SYS(get_mempolicy), SCMP_SYS(exit),
    SCMP_SYS(exit_group), SCMP_SYS(restart_syscall),
    // time, signals to oneself, who am I
    SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres), SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep),
    SCMP_SYS(gettimeofday), SCMP_SYS(time), SCMP_SYS(times), SCMP_SYS(getrusage),
    SCMP_SYS(getrandom), SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack), SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(getppid), SCMP_SYS(getuid),
    SCMP_SYS(geteuid), SCMP_SYS(getgid), SCMP_SYS(getegid), SCMP_SYS(uname), SCMP_SYS(sysinfo),
    SCMP_SYS(getrlimit)};

Status fill_compute_filter(const FilterHandle& filter) {
  constexpr std::uint32_t kAllow = SCMP_ACT_ALLOW;
  for (const int call : kComputeCalls) {
    SHIQU_TRY(add_rule(filter, kAllow, call));
  }
  // Memory is written or executed, never first the one and then the other.
  for (const int call : {SCMP_SYS(mmap), SCMP_SYS(mprotect)}) {
    SHIQU_TRY(add_rule(filter, kAllow, call, {when(2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)}));
  }
  // Threads, no processes. Flags of clone3 lie in memory where no filter sees them: glibc is told
  // that there is none and takes clone.
  SHIQU_TRY(add_rule(filter, kAllow, SCMP_SYS(clone),
                     {when(0, SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD)}));
  SHIQU_TRY(add_rule(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3)));
  // abort() sends its signal to this process.
  const auto self = static_cast<std::uint64_t>(::getpid());
  SHIQU_TRY(add_rule(filter, kAllow, SCMP_SYS(tgkill), {when(0, SCMP_CMP_EQ, self)}));
  SHIQU_TRY(add_rule(filter, kAllow, SCMP_SYS(ioctl), {when(1, SCMP_CMP_EQ, TCGETS)}));
  // Limits are read, not set.
  SHIQU_TRY(add_rule(filter, kAllow, SCMP_SYS(prlimit64), {when(2, SCMP_CMP_EQ, 0)}));
  constexpr std::uint64_t kNameMemory = 0x53564d41;  // PR_SET_VMA, glibc names its arenas
  for (const std::uint64_t option : {std::uint64_t{PR_SET_NAME}, kNameMemory}) {
    SHIQU_TRY(add_rule(filter, kAllow, SCMP_SYS(prctl), {when(0, SCMP_CMP_EQ, option)}));
  }
  return {};
}

Status fill_device_filter(const FilterHandle& filter, bool network) {
  constexpr std::uint32_t kRefuse = SCMP_ACT_ERRNO(EPERM);
  for (const int call : {SCMP_SYS(execve),
                         SCMP_SYS(execveat),
                         SCMP_SYS(ptrace),
                         SCMP_SYS(process_vm_readv),
                         SCMP_SYS(process_vm_writev),
                         SCMP_SYS(mount),
                         SCMP_SYS(umount2),
                         SCMP_SYS(pivot_root),
                         SCMP_SYS(chroot),
                         SCMP_SYS(unshare),
                         SCMP_SYS(setns),
                         SCMP_SYS(bpf),
                         SCMP_SYS(keyctl),
                         SCMP_SYS(add_key),
                         SCMP_SYS(request_key),
                         SCMP_SYS(perf_event_open),
                         SCMP_SYS(userfaultfd),
                         SCMP_SYS(io_uring_setup),
                         SCMP_SYS(init_module),
                         SCMP_SYS(finit_module),
                         SCMP_SYS(delete_module),
                         SCMP_SYS(kexec_load),
                         SCMP_SYS(reboot),
                         SCMP_SYS(swapon),
                         SCMP_SYS(swapoff),
                         SCMP_SYS(settimeofday),
                         SCMP_SYS(clock_settime),
                         SCMP_SYS(setuid),
                         SCMP_SYS(setgid),
                         SCMP_SYS(open_by_handle_at),
                         SCMP_SYS(pidfd_getfd)}) {
    SHIQU_TRY(add_rule(filter, kRefuse, call));
  }
  if (!network) {
    static_assert(AF_UNIX == 1 && AF_NETLINK == 16);
    constexpr std::uint32_t kNoAccess = SCMP_ACT_ERRNO(EACCES);
    for (std::uint64_t family = AF_INET; family < AF_NETLINK; ++family) {
      SHIQU_TRY(add_rule(filter, kNoAccess, SCMP_SYS(socket), {when(0, SCMP_CMP_EQ, family)}));
    }
    SHIQU_TRY(add_rule(filter, kNoAccess, SCMP_SYS(socket), {when(0, SCMP_CMP_GT, AF_NETLINK)}));
  }
  return {};
}

Result<bool> enter_seccomp(const SandboxSpec& spec) {
  const bool compute = spec.kind == SandboxKind::Compute;
  const std::uint32_t unlisted = kSanitized ? SCMP_ACT_ERRNO(EPERM) : SCMP_ACT_KILL_PROCESS;
  const FilterHandle filter(seccomp_init(compute ? unlisted : SCMP_ACT_ALLOW));
  if (!filter) {
    return false;
  }
  SHIQU_TRY(compute ? fill_compute_filter(filter) : fill_device_filter(filter, spec.network));
  return seccomp_load(filter.get()) == 0;
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
  SHIQU_TRY_ASSIGN(report.seccomp, enter_seccomp(spec));
  return report;
}

}  // namespace shiqu
