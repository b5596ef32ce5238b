#pragma once

#include "storage/base/channel.h"
#include "storage/base/result.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace shiqu::package::delta {

/// One file of the full package.
struct Entry {
  std::string sha512;
  bool carried = false;   ///< in the delta, at the same path
  std::string base_path;  ///< not carried: where the base has it
};

/// data/delta.json.
struct List {
  std::string identifier;
  int from_version = 0;
  int to_version = 0;
  std::string name;  ///< folder name of the full package
  std::string base_tag_manifest_sha512;
  std::string full_tag_manifest_sha512;
  std::map<std::string, Entry> files;  ///< by path: the full state
  std::vector<std::string> removed;    ///< paths of the base that are no longer there
};

/// Errors: InvalidInput (a member is missing or of another kind, an unsafe path, a bad digest).
Result<List> list_from(const Json& json);

/// "manifest-sha512.txt" of a package: digest by path. Errors: InvalidInput, NotFound, Io.
Result<std::map<std::string, std::string>> manifest_of(const std::filesystem::path& package);

}  // namespace shiqu::package::delta
