#pragma once

#include "storage/base/result.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace shiqu::transfer {

/// What stands beside a package on a disk, written last: without it the copy is not finished
/// (docs/formats/transfer.md).
struct Sealed {
  std::string name;                 ///< of the folder or file it belongs to
  std::string tag_manifest_sha256;  ///< names the package
  std::int64_t files = 0;
  std::uint64_t bytes = 0;
  auto operator<=>(const Sealed&) const = default;
};

std::string text_of(const Sealed& sealed);
/// Exactly what text_of writes. Errors: InvalidInput.
Result<Sealed> parse_sealed(std::string_view text);
/// DIR/gj0001-v1 → DIR/gj0001-v1.sealed
std::filesystem::path sealed_file(const std::filesystem::path& beside);

}  // namespace shiqu::transfer
