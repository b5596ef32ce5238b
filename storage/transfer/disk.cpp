#include "storage/transfer/internal/disk.h"

#include "storage/base/file.h"
#include "storage/base/handle.h"
#include "storage/base/process.h"
#include "storage/base/text.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <system_error>

namespace shiqu::transfer {
namespace {

namespace fs = std::filesystem;

/// /proc/self/mountinfo writes space, tab, LF and backslash as \040 …
std::string unescaped(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 3 < text.size()) {
      out +=
          static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + text[i + 3] - '0');
      i += 3;
    } else {
      out += text[i];
    }
  }
  return out;
}

/// Options of the mount that are flags of the system call, and the rest for the file system.
void read_options(const std::string& per_mount, const std::string& per_system, MountPoint& out) {
  for (const std::string& one : split(per_mount, ',')) {
    out.flags |= one == "ro" ? static_cast<unsigned long>(MS_RDONLY) : 0UL;
    out.flags |= one == "nosuid" ? static_cast<unsigned long>(MS_NOSUID) : 0UL;
    out.flags |= one == "nodev" ? static_cast<unsigned long>(MS_NODEV) : 0UL;
    out.flags |= one == "noexec" ? static_cast<unsigned long>(MS_NOEXEC) : 0UL;
    out.flags |= one == "relatime" ? static_cast<unsigned long>(MS_RELATIME) : 0UL;
    out.flags |= one == "noatime" ? static_cast<unsigned long>(MS_NOATIME) : 0UL;
  }
  for (const std::string& one : split(per_system, ',')) {
    if (one != "rw" && one != "ro") {
      out.options += (out.options.empty() ? "" : ",") + one;
    }
  }
}

Status run_quietly(const fs::path& program, std::vector<std::string> arguments) {
  ProcessSpec spec;
  spec.program = program;
  spec.arguments = std::move(arguments);
  spec.output = "/dev/null";
  SHIQU_TRY_ASSIGN(ChildProcess child, ChildProcess::start(spec));
  SHIQU_TRY_ASSIGN(const int status, child.wait(std::chrono::minutes(5)));
  return status == 0 ? Status{}
                     : Status(fail(ErrorCode::Io, program.filename().string(),
                                   spec.arguments.back(), "exit status " + std::to_string(status)));
}

}  // namespace

Result<MountPoint> mount_of(const fs::path& folder) {
  std::error_code failed;
  const fs::path real = fs::canonical(folder, failed);
  if (failed) {
    return fail_errno(failed.value(), "find disk", folder.string());
  }
  std::string text;
  SHIQU_TRY(read_in_pieces("/proc/self/mountinfo", [&](std::span<const std::uint8_t> piece) {
    text.append(piece.begin(), piece.end());
    return Status{};
  }));
  MountPoint best;
  for (const std::string& line : split(text, '\n')) {
    const auto words = split(line, ' ');
    const auto dash = std::find(words.begin(), words.end(), "-");
    if (words.size() < 7 || words.end() - dash < 4) {
      continue;
    }
    MountPoint one;
    one.point = unescaped(words[4]);
    const auto [end, rest] =
        std::mismatch(one.point.begin(), one.point.end(), real.begin(), real.end());
    const bool holds = end == one.point.end() || one.point == "/";
    // A later line of the same point lies over the earlier one.
    if (holds && one.point.string().size() >= best.point.string().size()) {
      one.type = dash[1];
      one.device = unescaped(dash[2]);
      read_options(words[5], dash[3], one);
      best = std::move(one);
    }
  }
  return best.point.empty()
             ? Result<MountPoint>(fail(ErrorCode::NotFound, "find disk", real.string()))
             : Result<MountPoint>(std::move(best));
}

Status mount_device(const fs::path& device, const fs::path& point) {
  const Status by_itself = run_quietly("/bin/mount", {device.string(), point.string()});
  // A kernel without exFAT: Debian's exfat-fuse registers under a name that `mount` never tries.
  return by_itself
             ? by_itself
             : run_quietly("/bin/mount", {"-t", "exfat-fuse", device.string(), point.string()});
}

Status unmount(const fs::path& point) {
  return run_quietly("/bin/umount", {point.string()});
}

Result<bool> remount(const MountPoint& mount) {
  std::error_code ignored;
  if (!fs::is_block_file(mount.device, ignored) || ::umount2(mount.point.c_str(), 0) != 0) {
    return false;
  }
  if (const FileDescriptor device(::open(mount.device.c_str(), O_RDONLY | O_CLOEXEC)); device) {
    ::ioctl(device.get(), BLKFLSBUF, 0);
  }
  // The kernel mounts its own file systems; for one of FUSE the program finds the helper.
  const bool fuse = mount.type.starts_with("fuse");
  if (!fuse && ::mount(mount.device.c_str(), mount.point.c_str(), mount.type.c_str(), mount.flags,
                       mount.options.c_str()) == 0) {
    return true;
  }
  SHIQU_TRY(mount_device(mount.device, mount.point));
  return true;
}

Result<VisitingDisk> VisitingDisk::mount(const fs::path& device) {
  VisitingDisk out;
  auto folder = std::make_unique<TempDir>();
  SHIQU_TRY(mount_device(device, folder->path()));
  out.folder_ = std::move(folder);
  return out;
}

VisitingDisk::~VisitingDisk() {
  if (folder_ && !release()) {
    (void)folder_.release();  // still mounted: removing the folder would empty the disk
  }
}

Status VisitingDisk::release() {
  SHIQU_TRY(unmount(folder_->path()));
  folder_.reset();
  return {};
}

}  // namespace shiqu::transfer
