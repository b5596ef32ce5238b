#pragma once

#include "storage/base/result.h"
#include "storage/transfer/courier.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>

namespace shiqu::transfer {

/// The mount that holds a folder.
struct MountPoint {
  std::filesystem::path point;
  std::string device;  ///< "/dev/sdb1"
  std::string type;    ///< "ext4" "vfat" …
  std::string options;
  unsigned long flags = 0;
};
/// Errors: NotFound, Io.
Result<MountPoint> mount_of(const std::filesystem::path& folder);

/// By the program `mount`, which finds out the file system. Errors: Io (it failed).
Status mount_device(const std::filesystem::path& device, const std::filesystem::path& point);
Status unmount(const std::filesystem::path& point);

/// Unmounts and mounts again, and drops what the kernel holds of the device between the two. False:
/// it cannot be done (no right, busy, no block device) and nothing was changed.
/// Errors: Io: unmounted, but not to be mounted again.
Result<bool> remount(const MountPoint& mount);

}  // namespace shiqu::transfer
