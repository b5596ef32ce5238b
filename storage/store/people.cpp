#include "storage/base/clock.h"
#include "storage/base/crypto.h"
#include "storage/store/internal/state.h"
#include "storage/store/store.h"

#include <fmt/format.h>

#include <algorithm>

namespace shiqu::store {
namespace {

constexpr std::size_t kShortestSecret = 4;
constexpr std::int64_t kFreeTries = 5;
constexpr std::int64_t kLongestWaitMs = 300'000;

bool is_login_name(const std::string& name) {
  return name.size() >= 2 && name.size() <= 32 && std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
                  c == '-';
         });
}

/// 0 for the first five failures, then 1, 2, 4 … s up to five minutes.
std::int64_t wait_after(std::int64_t failures) {
  if (failures < kFreeTries) {
    return 0;
  }
  const std::int64_t exponent = std::min<std::int64_t>(failures - kFreeTries, 10);
  return std::min<std::int64_t>(1000LL << exponent, kLongestWaitMs);
}

model::User user_of(const Query& row) {
  model::User user;
  user.id = UserId(row.text(0));
  user.name = row.text(1);
  user.display_name = row.text(2);
  model::role_from(row.text(3), user.role);
  user.active = row.integer(4) == 1;
  return user;
}

Status check_new_user(const model::User& user, std::string_view secret) {
  if (!is_login_name(user.name)) {
    return fail(ErrorCode::InvalidInput, "add user", user.name, "2 to 32 of a-z 0-9 . _ -");
  }
  if (secret.size() < kShortestSecret) {
    return fail(ErrorCode::InvalidInput, "add user", user.name, "PIN shorter than 4");
  }
  return {};
}

}  // namespace

Result<UserId> Store::add_user(const Session& by, const model::User& user, std::string_view secret,
                               SecretCost cost) {
  SHIQU_TRY(check_new_user(user, secret));
  SHIQU_TRY_ASSIGN(const std::string hash, hash_secret(secret, cost));
  Database& db = state_->db;
  SHIQU_TRY_ASSIGN(Transaction transaction, Transaction::begin(db));
  SHIQU_TRY_ASSIGN(const std::int64_t present,
                   db.integer("SELECT count(*) FROM user", "count users"));
  if (present > 0) {
    SHIQU_TRY(require(by, model::Role::Administrator, "add user"));
  } else if (user.role != model::Role::Administrator) {
    return fail(ErrorCode::InvalidInput, "add user", user.name,
                "the first account must be an administrator");
  }
  const UserId id = UserId::make();
  SHIQU_TRY_ASSIGN(Query insert,
                   db.query("INSERT INTO user(id, name, display_name, role, secret, active) "
                            "VALUES(?,?,?,?,?,1)",
                            "add user " + user.name));
  SHIQU_TRY(insert.bind(id.str())
                .bind(user.name)
                .bind(user.display_name.empty() ? user.name : user.display_name)
                .bind(model::name_of(user.role))
                .bind(hash)
                .run());
  SHIQU_TRY(state_->append(by, "user.added", id.str(),
                           {{"name", user.name}, {"role", model::name_of(user.role)}}));
  SHIQU_TRY(transaction.commit());
  return id;
}

Result<Session> Store::login(const std::string& name, std::string_view secret) {
  Database& db = state_->db;
  model::User user;
  std::string hash;
  std::int64_t failures = 0;
  std::int64_t last_failure_ms = 0;
  {
    SHIQU_TRY_ASSIGN(Query row,
                     db.query("SELECT id, name, display_name, role, active, secret, failures, "
                              "last_failure_ms FROM user WHERE name = ?",
                              "log in"));
    SHIQU_TRY_ASSIGN(const bool found, row.bind(name).next());
    if (found) {
      user = user_of(row);
      hash = row.text(5);
      failures = row.integer(6);
      last_failure_ms = row.integer(7);
    }
  }
  const std::int64_t waited = now_unix_ms() - last_failure_ms;
  const std::int64_t wait_ms = wait_after(failures);
  // A clock set back must not end the wait: a negative age counts as none.
  const bool too_soon = wait_ms > 0 && (waited < 0 || waited < wait_ms);
  const bool known = !hash.empty() && user.active;
  const bool right = known && !too_soon && secret_matches(secret, hash);
  const Session session =
      right ? Session(model::Agent{model::AgentKind::Person, user.name, {}}, true, user)
            : Session::for_program();
  SHIQU_TRY_ASSIGN(Transaction transaction, Transaction::begin(db));
  if (known && !too_soon) {
    SHIQU_TRY_ASSIGN(
        Query update,
        db.query("UPDATE user SET failures = ?, last_failure_ms = ? WHERE id = ?", "log in"));
    SHIQU_TRY(update.bind(right ? 0 : failures + 1)
                  .bind(right ? last_failure_ms : now_unix_ms())
                  .bind(user.id.str())
                  .run());
  }
  SHIQU_TRY(state_->append(session, right ? "login.accepted" : "login.refused", name,
                           {{"too_soon", too_soon}, {"known", known}}));
  SHIQU_TRY(transaction.commit());
  if (right) {
    return session;
  }
  return fail(ErrorCode::Denied, "log in", name,
              too_soon ? fmt::format("too many tries: wait {} s", (wait_ms + 999) / 1000)
                       : "wrong name or PIN");
}

Result<std::vector<model::User>> Store::users() {
  SHIQU_TRY_ASSIGN(Query rows,
                   state_->db.query("SELECT id, name, display_name, role, active FROM user "
                                    "ORDER BY name",
                                    "list users"));
  std::vector<model::User> out;
  while (true) {
    SHIQU_TRY_ASSIGN(const bool row, rows.next());
    if (!row) {
      return out;
    }
    out.push_back(user_of(rows));
  }
}

}  // namespace shiqu::store
