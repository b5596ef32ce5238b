#include "storage/base/clock.h"
#include "storage/base/digest.h"
#include "storage/store/internal/rows.h"
#include "storage/store/internal/state.h"
#include "storage/store/store.h"

#include <fmt/format.h>

namespace shiqu::store {
namespace {

const std::string kNoPrevious(64, '0');

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
  return insert_event(db, event);
}

Status Store::note_event(const Session& by, const std::string& action, const std::string& subject,
                         const Json& detail) {
  SHIQU_TRY_ASSIGN(Transaction transaction, Transaction::begin(state_->db));
  SHIQU_TRY(state_->append(by, action, subject, detail));
  return transaction.commit();
}

Result<std::vector<model::Event>> Store::events(std::int64_t after_sequence, int limit) {
  SHIQU_TRY_ASSIGN(Query rows, state_->db.query(std::string(kEventColumns) +
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
  SHIQU_TRY_ASSIGN(Query rows,
                   state_->db.query(std::string(kEventColumns) +
                                        "WHERE subject IN (SELECT value FROM json_each(?)) "
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
      state_->db.query(std::string(kEventColumns) +
                           "WHERE action IN (SELECT value FROM json_each(?)) ORDER BY sequence",
                       "read journal"));
  return collect(rows.bind(Json(actions).dump()), event_of);
}

Result<bool> Store::has_news(std::int64_t after) {
  SHIQU_TRY_ASSIGN(Query row, state_->db.query("SELECT 1 FROM event WHERE sequence > ? AND "
                                               "substr(action, 1, 4) <> 'job.' LIMIT 1",
                                               "read journal"));
  return row.bind(after).next();
}

Result<std::optional<model::Event>> Store::last_event(const std::string& action) {
  SHIQU_TRY_ASSIGN(
      Query row, state_->db.query(
                     std::string(kEventColumns) + "WHERE action = ? ORDER BY sequence DESC LIMIT 1",
                     "read journal"));
  row.bind(action);
  SHIQU_TRY_ASSIGN(const bool found, row.next());
  return found ? std::optional(event_of(row)) : std::nullopt;
}

}  // namespace shiqu::store
