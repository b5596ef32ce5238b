#include "storage/store/store.h"

#include "storage/base/clock.h"
#include "storage/base/file.h"
#include "storage/store/internal/database.h"
#include "storage/store/internal/schema.h"
#include "storage/store/internal/state.h"

#include <array>
#include <utility>

namespace shiqu::store {
namespace {

namespace fs = std::filesystem;
constexpr const char* kCatalogue = "catalogue.sqlite";
constexpr std::array<const char*, 8> kFolders{"objects", "spool", "derived", "packages",
                                              "outbox",  "keys",  "backup",  "models"};
constexpr const char* kSettings =
    "# Settings of this archive. Values that are absent have the defaults of "
    "docs/configuration.md.\n";

Status check_target(const fs::path& folder) {
  std::error_code error;
  if (fs::exists(folder / kCatalogue)) {
    return fail(ErrorCode::Exists, "create archive", folder.string(),
                "there is an archive already");
  }
  if (fs::exists(folder) && !fs::is_empty(folder, error)) {
    return fail(ErrorCode::Exists, "create archive", folder.string(), "the folder is not empty");
  }
  return {};
}

}  // namespace

Store::Store(std::unique_ptr<State> state) : state_(std::move(state)) {}
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;
Store::~Store() = default;

Status Store::init(const fs::path& folder, const std::string& title) {
  SHIQU_TRY(check_target(folder));
  SHIQU_TRY(make_folders(fs::absolute(folder)));
  for (const char* name : kFolders) {
    SHIQU_TRY(make_folders(folder / name));
  }
  fs::permissions(folder / "keys", fs::perms::owner_all);
  SHIQU_TRY(write_new_file(folder / "settings.toml", kSettings));
  // Built under another name: a folder with catalogue.sqlite is a whole archive, or none.
  const fs::path fresh = folder / "catalogue.sqlite.new";
  {
    SHIQU_TRY_ASSIGN(Database db, Database::open(fresh, true));
    SHIQU_TRY(migrate(db, newest_schema()));
    State state{folder, std::move(db), shiqu::uptime};
    SHIQU_TRY_ASSIGN(Transaction transaction, Transaction::begin(state.db));
    SHIQU_TRY_ASSIGN(
        Query insert,
        state.db.query("INSERT INTO archive(key, value) VALUES('title', ?)", "create archive"));
    SHIQU_TRY(insert.bind(title).run());
    SHIQU_TRY(
        state.append(Session::for_program(), "archive.created", "archive", {{"title", title}}));
    SHIQU_TRY(transaction.commit());
    SHIQU_TRY(state.db.execute("PRAGMA journal_mode=DELETE", "close catalogue"));
  }
  return move_into_place(fresh, folder / kCatalogue);
}

Result<Store> Store::open(const fs::path& folder) {
  if (!fs::exists(folder / kCatalogue)) {
    return fail(ErrorCode::NotFound, "open archive", folder.string(), "no catalogue.sqlite there");
  }
  SHIQU_TRY_ASSIGN(Database db, Database::open(folder / kCatalogue, false));
  SHIQU_TRY_ASSIGN(const int present, schema_of(db));
  if (present < newest_schema()) {
    SHIQU_TRY(backup_catalogue(db, folder / "backup"));
  }
  SHIQU_TRY(migrate(db, newest_schema()));
  SHIQU_TRY(make_folders(folder / "models"));  // archives of earlier versions have none
  auto state = std::make_unique<State>();
  state->folder = folder;
  state->db = std::move(db);
  return Store(std::move(state));
}

const fs::path& Store::folder() const noexcept {
  return state_->folder;
}
fs::path Store::spool() const {
  return state_->folder / "spool";
}
fs::path Store::derived() const {
  return state_->folder / "derived";
}
fs::path Store::packages() const {
  return state_->folder / "packages";
}
fs::path Store::keys() const {
  return state_->folder / "keys";
}
fs::path Store::models() const {
  return state_->folder / "models";
}

fs::path Store::object_path(const std::string& digest) const {
  return state_->folder / "objects" / digest.substr(0, 2) / digest.substr(2);
}

Result<std::string> Store::title() {
  SHIQU_TRY_ASSIGN(Query query,
                   state_->db.query("SELECT value FROM archive WHERE key = 'title'", "read title"));
  SHIQU_TRY_ASSIGN(const bool row, query.next());
  return row ? query.text(0) : std::string();
}

Result<int> Store::schema_version() {
  return schema_of(state_->db);
}

Result<std::int64_t> Store::data_version() {
  return state_->db.integer("PRAGMA data_version", "look for changes");
}

Result<std::int64_t> Store::last_sequence() {
  return state_->db.integer("SELECT coalesce(max(sequence), 0) FROM event", "read journal");
}

}  // namespace shiqu::store
