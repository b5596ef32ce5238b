#pragma once

#include "storage/base/result.h"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace shiqu {

/// What a worker may do besides working on what it was given.
enum class SandboxKind {
  /// Decoding, recognising, packing: only the system calls of an allow-list (threads, memory, files
  /// below the paths named, messages on the channel it has); any other one kills the process. No
  /// socket, no exec, no new process, no signal to others, no memory that is written and executed.
  Compute,
  /// Libraries of cameras and scanners, which load drivers and talk to the bus: exec, ptrace, mount
  /// and their kin are refused (EPERM), and, unless `network`, all sockets but those of the bus
  /// (netlink) and of this machine (unix).
  Device,
};

struct SandboxSpec {
  SandboxKind kind = SandboxKind::Compute;
  std::vector<std::filesystem::path> readable;  ///< folders or files, with everything below
  std::vector<std::filesystem::path> writable;  ///< folders in which files may also be made
  std::vector<std::filesystem::path> devices;   ///< nodes or folders of nodes to read and write
  bool network = false;                         ///< Device only
  std::uint64_t memory_bytes = 0;  ///< RLIMIT_AS; 0: no limit; ignored by sanitizer builds
  std::uint64_t file_bytes = 0;    ///< RLIMIT_FSIZE; 0: no limit
};

/// How far the kernel let us go.
struct SandboxReport {
  bool landlock = false;  ///< file access restricted to the paths named
  bool seccomp = false;   ///< system calls restricted
};

/// Locks the calling process in for good: rlimits, no core dump, no new privileges, Landlock (where
/// the kernel has it), then the seccomp filter of the kind. Call it once, while the process has one
/// thread and before foreign bytes are read. In sanitizer builds what is not on the allow-list is
/// refused (EPERM) instead of killing, for the sanitizers make calls of their own. Errors: Internal
/// when a limit that the kernel supports could not be set.
Result<SandboxReport> enter_sandbox(const SandboxSpec& spec);

}  // namespace shiqu
