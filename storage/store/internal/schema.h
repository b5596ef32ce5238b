#pragma once

#include "storage/base/result.h"

#include <filesystem>

namespace shiqu::store {

class Database;

/// The schema this build writes.
int newest_schema();

/// Version of an open catalogue (PRAGMA user_version); 0: empty.
Result<int> schema_of(Database& db);

/// Applies the steps `schema_of(db)` + 1 … `target`, each in a transaction of its own.
/// Errors: Unsupported when the catalogue is newer than `target`.
Status migrate(Database& db, int target);

/// Copies the catalogue to `folder`/catalogue-v<old>-<time>.sqlite (VACUUM INTO, fsynced).
Status backup_catalogue(Database& db, const std::filesystem::path& folder);

}  // namespace shiqu::store
