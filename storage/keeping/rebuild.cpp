#include "storage/base/channel.h"
#include "storage/keeping/internal/archive_copy.h"
#include "storage/keeping/restore.h"
#include "storage/store/sidecar.h"

#include <set>
#include <system_error>

namespace shiqu::keeping {
namespace {

namespace fs = std::filesystem;

/// Objects that no sidecar names: kept in the old folder, not taken over.
void name_strays(const fs::path& from, const std::vector<model::StoredObject>& known,
                 RestoreReport& report) {
  std::set<std::string> digests;
  for (const model::StoredObject& object : known) {
    digests.insert(object.digest);
  }
  std::error_code error;
  for (fs::recursive_directory_iterator it(from / "objects", error), end; !error && it != end;
       it.increment(error)) {
    if (!it->is_regular_file(error)) {
      continue;
    }
    const std::string digest =
        it->path().parent_path().filename().string() + it->path().filename().string();
    if (!digests.contains(digest)) {
      report.replayed.lost.push_back(
          {"object", digest, "no sidecar names it: it stays where it is"});
    }
  }
}

/// The name of the archive, as its sidecars have it; they must all be of one archive.
Result<std::string> title_of(const fs::path& folder, const std::vector<std::string>& paths) {
  std::string title;
  std::string archive;
  for (const std::string& path : paths) {
    SHIQU_TRY_ASSIGN(const store::Sidecar sidecar, store::read_sidecar(folder, path));
    const auto of = get_or<std::string>(sidecar.content, "archive", "");
    if (!archive.empty() && of != archive) {
      return fail(ErrorCode::Conflict, "rebuild archive", folder.string(),
                  "sidecars of two archives lie in one folder");
    }
    archive = of;
    title = get_or<std::string>(sidecar.content, "title", title);
  }
  return title;
}

std::vector<std::string> list_sidecars(const fs::path& folder) {
  std::vector<std::string> paths;
  std::error_code error;
  for (fs::recursive_directory_iterator it(folder / "sidecars", error), end; !error && it != end;
       it.increment(error)) {
    const std::string path = it->path().lexically_relative(folder).string();
    if (it->is_regular_file(error) && store::read_sidecar(folder, path)) {
      paths.push_back(path);
    }
  }
  return paths;
}

}  // namespace

Result<RestoreReport> rebuild(const fs::path& from, const fs::path& to,
                              const std::string& administrator, std::string_view secret,
                              const RestoreOptions& options) {
  const std::vector<std::string> present = list_sidecars(from);
  if (present.empty()) {
    return fail(ErrorCode::NotFound, "rebuild archive", from.string(), "no sidecars there");
  }
  SHIQU_TRY_ASSIGN(const std::string title, title_of(from, present));
  RestoreReport report;
  SHIQU_TRY(store::Store::init_bare(to, title.empty() ? "rebuilt" : title));
  ArchiveCopy copy(from, to, options);
  SHIQU_TRY_ASSIGN(const std::vector<std::string> sidecars, copy.take_sidecars(report));
  SHIQU_TRY_ASSIGN(store::Store store, store::Store::open(to));
  SHIQU_TRY_ASSIGN(store::ReplayReport replayed,
                   store.replay(store::Session::for_program(), to, sidecars));
  replayed.lost.insert(replayed.lost.begin(), report.replayed.lost.begin(),
                       report.replayed.lost.end());
  report.replayed = std::move(replayed);
  report.replayed.lost.push_back(
      {"jobs", "queue", "jobs and batches are in no sidecar: ask for them again"});
  SHIQU_TRY(copy.take_objects(store, report));
  SHIQU_TRY_ASSIGN(const std::vector<model::StoredObject> objects, store.objects());
  name_strays(from, objects, report);
  SHIQU_TRY(copy.take_folder("models", ""));
  SHIQU_TRY(copy.take_folder("keys", ""));
  SHIQU_TRY(copy.take_folder("", "settings.toml"));
  SHIQU_TRY(copy.take_heads(store, report));
  SHIQU_TRY(copy.finish(store, report, "archive.rebuilt"));
  SHIQU_TRY(store.reopen_administrator(administrator, secret));
  return report;
}

}  // namespace shiqu::keeping
