#pragma once

#include "storage/base/result.h"

#include <cstdint>
#include <filesystem>

namespace shiqu {

/// Takes blocks of the disk for `file` until it has `size_bytes` (made when absent), or gives the
/// rest of its blocks back when it is larger. Its content has no meaning. Errors: NoSpace, Denied,
/// Io.
Status set_ballast(const std::filesystem::path& file, std::uint64_t size_bytes);

/// True when both paths, which must exist, lie on one file system.
bool on_one_disk(const std::filesystem::path& one, const std::filesystem::path& other);

/// Free bytes on the file system that holds `folder`. Errors: NotFound, Io.
Result<std::uint64_t> free_bytes(const std::filesystem::path& folder);

}  // namespace shiqu
