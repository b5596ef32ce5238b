#pragma once

#include "storage/base/handle.h"
#include "storage/base/result.h"

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace shiqu::store {

inline void close_database(sqlite3* db) noexcept {
  sqlite3_close_v2(db);
}
inline void finalize_statement(sqlite3_stmt* statement) noexcept {
  sqlite3_finalize(statement);
}
using DatabaseHandle = Handle<sqlite3, close_database>;
using StatementHandle = Handle<sqlite3_stmt, finalize_statement>;

/// SQLite's code and words as an Error, translated here and nowhere else.
tl::unexpected<Error> fail_sqlite(sqlite3* db, std::string what);
/// The same for the `code` of a call that may no longer be the connection's last.
tl::unexpected<Error> fail_sqlite(int code, std::string what, const char* words);

/// One prepared statement in use. Binding and stepping remember the first failure, and every way
/// to a result reports it: a forgotten check cannot store a NULL (notes: the unchecked bind).
class Query {
 public:
  Query(sqlite3* db, sqlite3_stmt* statement, std::string what);
  Query(Query&& other) noexcept;
  Query& operator=(Query&&) = delete;
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;
  ~Query();

  Query& bind(std::int64_t value);
  Query& bind(int value) { return bind(static_cast<std::int64_t>(value)); }
  Query& bind(double value);
  Query& bind(std::string_view value);
  Query& bind(const std::string& value) { return bind(std::string_view(value)); }
  Query& bind(const char* value) { return bind(std::string_view(value)); }
  Query& bind_null();
  Query& bind_bytes(std::string_view value);  ///< as a BLOB

  /// Moves to the next row; false after the last.
  Result<bool> next();
  /// Runs a statement that gives no rows.
  Status run();
  /// Runs and tells how many rows changed.
  Result<int> run_counting();

  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] double real(int column) const;
  /// Ends the program for want of memory: an empty text in its place would be a lie.
  [[nodiscard]] std::string text(int column) const;
  /// A BLOB; valid until the next row.
  [[nodiscard]] std::string_view bytes(int column) const;
  [[nodiscard]] bool is_null(int column) const;

 private:
  sqlite3* db_;
  sqlite3_stmt* statement_;
  std::string what_;
  int next_parameter_ = 1;
  void note(int code) noexcept;

  int failed_ = SQLITE_OK;  ///< the first failure of a bind
};

/// The two indexes of text_index.h.
enum class IndexTable { Texts, Names };

/// A row of an index that is not written yet.
struct IndexRow {
  IndexTable table = IndexTable::Texts;
  std::int64_t row = 0;
  std::string terms;
};

/// One connection with its cache of prepared statements.
class Database {
 public:
  /// WAL, synchronous=FULL, foreign keys (each asked back), 10 s busy timeout; what an earlier
  /// program left in the WAL is written into the catalogue. Errors: NotFound unless `create`.
  static Result<Database> open(const std::filesystem::path& file, bool create);

  /// A file that nobody writes, for reading only: no WAL, no lock, no file beside it.
  static Result<Database> open_copy(const std::filesystem::path& file);

  /// `sql` is a literal of ours: the cache is keyed by its text.
  Result<Query> query(std::string_view sql, std::string what);
  Status execute(const std::string& sql, std::string what);
  /// One integer. Errors: NotFound (no row).
  Result<std::int64_t> integer(std::string_view sql, std::string what);
  [[nodiscard]] sqlite3* native() const noexcept { return db_.get(); }
  /// Index rows that wait while many are written: each statement with a trigger makes FTS5 write
  /// out what it has, so that rows between such statements cost a segment each. nullopt: written
  /// at once.
  [[nodiscard]] std::optional<std::vector<IndexRow>>& late_index() noexcept { return late_index_; }
  [[nodiscard]] bool in_transaction() const noexcept;
  /// Called before every transaction: the room keeper (room.cpp).
  void before_transactions(std::function<void()> prepare) { prepare_ = std::move(prepare); }
  /// How SQLite runs each statement that was used so far: "SQL => step; step …".
  Result<std::vector<std::string>> plans();

 private:
  friend class Transaction;
  Status configure();

  std::function<void()> prepare_;
  std::optional<std::vector<IndexRow>> late_index_;
  DatabaseHandle db_;
  std::map<std::string, StatementHandle, std::less<>> cache_;  // after db_: finalised before it
};

/// BEGIN IMMEDIATE … COMMIT; rolls back when it goes out of scope uncommitted.
class Transaction {
 public:
  static Result<Transaction> begin(Database& db);
  Transaction(Transaction&& other) noexcept : db_(std::exchange(other.db_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();
  Status commit();

 private:
  explicit Transaction(Database& db) : db_(&db) {}
  Database* db_;
};

}  // namespace shiqu::store
