#include "storage/store/store.h"

#include "storage/base/clock.h"
#include "storage/base/file.h"
#include "storage/store/internal/database.h"
#include "storage/store/internal/schema.h"
#include "storage/store/internal/state.h"

#include <algorithm>
#include <array>
#include <system_error>
#include <utility>

namespace shiqu::store {
namespace {

namespace fs = std::filesystem;
constexpr const char* kCatalogue = "catalogue.sqlite";
constexpr std::array<std::string_view, 9> kFolders{
    "objects", "spool", "derived", "packages", "outbox", "keys", "backup", "models", "sidecars"};
constexpr const char* kSettingsFile = "settings.toml";
constexpr const char* kSettings =
    "# Settings of this archive. Values that are absent have the defaults of "
    "docs/configuration.md.\n";

/// Everything that an init which was cut off may have left, and nothing else.
bool is_unfinished(const fs::path& folder) {
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    const bool ours = std::find(kFolders.begin(), kFolders.end(), name) != kFolders.end() &&
                      fs::is_directory(entry.symlink_status()) && fs::is_empty(entry.path(), error);
    const bool file = name == kSettingsFile || name.starts_with(kCatalogue) ||
                      (name.starts_with(kSettingsFile) && name.ends_with(".part"));
    if (!ours && !file) {
      return false;
    }
  }
  return !error;
}

Status check_target(const fs::path& folder) {
  if (fs::exists(folder / kCatalogue)) {
    return fail(ErrorCode::Exists, "create archive", folder.string(),
                "there is an archive already");
  }
  if (fs::exists(folder) && !is_unfinished(folder)) {
    return fail(ErrorCode::Exists, "create archive", folder.string(), "the folder is not empty");
  }
  return {};
}

/// The link that leads to a catalogue on another disk; it leads nowhere until that is whole.
Status link_catalogue(const fs::path& link, const fs::path& catalogue) {
  std::error_code error;
  if (fs::is_symlink(fs::symlink_status(link))) {
    fs::remove(link, error);
  }
  fs::create_symlink(catalogue, link, error);
  if (error) {
    return fail_errno(error.value(), "link catalogue", link.string());
  }
  return sync_folder(link.parent_path());
}

/// Out of the write-ahead log: the one file is then the whole catalogue and can be renamed.
Status leave_log(Database& db) {
  SHIQU_TRY_ASSIGN(Query mode, db.query("PRAGMA journal_mode=DELETE", "close catalogue"));
  SHIQU_TRY_ASSIGN(const bool answered, mode.next());
  if (!answered || mode.text(0) != "delete") {
    return fail(ErrorCode::Io, "close catalogue", "catalogue", "the write-ahead log stayed");
  }
  return {};
}

Status remove_leftovers(const fs::path& file) {
  for (const char* ending : {"", "-wal", "-shm", "-journal"}) {
    std::error_code error;
    fs::remove(file.string() + ending, error);
    if (error) {
      return fail_errno(error.value(), "remove unfinished catalogue", file.string());
    }
  }
  return {};
}

}  // namespace

Store::Store(std::unique_ptr<State> state) : state_(std::move(state)) {}
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;
Store::~Store() = default;

Status Store::init(const fs::path& folder, const std::string& title, const fs::path& elsewhere) {
  return make(folder, title, elsewhere, true);
}

Status Store::init_bare(const fs::path& folder, const std::string& title) {
  return make(folder, title, {}, false);
}

