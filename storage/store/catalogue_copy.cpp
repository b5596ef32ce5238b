#include "storage/store/catalogue_copy.h"

#include "storage/base/file.h"
#include "storage/store/internal/rows.h"
#include "storage/store/internal/schema.h"
#include "storage/store/internal/state.h"
#include "storage/store/store.h"

#include <fmt/format.h>

namespace shiqu::store {
namespace {

Result<std::string> integrity_of(Database& db) {
  SHIQU_TRY_ASSIGN(Query integrity, db.query("PRAGMA integrity_check(1)", "check catalogue"));
  SHIQU_TRY(integrity.next());
  const std::string words = integrity.text(0);
  if (words != "ok") {
    return words;
  }
  SHIQU_TRY_ASSIGN(Query keys, db.query("PRAGMA foreign_key_check", "check catalogue"));
  SHIQU_TRY_ASSIGN(const bool dangling, keys.next());
  return dangling ? "dangling reference in table " + keys.text(0) : std::string("ok");
}

}  // namespace

Result<std::string> Store::check_catalogue() {
  SHIQU_TRY_ASSIGN(std::string words, integrity_of(state_->db));
  if (words != "ok") {
    return words;
  }
  SHIQU_TRY_ASSIGN(const std::int64_t unindexed, unindexed_pages(state_->db));
  return unindexed > 0 ? fmt::format("the index of texts is wrong for {} pages", unindexed) : words;
}

Status Store::copy_catalogue(const std::filesystem::path& file) {
  if (std::filesystem::exists(file)) {
    return fail(ErrorCode::Exists, "copy catalogue", file.string());
  }
  SHIQU_TRY_ASSIGN(Query copy, state_->db.query("VACUUM INTO ?", "copy catalogue"));
  SHIQU_TRY(copy.bind(file.string()).run());
  SHIQU_TRY(sync_file(file));
  return sync_folder(file.parent_path());
}

Result<CatalogueCheck> check_catalogue_file(const std::filesystem::path& file) {
  SHIQU_TRY_ASSIGN(Database db, Database::open_copy(file));
  CatalogueCheck check;
  SHIQU_TRY_ASSIGN(check.integrity, integrity_of(db));
  if (check.integrity != "ok") {
    return check;
  }
  SHIQU_TRY_ASSIGN(check.schema, schema_of(db));
  SHIQU_TRY_ASSIGN(
      Query last,
      db.query("SELECT sequence, hash FROM event ORDER BY sequence DESC LIMIT 1", "read journal"));
  SHIQU_TRY_ASSIGN(const bool any, last.next());
  if (any) {
    check.entries = last.integer(0);
    check.head = last.text(1);
  }
  return check;
}

}  // namespace shiqu::store
