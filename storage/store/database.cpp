#include "storage/store/internal/database.h"

#include "storage/base/memory.h"

#include <fmt/format.h>

#include <utility>

namespace shiqu::store {
namespace {

constexpr int kBusyMs = 10000;
constexpr std::int64_t kSynchronousFull = 2;

ErrorCode code_of(int sqlite_code) {
  switch (sqlite_code & 0xFF) {
    case SQLITE_FULL:
      return ErrorCode::NoSpace;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return ErrorCode::Corrupt;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return ErrorCode::Conflict;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return ErrorCode::Denied;
    case SQLITE_CANTOPEN:
      return ErrorCode::NotFound;
    case SQLITE_CONSTRAINT:
      return ErrorCode::InvalidInput;
    default:
      return ErrorCode::Io;
  }
}

}  // namespace

tl::unexpected<Error> fail_sqlite(sqlite3* db, std::string what) {
  return db == nullptr
             ? fail_sqlite(SQLITE_NOMEM, std::move(what), "out of memory")
             : fail_sqlite(sqlite3_extended_errcode(db), std::move(what), sqlite3_errmsg(db));
}

tl::unexpected<Error> fail_sqlite(int code, std::string what, const char* words) {
  const bool unique = code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY;
  return fail(unique ? ErrorCode::Exists : code_of(code), std::move(what), "catalogue", words);
}

Query::Query(sqlite3* db, sqlite3_stmt* statement, std::string what)
    : db_(db), statement_(statement), what_(std::move(what)) {}

Query::Query(Query&& other) noexcept
    : db_(other.db_),
      statement_(std::exchange(other.statement_, nullptr)),
      what_(std::move(other.what_)),
      next_parameter_(other.next_parameter_),
      failed_(other.failed_) {}

Query::~Query() {
  if (statement_ != nullptr) {
    (void)sqlite3_reset(statement_);           // tells the failure of the last step again
    (void)sqlite3_clear_bindings(statement_);  // always SQLITE_OK
  }
}

void Query::note(int code) noexcept {
  if (failed_ == SQLITE_OK) {
    failed_ = code;
  }
}

Query& Query::bind(std::int64_t value) {
  note(sqlite3_bind_int64(statement_, next_parameter_++, value));
  return *this;
}

Query& Query::bind(double value) {
  note(sqlite3_bind_double(statement_, next_parameter_++, value));
  return *this;
}

Query& Query::bind(std::string_view value) {
  note(sqlite3_bind_text64(statement_, next_parameter_++,
                           value.data() == nullptr ? "" : value.data(), value.size(),
                           SQLITE_TRANSIENT, SQLITE_UTF8));
  return *this;
}

Query& Query::bind_null() {
  note(sqlite3_bind_null(statement_, next_parameter_++));
  return *this;
}

Query& Query::bind_bytes(std::string_view value) {
  failed_ |= sqlite3_bind_blob64(statement_, next_parameter_++,
                                 value.data() == nullptr ? "" : value.data(), value.size(),
                                 SQLITE_TRANSIENT);
  return *this;
}

Result<bool> Query::next() {
  if (failed_ != SQLITE_OK) {  // the binds that followed have overwritten the connection's words
    return fail_sqlite(failed_, what_, sqlite3_errstr(failed_));
  }
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) {
    return true;
  }
  if (code == SQLITE_DONE) {
    return false;
  }
  return fail_sqlite(db_, what_);
}

Status Query::run() {
  SHIQU_TRY_ASSIGN([[maybe_unused]] const bool row, next());
  return {};
}

Result<int> Query::run_counting() {
  SHIQU_TRY(run());
  return sqlite3_changes(db_);
}

std::int64_t Query::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

double Query::real(int column) const {
  return sqlite3_column_double(statement_, column);
}

