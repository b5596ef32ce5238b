#pragma once

#include "storage/keeping/disk_read.h"
#include "storage/keeping/restore.h"

#include <filesystem>
#include <string>
#include <vector>

namespace shiqu::keeping {

/// What restore() and rebuild() share: taking an archive's files into a new folder.
class ArchiveCopy {
 public:
  ArchiveCopy(std::filesystem::path from, std::filesystem::path to, const RestoreOptions& options)
      : from_(std::move(from)), to_(std::move(to)), options_(options) {}

  /// Copies every sidecar that is what its name says; the others are named as lost. Returns paths.
  Result<std::vector<std::string>> take_sidecars(RestoreReport& report);
  /// Copies every object that the new catalogue knows; what is not to be had is named as lost.
  Status take_objects(store::Store& store, RestoreReport& report);
  /// Files of a folder whose names end so, as they are. Missing folder: nothing.
  Status take_folder(const std::string& name, std::string_view ending);
  /// Heads that the new journal has go into its own file; those it does not have are named.
  Status take_heads(store::Store& store, RestoreReport& report);
  /// The last things: checks, the journal's entry `action`.
  Status finish(store::Store& store, RestoreReport& report, const std::string& action);

 private:
  Status copy(const std::string& path, const std::string& digest);

  std::filesystem::path from_;
  std::filesystem::path to_;
  const RestoreOptions& options_;
  DiskReader reader_;
};

}  // namespace shiqu::keeping
