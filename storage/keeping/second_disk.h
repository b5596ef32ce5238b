#pragma once

#include "storage/store/store.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

namespace shiqu::keeping {

/// How the second disk stands. Only Ok is green.
enum class SecondDisk {
  Off,      ///< none is configured
  Ok,       ///< has everything, and a snapshot not older than a day
  Behind,   ///< files wait to be copied, or the snapshot is old
  Lost,     ///< the folder, or the mark in it, is not there: not mounted, or pulled
  Foreign,  ///< it carries the mark of another archive
  Full,     ///< no room
  Failed    ///< something else went wrong, see the message
};
std::string_view name_of(SecondDisk state) noexcept;  ///< "off" "ok" "behind" …

struct SecondDiskStatus {
  SecondDisk state = SecondDisk::Off;
  std::filesystem::path folder;
  std::string message;  ///< what went wrong; empty when nothing did
  std::int64_t files = 0;
  std::int64_t waiting = 0;
  std::uint64_t waiting_bytes = 0;
  std::int64_t last_run_ms = 0;  ///< the last that ended well; 0: none
  std::int64_t snapshot_ms = 0;  ///< of the newest snapshot; 0: none
  std::int64_t snapshots = 0;
  std::uint64_t free_bytes = 0;
  bool same_device = false;  ///< it lies on the disk of the archive: no second disk at all
};

/// Gives an empty folder (the root of a mounted disk) the mark by which this archive knows it
/// again: an unmounted folder has none, so nothing is ever copied into the place where a disk
/// should be. On a disk that has the mark already: a new one; its heads are put aside, everything
/// is compared. Errors: NotFound (no folder), Conflict (not empty, or another archive's).
Status mark_second_disk(store::Store& store, const store::Session& by,
                        const std::filesystem::path& folder);

struct MirrorOptions {
  std::filesystem::path folder;
  std::int64_t snapshot_older_than_ms = 0;  ///< make one when the newest is as old as that
  double limit_mb_s = 0;                    ///< of reading back; 0: no limit
  std::function<void(std::int64_t done, std::int64_t waiting)> progress;
  std::stop_token stop;
};

struct MirrorReport {
  std::int64_t copied = 0;
  std::uint64_t bytes = 0;
  std::int64_t replaced = 0;  ///< copies that had gone bad on the second disk
  std::int64_t damaged = 0;   ///< files here that are not what they should be, so not copied
  bool snapshot = false;
  SecondDiskStatus status;
};

/// Copies what the second disk does not have, reads each copy back from the disk, and writes down
/// the journal's head there; with a verified snapshot when one is due. What went wrong is in the
/// report's status, in the catalogue (second_disk_status) and, when the state has changed, in the
/// journal. Errors: Cancelled and those of the catalogue; those of the second disk are a status.
Result<MirrorReport> mirror(store::Store& store, const store::Session& by,
                            const MirrorOptions& options);

/// Reads every copy on the second disk and replaces bad ones from here.
Result<MirrorReport> check_second_disk(store::Store& store, const store::Session& by,
                                       const MirrorOptions& options);

/// Looks at disk and catalogue now. Errors: those of the catalogue.
Result<SecondDiskStatus> second_disk_status(store::Store& store,
                                            const std::filesystem::path& folder);

/// What the catalogue knows of it, without looking at the disk: a disk that hangs keeps nobody.
Result<SecondDiskStatus> second_disk_told(store::Store& store, const std::filesystem::path& folder);

}  // namespace shiqu::keeping
