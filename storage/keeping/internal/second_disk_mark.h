#pragma once

#include "storage/keeping/second_disk.h"

#include <filesystem>
#include <optional>
#include <string>

namespace shiqu::keeping {

/// What the root of a second disk says: an unmounted folder has none.
struct Mark {
  std::string disk;     ///< id of the disk
  std::string archive;  ///< name of the archive that it belongs to
};

/// Errors: NotFound (no mark), Denied, Io, InvalidInput.
Result<Mark> read_mark(const std::filesystem::path& folder);

/// Whether the folder is this archive's second disk; otherwise state and message say why not.
/// Errors: those of the store.
Result<std::optional<Mark>> find_disk(store::Store& store, const std::filesystem::path& folder,
                                      SecondDiskStatus& status);

}  // namespace shiqu::keeping
