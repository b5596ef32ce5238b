#pragma once

#include "ui/cli/context.h"

#include <cstdint>
#include <filesystem>
#include <string>

namespace shiqu::cli {

/// Brings a package of another archive into this one: also what `shiqu import` does with a package.
Result<Exit> import_package(const Context& context, const std::filesystem::path& folder);
/// "4G", "700M", "64K" or bytes. Errors: InvalidInput.
Result<std::uint64_t> size_from(const std::string& text);

}  // namespace shiqu::cli
