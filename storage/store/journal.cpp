#include "storage/base/clock.h"
#include "storage/base/digest.h"
#include "storage/store/internal/rows.h"
#include "storage/store/internal/state.h"
#include "storage/store/store.h"

#include <fmt/format.h>

namespace shiqu::store {
namespace {

const std::string kNoPrevious(64, '0');
constexpr const char* kColumns =
    "SELECT sequence, at_ms, agent, action, subject, detail, previous, hash FROM event ";

model::Event event_of(const Query& row) {
  model::Event event;
  event.sequence = row.integer(0);
  event.at_ms = row.integer(1);
  event.agent = row.text(2);
  event.action = row.text(3);
  event.subject = row.text(4);
  event.detail = row.text(5);
  event.previous = row.text(6);
  event.hash = row.text(7);
  return event;
}

/// What is wrong with `event` as the successor of (`sequence`, `hash`); empty when it fits.
std::string misfit(const model::Event& event, std::int64_t sequence, const std::string& hash) {
  if (event.sequence != sequence + 1) {
    return fmt::format("entry {} is missing", sequence + 1);
  }
  if (event.previous != hash) {
    return fmt::format("entry {} does not follow the entry before it", event.sequence);
  }
  return event_hash(event) != event.hash ? fmt::format("entry {} was altered", event.sequence) : "";
}

}  // namespace

std::string event_hash(const model::Event& event) {
  const Json canonical = Json::array({event.sequence, event.at_ms, event.agent, event.action,
                                      event.subject, event.detail, event.previous});
  return sha256_hex(canonical.dump(-1, ' ', false, Json::error_handler_t::replace));
}

Status Store::State::append(const Session& by, const std::string& action,
                            const std::string& subject, const Json& detail) {
  model::Event event;
  event.previous = kNoPrevious;
  SHIQU_TRY_ASSIGN(
      Query last,
      db.query("SELECT sequence, hash FROM event ORDER BY sequence DESC LIMIT 1", "read journal"));
  SHIQU_TRY_ASSIGN(const bool any, last.next());
  if (any) {
    event.sequence = last.integer(0);
    event.previous = last.text(1);
  }
  ++event.sequence;
  event.at_ms = now_unix_ms();
  event.agent = model::text_of(by.agent());
  event.action = action;
  event.subject = subject;
  event.detail = detail.dump(-1, ' ', false, Json::error_handler_t::replace);
  event.hash = event_hash(event);
  SHIQU_TRY_ASSIGN(Query insert,
                   db.query("INSERT INTO event VALUES(?,?,?,?,?,?,?,?)", "write journal"));
  return insert.bind(event.sequence)
      .bind(event.at_ms)
      .bind(event.agent)
      .bind(event.action)
      .bind(event.subject)
      .bind(event.detail)
      .bind(event.previous)
      .bind(event.hash)
      .run();
}

Status Store::note_event(const Session& by, const std::string& action, const std::string& subject,
                         const Json& detail) {
  SHIQU_TRY_ASSIGN(Transaction transaction, Transaction::begin(state_->db));
  SHIQU_TRY(state_->append(by, action, subject, detail));
  return transaction.commit();
}

Result<std::vector<model::Event>> Store::events(std::int64_t after_sequence, int limit) {
  SHIQU_TRY_ASSIGN(Query rows, state_->db.query(std::string(kColumns) +
                                                    "WHERE sequence > ? ORDER BY sequence LIMIT ?",
                                                "read journal"));
  rows.bind(after_sequence).bind(limit);
  std::vector<model::Event> out;
  while (true) {
    SHIQU_TRY_ASSIGN(const bool row, rows.next());
    if (!row) {
      return out;
    }
    out.push_back(event_of(rows));
  }
}

Result<std::vector<model::Event>> Store::events_about(const std::vector<std::string>& subjects) {
  SHIQU_TRY_ASSIGN(
      Query rows,
      state_->db.query(std::string(kColumns) + "WHERE subject IN (SELECT value FROM json_each(?)) "
                                               "ORDER BY sequence",
                       "read journal"));
  rows.bind(Json(subjects).dump());
  std::vector<model::Event> out;
  while (true) {
    SHIQU_TRY_ASSIGN(const bool row, rows.next());
    if (!row) {
      return out;
    }
    out.push_back(event_of(rows));
  }
}

Result<std::vector<model::Event>> Store::events_of(const std::vector<std::string>& actions) {
  SHIQU_TRY_ASSIGN(
      Query rows,
      state_->db.query(std::string(kColumns) +
                           "WHERE action IN (SELECT value FROM json_each(?)) ORDER BY sequence",
                       "read journal"));
  return collect(rows.bind(Json(actions).dump()), event_of);
}

Result<std::optional<model::Event>> Store::last_event(const std::string& action) {
  SHIQU_TRY_ASSIGN(
      Query row,
      state_->db.query(std::string(kColumns) + "WHERE action = ? ORDER BY sequence DESC LIMIT 1",
                       "read journal"));
  row.bind(action);
  SHIQU_TRY_ASSIGN(const bool found, row.next());
  return found ? std::optional(event_of(row)) : std::nullopt;
}

Result<AuditReport> Store::verify_journal() {
  AuditReport report;
  report.head = kNoPrevious;
  SHIQU_TRY_ASSIGN(Query rows,
                   state_->db.query(std::string(kColumns) + "ORDER BY sequence", "read journal"));
  while (true) {
    SHIQU_TRY_ASSIGN(const bool row, rows.next());
    if (!row) {
      break;
    }
    const model::Event event = event_of(rows);
    if (report.intact) {
      report.problem = misfit(event, report.entries, report.head);
      if (!report.problem.empty()) {
        report.intact = false;
        report.first_bad = report.entries + 1;
      }
    }
    ++report.entries;
    report.head = event.hash;
  }
  if (report.entries == 0) {
    report.intact = false;
    report.first_bad = 1;
    report.problem = "the journal is empty: even a new archive has one entry";
  }
  return report;
}

}  // namespace shiqu::store
