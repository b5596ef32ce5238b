#pragma once

#include "storage/package/verify.h"
#include "ui/cli/context.h"

#include <filesystem>
#include <string>
#include <vector>

namespace shiqu::cli {

/// Brings a package of another archive into this one: also what `shiqu import` does with a package.
Result<Exit> import_package(const Context& context, const std::filesystem::path& folder);
/// Encrypts and cuts a package that was just written (`--encrypt-for`, `--volume-size`).
Result<std::filesystem::path> wrap_package(const Context& context, store::Store& store,
                                           const store::Session& by,
                                           const std::filesystem::path& folder,
                                           const package::PackageVerdict& verdict,
                                           const std::vector<std::string>& receivers,
                                           const std::string& volume_size,
                                           const package::StationKey& key);

}  // namespace shiqu::cli
