#pragma once

#include "storage/keeping/disk_read.h"
#include "storage/store/store.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace shiqu::keeping {

/// A copy of the catalogue on the second disk, `snapshots/catalogue-<entries>-<ms>.sqlite`, with
/// what it has to be in a JSON file beside it.
struct Snapshot {
  std::filesystem::path file;
  std::string sha256;
  std::uint64_t size_bytes = 0;
  int schema = 0;
  std::int64_t entries = 0;  ///< of the journal
  std::string head;
  std::int64_t made_ms = 0;
};

/// Writes a snapshot, reads it back from the disk and lets SQLite check it (integrity_check,
/// foreign keys, end of the journal); only then it has its name. Errors: Corrupt (it does not
/// pass), NoSpace, Io.
Result<Snapshot> make_snapshot(store::Store& store, const std::filesystem::path& second);

/// Newest first; files without a readable JSON file are left out.
std::vector<Snapshot> list_snapshots(const std::filesystem::path& second);

/// Reads a snapshot from the disk: digest, integrity_check, head. Errors: Corrupt, NotFound, Io.
Status check_snapshot(const Snapshot& snapshot, DiskReader& reader);

/// Keeps the newest ten and the newest of each of the last twelve months; removes the others.
Status rotate_snapshots(const std::filesystem::path& second);

}  // namespace shiqu::keeping
