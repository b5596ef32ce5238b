#pragma once

#include "storage/base/file.h"
#include "storage/base/result.h"

#include <cstdint>
#include <filesystem>
#include <functional>

namespace shiqu::transfer {

/// How many bytes from the front both files have in common, the target read from the disk
/// (read_from_disk()) and not behind `limit`. `cached` becomes true where it may have come from
/// memory. `seen` is told the size of each piece and may end it. Errors: NotFound, Denied, Io,
/// those of `seen`.
Result<std::uint64_t> equal_front(const std::filesystem::path& source,
                                  const std::filesystem::path& target, bool& cached,
                                  const std::function<Status(std::size_t)>& seen,
                                  std::uint64_t limit = kWholeFile);

}  // namespace shiqu::transfer
