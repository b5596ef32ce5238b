#pragma once

#include "storage/base/result.h"

#include <cstdint>
#include <filesystem>
#include <string>

namespace shiqu::store {

/// What a catalogue file that nobody uses says of itself.
struct CatalogueCheck {
  std::string integrity;  ///< "ok" or SQLite's words
  int schema = 0;
  std::int64_t entries = 0;
  std::string head;
};
/// integrity_check, foreign_key_check and the journal's end of a copy. Opens it for reading only.
/// Errors: Corrupt (not a catalogue), NotFound, Io.
Result<CatalogueCheck> check_catalogue_file(const std::filesystem::path& file);

}  // namespace shiqu::store
