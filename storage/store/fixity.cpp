#include "storage/store/fixity.h"

#include "storage/base/clock.h"
#include "storage/store/internal/rows.h"
#include "storage/store/internal/state.h"
#include "storage/store/store.h"

#include <fmt/format.h>

#include <array>
#include <charconv>

namespace shiqu::store {
namespace {

constexpr std::array<std::string_view, 6> kNames = {"unchecked", "whole",      "missing",
                                                    "altered",   "unreadable", "unparsable"};

FixityFile file_of(const Query& row) {
  return {row.text(0), row.text(1), static_cast<std::uint64_t>(row.integer(2)), row.integer(3),
          fixity_from(row.text(4))};
}

std::int64_t number_of(const std::string& text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

Result<std::int64_t> number_fact(Store& store, const char* name) {
  SHIQU_TRY_ASSIGN(const std::string text, store.fact(name));
  return number_of(text);
}

bool is_damage(Fixity verdict) {
  return verdict != Fixity::Whole && verdict != Fixity::Unchecked;
}

Status store_verdict(Database& db, std::int64_t round, const FixityVerdict& one) {
  SHIQU_TRY_ASSIGN(Query row, db.query("UPDATE fixity SET round = ?, checked_ms = ?, verdict = ?, "
                                       "detail = ? WHERE path = ?",
                                       "store fixity"));
  return row.bind(round)
      .bind(now_unix_ms())
      .bind(name_of(one.verdict))
      .bind(one.detail)
      .bind(one.file.path)
      .run();
}

}  // namespace

std::string_view name_of(Fixity fixity) noexcept {
  return kNames.at(static_cast<std::size_t>(fixity));
}

Fixity fixity_from(std::string_view name) noexcept {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames.at(i) == name) {
      return static_cast<Fixity>(i);
    }
  }
  return Fixity::Unchecked;
}

std::string_view FixityState::verdict(std::int64_t oldest_allowed_ms) const noexcept {
  if (damaged > 0) {
    return "damaged";
  }
  if (files == 0) {
    return "nothing";
  }
  if (never_checked > 0) {
    return "unchecked";
  }
  return oldest_check_ms < oldest_allowed_ms ? "stale" : "whole";
}

Result<std::int64_t> Store::open_fixity_round() {
  SHIQU_TRY_ASSIGN(Transaction transaction, Transaction::begin(state_->db));
  SHIQU_TRY_ASSIGN(std::int64_t round, number_fact(*this, "fixity_round"));
  SHIQU_TRY_ASSIGN(const std::string open, fact("fixity_open"));
  if (open == "1") {
    return round;
  }
  ++round;
  SHIQU_TRY(set_fact("fixity_round", std::to_string(round)));
  SHIQU_TRY(set_fact("fixity_open", "1"));
  SHIQU_TRY(set_fact("fixity_begun_ms", std::to_string(now_unix_ms())));
  SHIQU_TRY(transaction.commit());
  return round;
}

Result<std::vector<FixityFile>> Store::files_to_check(std::int64_t round, int limit) {
  SHIQU_TRY_ASSIGN(Query rows,
                   state_->db.query("SELECT path, digest, size, checked_ms, verdict FROM fixity "
                                    "WHERE round < ? ORDER BY checked_ms, path LIMIT ?",
                                    "list files to check"));
  return collect(rows.bind(round).bind(limit), file_of);
}

Result<FixityAge> Store::fixity_age() {
  SHIQU_TRY_ASSIGN(Query row,
                   state_->db.query("SELECT EXISTS(SELECT 1 FROM fixity WHERE checked_ms = 0), "
                                    "coalesce((SELECT min(checked_ms) FROM fixity WHERE "
                                    "checked_ms > 0), 0)",
                                    "read age of checks"));
  SHIQU_TRY(row.next());
  return FixityAge{row.integer(0) == 1, row.integer(1)};
}

Result<std::vector<FixityFile>> Store::files_due(std::int64_t before_ms, int limit) {
  SHIQU_TRY_ASSIGN(Query rows,
                   state_->db.query("SELECT path, digest, size, checked_ms, verdict FROM fixity "
                                    "WHERE checked_ms < ? ORDER BY checked_ms, path LIMIT ?",
                                    "list files to check"));
  return collect(rows.bind(before_ms).bind(limit), file_of);
}

Result<std::int64_t> Store::count_files_due(std::int64_t before_ms) {
  SHIQU_TRY_ASSIGN(Query row, state_->db.query("SELECT count(*) FROM fixity WHERE checked_ms < ?",
                                               "count files to check"));
  SHIQU_TRY(row.bind(before_ms).next());
  return row.integer(0);
}

Status Store::note_fixity(const Session& by, std::int64_t round,
                          const std::vector<FixityVerdict>& verdicts) {
  SHIQU_TRY_ASSIGN(Transaction transaction, Transaction::begin(state_->db));
  if (round == kLastRound) {
    SHIQU_TRY_ASSIGN(round, number_fact(*this, "fixity_round"));
  }
  for (const FixityVerdict& one : verdicts) {
    SHIQU_TRY(store_verdict(state_->db, round, one));
    const Json detail = {{"path", one.file.path},
                         {"found", name_of(one.verdict)},
                         {"detail", one.detail},
                         {"repaired_from", one.repaired},
                         {"aside", one.aside}};
    if (!one.repaired.empty()) {
      SHIQU_TRY(state_->append(by, "file.repaired", one.file.digest, detail));
    } else if (is_damage(one.verdict) && one.file.before != one.verdict) {
      SHIQU_TRY(state_->append(by, "file.damaged", one.file.digest, detail));
    } else if (one.verdict == Fixity::Whole && is_damage(one.file.before)) {
      SHIQU_TRY(state_->append(by, "file.whole_again", one.file.digest, detail));
    }
  }
  return transaction.commit();
}