Status Store::make(const fs::path& where, const std::string& title, const fs::path& elsewhere,
                   bool with_entry) {
  const fs::path folder = fs::absolute(where);
  const fs::path catalogue = elsewhere.empty() ? folder / kCatalogue : fs::absolute(elsewhere);
  SHIQU_TRY(check_target(folder));
  if (fs::exists(catalogue)) {
    return fail(ErrorCode::Exists, "create catalogue", catalogue.string());
  }
  SHIQU_TRY(make_folders(folder));
  SHIQU_TRY(make_folders(catalogue.parent_path()));
  for (const std::string_view name : kFolders) {
    SHIQU_TRY(make_folders(folder / name));
  }
  std::error_code error;
  fs::permissions(folder / "keys", fs::perms::owner_all, error);
  if (error) {
    return fail_errno(error.value(), "protect keys", folder.string());
  }
  if (!fs::exists(folder / kSettingsFile)) {
    SHIQU_TRY(write_new_file(folder / kSettingsFile, kSettings));
  }
  if (!elsewhere.empty()) {
    SHIQU_TRY(link_catalogue(folder / kCatalogue, catalogue));
  }
  // Built under another name: a folder with catalogue.sqlite is a whole archive, or none.
  const fs::path fresh = catalogue.string() + ".new";
  SHIQU_TRY(remove_leftovers(fresh));
  {
    SHIQU_TRY_ASSIGN(Database db, Database::open(fresh, true));
    SHIQU_TRY(migrate(db, newest_schema()));
    State state{folder, std::move(db)};
    SHIQU_TRY_ASSIGN(Transaction transaction, Transaction::begin(state.db));
    SHIQU_TRY_ASSIGN(
        Query insert,
        state.db.query("INSERT INTO archive(key, value) VALUES('title', ?)", "create archive"));
    SHIQU_TRY(insert.bind(title).run());
    if (with_entry) {
      SHIQU_TRY(
          state.append(Session::for_program(), "archive.created", "archive", {{"title", title}}));
    }
    SHIQU_TRY(transaction.commit());
    SHIQU_TRY(leave_log(state.db));
  }
  fs::permissions(fresh, fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read,
                  error);
  if (error) {
    return fail_errno(error.value(), "protect catalogue", fresh.string());
  }
  return move_into_place(fresh, catalogue);
}

Result<Store> Store::open(const fs::path& folder) {
  std::error_code error;
  const fs::path link = folder / kCatalogue;
  if (!fs::exists(link)) {
    const bool away = fs::is_symlink(fs::symlink_status(link, error));
    return fail(
        ErrorCode::NotFound, "open archive", folder.string(),
        away ? "the disk of its catalogue is not there: " + fs::read_symlink(link, error).string()
             : "no catalogue.sqlite there");
  }
  const fs::path found = fs::canonical(link, error);
  const fs::path catalogue = error ? link : found;
  const RoomKeeper keeper(catalogue);
  keeper.make_room_for_transaction();  // a first connection needs some blocks itself
  SHIQU_TRY_ASSIGN(Database db, Database::open(catalogue, false));
  SHIQU_TRY_ASSIGN(const int present, schema_of(db));
  if (present < newest_schema()) {
    SHIQU_TRY(backup_catalogue(db, folder / "backup"));
  }
  SHIQU_TRY(migrate(db, newest_schema()));
  // The log was made by the first look at the catalogue; SQLite overlooks an error in saving its
  // name.
  SHIQU_TRY(sync_folder(catalogue.parent_path()));
  for (const char* later : {"models", "sidecars"}) {  // archives of earlier versions have none
    SHIQU_TRY(make_folders(folder / later));
  }
  auto state = std::make_unique<State>();
  state->folder = folder;
  state->db = std::move(db);
  state->room = keeper;
  state->db.before_transactions([keeper] { keeper.make_room_for_transaction(); });
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

Result<std::string> Store::fact(const std::string& name) {
  SHIQU_TRY_ASSIGN(Query row,
                   state_->db.query("SELECT value FROM archive WHERE key = ?", "read fact"));
  SHIQU_TRY_ASSIGN(const bool found, row.bind(name).next());
  return found ? row.text(0) : std::string();
}

Status Store::set_fact(const std::string& name, const std::string& value) {
  SHIQU_TRY_ASSIGN(Query row, state_->db.query("INSERT INTO archive(key, value) VALUES(?,?) ON "
                                               "CONFLICT(key) DO UPDATE SET value = excluded.value",
                                               "store fact"));
  return row.bind(name).bind(value).run();
}

Result<std::vector<std::string>> Store::query_plans() {
  return state_->db.plans();
}

Result<std::int64_t> Store::last_sequence() {
  return state_->db.integer("SELECT coalesce(max(sequence), 0) FROM event", "read journal");
}

}  // namespace shiqu::store