std::string Query::text(int column) const {
  if (is_null(column)) {  // asked first: the text's conversion may change the type
    return {};
  }
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (bytes == nullptr) {
    end_without_memory();
  }
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

std::string_view Query::bytes(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  return bytes == nullptr
             ? std::string_view()
             : std::string_view(bytes,
                                static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
}

bool Query::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

Result<Database> Database::open(const std::filesystem::path& file, bool create) {
  sqlite3* raw = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (create ? SQLITE_OPEN_CREATE : 0);
  const int code = sqlite3_open_v2(file.c_str(), &raw, flags, nullptr);
  Database out;
  out.db_.reset(raw);
  if (code != SQLITE_OK) {
    return fail_sqlite(raw, "open " + file.string());
  }
  SHIQU_TRY(out.configure());
  return out;
}

Status Database::configure() {
  constexpr const char* kWhat = "configure catalogue";
  if (sqlite3_busy_timeout(db_.get(), kBusyMs) != SQLITE_OK) {
    return fail_sqlite(db_.get(), kWhat);
  }
  // A setting that SQLite could not make is told by its answer only.
  {
    SHIQU_TRY_ASSIGN(Query journal, query("PRAGMA journal_mode=WAL", kWhat));
    SHIQU_TRY_ASSIGN(const bool answered, journal.next());
    if (!answered || journal.text(0) != "wal") {
      return fail(ErrorCode::Io, kWhat, "catalogue", "no write-ahead log on this file system");
    }
  }
  SHIQU_TRY(execute("PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;", kWhat));
  SHIQU_TRY_ASSIGN(const std::int64_t synchronous, integer("PRAGMA synchronous", kWhat));
  SHIQU_TRY_ASSIGN(const std::int64_t keys, integer("PRAGMA foreign_keys", kWhat));
  if (synchronous != kSynchronousFull || keys != 1) {
    return fail(ErrorCode::Internal, kWhat, "catalogue", "synchronous=FULL was not accepted");
  }
  // A program that died of a failed fsync may have left frames in the WAL that only the kernel's
  // memory holds. They must be in the catalogue, and synced, before anything is added behind them.
  SHIQU_TRY_ASSIGN(Query checkpoint, query("PRAGMA wal_checkpoint(PASSIVE)", kWhat));
  const Status written = checkpoint.run();
  // A full or write-protected disk must not keep anybody from looking at the archive.
  const bool harmless = !written && (written.error().code == ErrorCode::NoSpace ||
                                     written.error().code == ErrorCode::Denied);
  return harmless ? Status() : written;
}

Result<Database> Database::open_copy(const std::filesystem::path& file) {
  std::string uri = "file:";
  for (const char c : file.string()) {
    const bool plain = c != '?' && c != '#' && c != '%';
    uri += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  sqlite3* raw = nullptr;
  const int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI;
  const int code = sqlite3_open_v2((uri + "?immutable=1").c_str(), &raw, flags, nullptr);
  Database out;
  out.db_.reset(raw);
  if (code != SQLITE_OK) {
    return fail_sqlite(raw, "open " + file.string());
  }
  return out;
}

Result<Query> Database::query(std::string_view sql, std::string what) {
  auto found = cache_.find(sql);
  if (found == cache_.end()) {
    sqlite3_stmt* raw = nullptr;
    if (sqlite3_prepare_v3(db_.get(), sql.data(), static_cast<int>(sql.size()),
                           SQLITE_PREPARE_PERSISTENT, &raw, nullptr) != SQLITE_OK) {
      return fail_sqlite(db_.get(), std::move(what));
    }
    found = cache_.emplace(std::string(sql), StatementHandle(raw)).first;
  }
  return Query(db_.get(), found->second.get(), std::move(what));
}

Status Database::execute(const std::string& sql, std::string what) {
  if (sqlite3_exec(db_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    return fail_sqlite(db_.get(), std::move(what));
  }
  return {};
}

Result<std::int64_t> Database::integer(std::string_view sql, std::string what) {
  SHIQU_TRY_ASSIGN(Query found, query(sql, what));
  SHIQU_TRY_ASSIGN(const bool row, found.next());
  if (!row) {
    return fail(ErrorCode::NotFound, std::move(what), "catalogue");
  }
  return found.integer(0);
}

bool Database::in_transaction() const noexcept {
  return sqlite3_get_autocommit(db_.get()) == 0;
}

Result<std::vector<std::string>> Database::plans() {
  std::vector<std::string> all;
  for (const auto& [sql, statement] : cache_) {
    all.push_back(sql);
  }
  std::vector<std::string> out;
  for (const std::string& sql : all) {
    std::string plan = sql + " => ";
    SHIQU_TRY_ASSIGN(Query steps, query("EXPLAIN QUERY PLAN " + sql, "explain"));
    while (true) {
      SHIQU_TRY_ASSIGN(const bool step, steps.next());
      if (!step) {
        break;
      }
      plan += steps.text(3) + "; ";
    }
    out.push_back(std::move(plan));
  }
  return out;
}

Result<Transaction> Transaction::begin(Database& db) {
  if (db.prepare_) {
    db.prepare_();
  }
  SHIQU_TRY(db.execute("BEGIN IMMEDIATE", "begin transaction"));
  return Transaction(db);
}

Transaction::~Transaction() {
  if (db_ != nullptr && db_->in_transaction()) {
    // Fails only when SQLite has rolled back itself; were it still open, the next BEGIN would tell.
    (void)sqlite3_exec(db_->native(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
}

Status Transaction::commit() {
  SHIQU_TRY(db_->execute("COMMIT", "commit transaction"));
  db_ = nullptr;
  return {};
}

}  // namespace shiqu::store
