#pragma once

#include "storage/base/result.h"

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace shiqu::transfer {

/// A file on its way: where it comes from, and its name below the target while it is carried.
struct Load {
  std::filesystem::path source;
  std::string path;  ///< inside the folder; empty: the source is one file
  std::uint64_t size = 0;
};

/// The files of a package, or the one file that it is, by path. Errors: NotFound (none),
/// InvalidInput (links, devices), Io.
Result<std::vector<Load>> loads_of(const std::filesystem::path& source);

/// What one file is refused for, in words; empty: nothing. `fat`: the disk is FAT; `seen`: names in
/// lower case that came before. Errors: Io.
Result<std::string> objection_to(const Load& load, bool fat, std::set<std::string>& seen);

}  // namespace shiqu::transfer