Result<bool> Store::close_fixity_round(std::int64_t round) {
  SHIQU_TRY_ASSIGN(Transaction transaction, Transaction::begin(state_->db));
  SHIQU_TRY_ASSIGN(const std::vector<FixityFile> left, files_to_check(round, 1));
  if (!left.empty()) {
    return false;
  }
  SHIQU_TRY(set_fact("fixity_open", "0"));
  SHIQU_TRY(set_fact("fixity_ended_ms", std::to_string(now_unix_ms())));
  SHIQU_TRY(transaction.commit());
  return true;
}

Result<FixityState> Store::fixity_state() {
  FixityState state;
  Database& db = state_->db;
  SHIQU_TRY_ASSIGN(state.files, db.integer("SELECT count(*) FROM fixity", "count files"));
  SHIQU_TRY_ASSIGN(state.never_checked,
                   db.integer("SELECT count(*) FROM fixity WHERE verdict <> 'whole' AND "
                              "verdict = 'unchecked'",
                              "count files"));
  SHIQU_TRY_ASSIGN(state.damaged, db.integer("SELECT count(*) FROM fixity WHERE verdict <> 'whole' "
                                             "AND verdict <> 'unchecked'",
                                             "count files"));
  SHIQU_TRY_ASSIGN(
      state.oldest_check_ms,
      db.integer("SELECT coalesce(min(checked_ms), 0) FROM fixity WHERE checked_ms > 0",
                 "read fixity"));
  SHIQU_TRY_ASSIGN(state.round, number_fact(*this, "fixity_round"));
  SHIQU_TRY_ASSIGN(state.round_begun_ms, number_fact(*this, "fixity_begun_ms"));
  SHIQU_TRY_ASSIGN(state.round_ended_ms, number_fact(*this, "fixity_ended_ms"));
  SHIQU_TRY_ASSIGN(const std::string open, fact("fixity_open"));
  state.round_open = open == "1";
  if (state.round_open) {
    SHIQU_TRY_ASSIGN(Query left,
                     db.query("SELECT count(*) FROM fixity WHERE round < ?", "count files"));
    SHIQU_TRY(left.bind(state.round).next());
    state.left_in_round = left.integer(0);
  }
  return state;
}

Result<std::vector<FixityFinding>> Store::fixity_findings(int limit) {
  SHIQU_TRY_ASSIGN(Query rows,
                   state_->db.query("SELECT path, verdict, detail, checked_ms FROM fixity WHERE "
                                    "verdict <> 'whole' AND verdict <> 'unchecked' ORDER BY path "
                                    "LIMIT ?",
                                    "list damaged files"));
  return collect(rows.bind(limit), [](const Query& row) {
    return FixityFinding{row.text(0), fixity_from(row.text(1)), row.text(2), row.integer(3)};
  });
}

Result<std::vector<FixityFile>> Store::files_to_mirror(const std::string& after, int limit) {
  SHIQU_TRY_ASSIGN(Query rows,
                   state_->db.query("SELECT path, digest, size, checked_ms, verdict FROM fixity "
                                    "WHERE mirrored_ms = 0 AND path > ? ORDER BY path LIMIT ?",
                                    "list files to mirror"));
  return collect(rows.bind(after).bind(limit), file_of);
}

Status Store::note_mirrored(const std::vector<std::string>& paths) {
  SHIQU_TRY_ASSIGN(Transaction transaction, Transaction::begin(state_->db));
  for (const std::string& path : paths) {
    SHIQU_TRY_ASSIGN(Query row, state_->db.query("UPDATE fixity SET mirrored_ms = ? WHERE path = ?",
                                                 "note copy"));
    SHIQU_TRY(row.bind(now_unix_ms()).bind(path).run());
  }
  return transaction.commit();
}

Status Store::forget_mirrored() {
  return state_->db.execute("UPDATE fixity SET mirrored_ms = 0", "forget copies");
}

Status Store::forget_fixity() {
  SHIQU_TRY_ASSIGN(Transaction transaction, Transaction::begin(state_->db));
  SHIQU_TRY(
      state_->db.execute("UPDATE fixity SET round = 0, checked_ms = 0, verdict = 'unchecked', "
                         "detail = '', mirrored_ms = 0",
                         "forget fixity"));
  SHIQU_TRY(
      state_->db.execute("DELETE FROM archive WHERE key LIKE 'fixity\\_%' ESCAPE '\\' OR "
                         "key LIKE 'backup\\_%' ESCAPE '\\'",
                         "forget fixity"));
  return transaction.commit();
}

Result<MirrorCount> Store::mirror_count() {
  MirrorCount count;
  SHIQU_TRY_ASSIGN(count.files, state_->db.integer("SELECT count(*) FROM fixity", "count files"));
  SHIQU_TRY_ASSIGN(Query row,
                   state_->db.query("SELECT count(*), coalesce(sum(size), 0) FROM fixity "
                                    "WHERE mirrored_ms = 0",
                                    "count files"));
  SHIQU_TRY(row.next());
  count.waiting = row.integer(0);
  count.waiting_bytes = static_cast<std::uint64_t>(row.integer(1));
  return count;
}

}  // namespace shiqu::store
