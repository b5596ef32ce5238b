// Logging in: tries are counted before they are evaluated, and waits are measured by uptime.

#include "storage/base/crypto.h"
#include "storage/store/internal/state.h"
#include "storage/store/store.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace shiqu::store {
namespace {

constexpr std::int64_t kFreeTries = 5;
constexpr std::int64_t kLongestWaitMs = 300'000;

/// 0 for the first five failures, then 1, 2, 4 … s up to five minutes.
std::int64_t wait_after(std::int64_t failures) {
  if (failures < kFreeTries) {
    return 0;
  }
  const std::int64_t exponent = std::min<std::int64_t>(failures - kFreeTries, 10);
  return std::min<std::int64_t>(1000LL << exponent, kLongestWaitMs);
}

struct Account {
  model::User user;
  std::string hash;
  std::int64_t failures = 0;
  Uptime failed;  ///< when the last wrong try was made
};

/// Nullopt: there is none of that name, or it is not active.
Result<std::optional<Account>> find_account(Database& db, const std::string& name) {
  SHIQU_TRY_ASSIGN(Query row, db.query("SELECT id, name, display_name, role, secret, failures, "
                                       "failed_boot, failed_up_ms FROM user WHERE name = ? AND "
                                       "active = 1",
                                       "log in"));
  SHIQU_TRY_ASSIGN(const bool found, row.bind(name).next());
  if (!found) {
    return std::optional<Account>();
  }
  Account account;
  account.user = {UserId(row.text(0)), row.text(1), row.text(2), model::Role::Operator, true};
  model::role_from(row.text(3), account.user.role);
  account.hash = row.text(4);
  account.failures = row.integer(5);
  account.failed = {row.text(6), row.integer(7)};
  return std::optional(std::move(account));
}

Status note_failures(Database& db, const model::User& user, std::int64_t failures,
                     const Uptime& at) {
  SHIQU_TRY_ASSIGN(Query update, db.query("UPDATE user SET failures = ?, failed_boot = ?, "
                                          "failed_up_ms = ? WHERE id = ?",
                                          "count tries"));
  return update.bind(failures).bind(at.boot).bind(at.ms).bind(user.id.str()).run();
}

/// What is left of the wait, in ms. After a restart nobody knows how long the machine was off: the
/// wait is whole again, from now on.
std::int64_t left_to_wait(const Account& account, const Uptime& now) {
  const std::int64_t wait = wait_after(account.failures);
  if (wait == 0 || account.failed.boot != now.boot) {
    return wait;
  }
  return std::clamp<std::int64_t>(wait - (now.ms - account.failed.ms), 0, wait);
}

}  // namespace

Result<std::int64_t> Store::seconds_to_wait(const std::string& name) {
  SHIQU_TRY_ASSIGN(const std::optional<Account> account, find_account(state_->db, name));
  return account ? (left_to_wait(*account, state_->uptime()) + 999) / 1000 : 0;
}

Result<Session> Store::login(const std::string& name, std::string_view secret) {
  Database& db = state_->db;
  std::optional<Account> account;
  {
    SHIQU_TRY_ASSIGN(Transaction transaction, Transaction::begin(db));
    SHIQU_TRY_ASSIGN(account, find_account(db, name));
    const Uptime now = state_->uptime();
    const std::int64_t left = account ? left_to_wait(*account, now) : 0;
    if (!account || left > 0) {
      if (account && account->failed.boot != now.boot) {
        SHIQU_TRY(note_failures(db, account->user, account->failures, now));
      }
      SHIQU_TRY(state_->append(Session::for_program(), "login.refused", name,
                               {{"too_soon", left > 0}, {"known", account.has_value()}}));
      SHIQU_TRY(transaction.commit());
      return fail(ErrorCode::Denied, "log in", name,
                  left > 0 ? fmt::format("too many tries: wait {} s", (left + 999) / 1000)
                           : "wrong name or PIN");
    }
    SHIQU_TRY(note_failures(db, account->user, account->failures + 1, now));
    SHIQU_TRY(transaction.commit());
  }
  const bool right = secret_matches(secret, account->hash);
  const Session session =
      right ? Session(model::Agent{model::AgentKind::Person, account->user.name, {}}, true,
                      account->user)
            : Session::for_program();
  SHIQU_TRY_ASSIGN(Transaction transaction, Transaction::begin(db));
  if (right) {
    SHIQU_TRY(note_failures(db, account->user, 0, {}));
  }
  SHIQU_TRY(state_->append(session, right ? "login.accepted" : "login.refused", name,
                           {{"too_soon", false}, {"known", true}}));
  SHIQU_TRY(transaction.commit());
  if (right) {
    return session;
  }
  return fail(ErrorCode::Denied, "log in", name, "wrong name or PIN");
}

Result<Session> Store::session_of_job(const JobId& id) {
  constexpr std::string_view kPerson = "person:";
  SHIQU_TRY_ASSIGN(const auto events, events_about({id.str()}));
  for (const model::Event& event : events) {
    if (event.action != "job.added" || !event.agent.starts_with(kPerson)) {
      continue;
    }
    const std::string name = event.agent.substr(kPerson.size());
    SHIQU_TRY_ASSIGN(const std::optional<Account> account, find_account(state_->db, name));
    if (account) {
      return Session(model::Agent{model::AgentKind::Person, name, {}}, true, account->user);
    }
  }
  return fail(ErrorCode::Denied, "act for a person", id.str(),
              "nobody with an active account asked for this job");
}

}  // namespace shiqu::store
