#include "storage/base/digest.h"
#include "storage/base/file.h"
#include "storage/store/internal/state.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <system_error>

namespace shiqu::store {
namespace {

namespace fs = std::filesystem;

fs::path object_file(const fs::path& archive, const std::string& digest) {
  return archive / "objects" / digest.substr(0, 2) / digest.substr(2);
}

/// True when a committed row names the object: then its file was on the disk before that.
Result<bool> is_known(Database& db, const std::string& digest) {
  SHIQU_TRY_ASSIGN(Query row, db.query("SELECT 1 FROM object WHERE digest = ?", "look for object"));
  return row.bind(digest).next();
}

/// The file of a known object serves for the second frame with the same bytes, if it is still
/// whole.
Status check_known(const fs::path& file, const std::string& digest) {
  SHIQU_TRY_ASSIGN(const std::string present, file_digest_hex(file, DigestKind::Sha256));
  if (present != digest) {
    return fail(ErrorCode::Corrupt, "keep object", file.string(), "the stored file was altered");
  }
  return {};
}

}  // namespace

Status Store::State::ready_folder(const fs::path& place) {
  if (ready_folders.contains(place)) {
    return {};
  }
  // Also when it is there already: its maker may have been killed before its name was safe.
  SHIQU_TRY(make_folders(place));
  ready_folders.insert(place);
  return {};
}

Result<model::StoredObject> Store::State::take_over(const SpooledFile& spooled) {
  SHIQU_TRY_ASSIGN(HandedFile file, HandedFile::open(spooled.file));
  const model::StoredObject object{file.sha256(), file.size_bytes(), spooled.media_type};
  const fs::path target = object_file(folder, object.digest);
  SHIQU_TRY(ready_folder(target.parent_path()));
  SHIQU_TRY_ASSIGN(const bool known, is_known(db, object.digest));
  std::error_code ignored;
  if (known && fs::exists(target, ignored)) {
    SHIQU_TRY(check_known(target, object.digest));
    fs::remove(spooled.file, ignored);
    return object;
  }
  // What lies there without a row was never reported as kept: its writer was killed, or an error of
  // the disk stopped him. It may look whole and live in memory only, so the new file replaces it.
  SHIQU_TRY(file.move_to(target, !known));
  return object;
}

}  // namespace shiqu::store
