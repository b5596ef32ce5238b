#include "storage/base/crypto.h"
#include "storage/store/internal/state.h"
#include "storage/store/store.h"

#include <algorithm>

namespace shiqu::store {
namespace {

constexpr std::size_t kShortestSecret = 4;

bool is_login_name(const std::string& name) {
  return name.size() >= 2 && name.size() <= 32 && std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
                  c == '-';
         });
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

Status check_secret(const std::string& name, std::string_view secret) {
  if (secret.size() < kShortestSecret) {
    return fail(ErrorCode::InvalidInput, "set PIN", name, "PIN shorter than 4");
  }
  return {};
}

Status check_new_user(const model::User& user, std::string_view secret) {
  if (!is_login_name(user.name)) {
    return fail(ErrorCode::InvalidInput, "add user", user.name, "2 to 32 of a-z 0-9 . _ -");
  }
  return check_secret(user.name, secret);
}

Result<model::User> find_user(Database& db, const std::string& name) {
  SHIQU_TRY_ASSIGN(Query row, db.query("SELECT id, name, display_name, role, active FROM user "
                                       "WHERE name = ?",
                                       "find user"));
  SHIQU_TRY_ASSIGN(const bool found, row.bind(name).next());
  if (!found) {
    return fail(ErrorCode::NotFound, "find user", name);
  }
  return user_of(row);
}

/// Somebody must be left who can administer.
Status keep_an_administrator(Database& db, const model::User& user) {
  if (!user.active || user.role != model::Role::Administrator) {
    return {};
  }
  SHIQU_TRY_ASSIGN(const std::int64_t left,
                   db.integer("SELECT count(*) FROM user WHERE active = 1 AND "
                              "role = 'administrator'",
                              "count administrators"));
  if (left < 2) {
    return fail(ErrorCode::Conflict, "change account", user.name,
                "the last active administrator stays one");
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
    SHIQU_TRY(state_->require(by, model::Role::Administrator, "add user"));
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

Status Store::set_secret(const Session& by, const std::string& name, std::string_view secret) {
  const bool own = by.is_person() && by.user().name == name;
  SHIQU_TRY(state_->require(by, own ? model::Role::Operator : model::Role::Administrator,
                            "change PIN of " + name));
  SHIQU_TRY(check_secret(name, secret));
  SHIQU_TRY_ASSIGN(const std::string hash, hash_secret(secret));
  Database& db = state_->db;
  SHIQU_TRY_ASSIGN(Transaction transaction, Transaction::begin(db));
  SHIQU_TRY_ASSIGN(const model::User user, find_user(db, name));
  SHIQU_TRY_ASSIGN(Query update,
                   db.query("UPDATE user SET secret = ?, failures = 0 WHERE id = ?", "change PIN"));
  SHIQU_TRY(update.bind(hash).bind(user.id.str()).run());
  SHIQU_TRY(state_->append(by, "user.secret_changed", user.id.str(), {{"name", name}}));
  return transaction.commit();
}

Status Store::set_active(const Session& by, const std::string& name, bool active) {
  Database& db = state_->db;
  SHIQU_TRY_ASSIGN(Transaction transaction, Transaction::begin(db));
  SHIQU_TRY(state_->require(by, model::Role::Administrator,
                            (active ? "reactivate " : "deactivate ") + name));
  SHIQU_TRY_ASSIGN(const model::User user, find_user(db, name));
  if (user.active == active) {
    return {};
  }
  SHIQU_TRY(keep_an_administrator(db, user));
  SHIQU_TRY_ASSIGN(Query update,
                   db.query("UPDATE user SET active = ? WHERE id = ?", "change account"));
  SHIQU_TRY(update.bind(active ? 1 : 0).bind(user.id.str()).run());
  SHIQU_TRY(state_->append(by, active ? "user.reactivated" : "user.deactivated", user.id.str(),
                           {{"name", name}}));
  return transaction.commit();
}

Status Store::set_role(const Session& by, const std::string& name, model::Role role) {
  Database& db = state_->db;
  SHIQU_TRY_ASSIGN(Transaction transaction, Transaction::begin(db));
  SHIQU_TRY(state_->require(by, model::Role::Administrator, "change role of " + name));
  SHIQU_TRY_ASSIGN(const model::User user, find_user(db, name));
  if (user.role == role) {
    return {};
  }
  SHIQU_TRY(keep_an_administrator(db, user));
  SHIQU_TRY_ASSIGN(Query update,
                   db.query("UPDATE user SET role = ? WHERE id = ?", "change account"));
  SHIQU_TRY(update.bind(model::name_of(role)).bind(user.id.str()).run());
  SHIQU_TRY(state_->append(
      by, "user.role_changed", user.id.str(),
      {{"name", name}, {"from", model::name_of(user.role)}, {"to", model::name_of(role)}}));
  return transaction.commit();
}

Status Store::reopen_administrator(const std::string& name, std::string_view secret) {
  constexpr std::size_t kShortest = 4;
  if (name.size() < 2 || secret.size() < kShortest) {
    return fail(ErrorCode::InvalidInput, "open account", name, "name or secret is too short");
  }
  SHIQU_TRY_ASSIGN(const std::string hash, hash_secret(secret));
  Database& db = state_->db;
  SHIQU_TRY_ASSIGN(Transaction transaction, Transaction::begin(db));
  SHIQU_TRY_ASSIGN(
      const std::int64_t present,
      db.integer("SELECT count(*) FROM user WHERE role = 'administrator' AND active = 1",
                 "count administrators"));
  if (present > 0) {
    return fail(ErrorCode::Denied, "open account", name, "there is an administrator");
  }
  SHIQU_TRY_ASSIGN(
      Query row,
      db.query("INSERT INTO user(id, name, display_name, role, secret, active) "
               "VALUES(?1,?2,?2,'administrator',?3,1) ON CONFLICT(name) DO UPDATE SET "
               "role = 'administrator', secret = excluded.secret, active = 1, failures = 0",
               "open account"));
  SHIQU_TRY(row.bind(UserId::make().str()).bind(name).bind(hash).run());
  SHIQU_TRY(state_->append(Session::for_program(), "user.reopened", name,
                           {{"name", name}, {"role", "administrator"}}));
  return transaction.commit();
}

}  // namespace shiqu::store
