// Who may do what, asked at each action; every refusal leaves an entry in the journal.

#include "storage/store/internal/state.h"
#include "storage/store/store.h"

#include <utility>

namespace shiqu::store {

Error Store::State::refuse(const Session& by, const std::string& what, const std::string& subject,
                           const std::string& why) {
  Error denied{ErrorCode::Denied, what, subject, why};
  const auto note = [&]() -> Status {
    if (db.in_transaction()) {
      SHIQU_TRY(db.execute("ROLLBACK", "end refused action"));
    }
    SHIQU_TRY_ASSIGN(Transaction transaction, Transaction::begin(db));
    SHIQU_TRY(append(by, "action.denied", subject, {{"action", what}, {"why", why}}));
    return transaction.commit();
  };
  // A refusal that cannot be written down stays a refusal, and says so.
  if (const Status noted = note(); !noted) {
    denied.native += "; not in the journal: " + noted.error().text();
  }
  return denied;
}

Status Store::State::require(const Session& by, model::Role role, const std::string& what) {
  bool may = false;
  if (by.is_person()) {
    SHIQU_TRY_ASSIGN(Query row,
                     db.query("SELECT role FROM user WHERE id = ? AND active = 1", "look up role"));
    SHIQU_TRY_ASSIGN(const bool found, row.bind(by.user().id.str()).next());
    model::Role now = model::Role::Operator;
    may = found && model::role_from(row.text(0), now) && now >= role;
  }
  if (may) {
    return {};
  }
  const std::string who = by.is_person() ? by.user().name : "a program";
  return fail(refuse(by, what, who, "needs role " + std::string(model::name_of(role))));
}

Status Store::require(const Session& by, model::Role role, const std::string& what) {
  return state_->require(by, role, what);
}

Error Store::refuse(const Session& by, const std::string& what, const std::string& subject,
                    const std::string& why) {
  return state_->refuse(by, what, subject, why);
}

void Store::set_uptime(std::function<Uptime()> source) {
  state_->uptime = std::move(source);
}

}  // namespace shiqu::store
