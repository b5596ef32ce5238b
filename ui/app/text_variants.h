#pragma once

#include "storage/base/result.h"
#include "storage/store/store.h"

#include <filesystem>

namespace shiqu::app {

/// Which characters search takes for the same: the tables that measuring folds with, those of the
/// system (OpenCC and Unihan). Making them takes some tenths of a second, so what came out is kept
/// as `kept`, a file that may go at any time, and read back in some milliseconds until the system
/// has other tables; a file that cannot be read or written is no error. The function it gives may
/// be called from one thread at a time. Errors: NotFound (a package is missing), Corrupt, Io.
Result<store::Variants> text_variants(const std::filesystem::path& kept);

/// The same by the tables of `folder`.
Result<store::Variants> text_variants_of(const std::filesystem::path& folder);

/// Where an archive keeps them.
std::filesystem::path variants_file(const store::Store& store);

}  // namespace shiqu::app
