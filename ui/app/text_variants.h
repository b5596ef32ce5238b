#pragma once

#include "storage/base/result.h"
#include "storage/store/search.h"

#include <filesystem>

namespace shiqu::app {

/// Which characters search takes for the same: the tables that measuring folds with, by default
/// those of the system (OpenCC and Unihan), otherwise those of `folder`. Takes some tenths of a
/// second; the function it gives may be called from one thread at a time.
/// Errors: NotFound (a package or file is missing), Corrupt, Io.
Result<store::Variants> text_variants(const std::filesystem::path& folder = {});

}  // namespace shiqu::app
