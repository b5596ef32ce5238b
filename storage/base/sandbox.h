#pragma once

#include "storage/base/result.h"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace shiqu {

/// What a CPU worker may still do once it has entered the sandbox.
struct SandboxSpec {
  std::vector<std::filesystem::path> readable;  ///< folders or files, with everything below
  std::vector<std::filesystem::path> writable;  ///< folders in which files may also be made
  std::uint64_t memory_bytes = 0;  ///< RLIMIT_AS; 0: no limit; ignored by sanitizer builds
  std::uint64_t file_bytes = 0;    ///< RLIMIT_FSIZE; 0: no limit
};

/// How far the kernel let us go.
struct SandboxReport {
  bool landlock = false;  ///< file access restricted to the paths named
  bool seccomp = false;   ///< no sockets, no exec, no ptrace, no mount
};

/// Locks the calling process in for good: rlimits, no core dump, no new privileges, Landlock
/// (where the kernel has it), then a seccomp filter that answers EPERM to socket, connect, bind,
/// execve, ptrace, mount and their kin. Call it once, before foreign bytes are
/// read. Errors: Internal when a limit that the kernel supports could not be set.
Result<SandboxReport> enter_sandbox(const SandboxSpec& spec);

}  // namespace shiqu
