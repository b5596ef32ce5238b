#pragma once

#include "storage/model/agent.h"

#include <utility>

namespace shiqu::store {

/// Who acts. Made only by Store::login (a person) or for_program() (work that no person decides,
/// such as recognition); every changing call of the store wants one and writes it into the journal.
class Session {
 public:
  /// Acts as this program. It may keep captures, propose text and run jobs; it holds no role, so
  /// it can neither decide nor administer.
  static Session for_program() { return Session(model::this_program(), false, {}); }
  /// Acts as an engine or device under this program, for machine results.
  static Session for_software(model::Agent agent) { return Session(std::move(agent), false, {}); }

  [[nodiscard]] const model::Agent& agent() const noexcept { return agent_; }
  [[nodiscard]] bool is_person() const noexcept { return person_; }
  /// Empty for programs.
  [[nodiscard]] const model::User& user() const noexcept { return user_; }
  /// True for a person whose role is `role` or above it.
  [[nodiscard]] bool may(model::Role role) const noexcept {
    return person_ && user_.active && user_.role >= role;
  }

 private:
  friend class Store;
  Session(model::Agent agent, bool person, model::User user)
      : agent_(std::move(agent)), person_(person), user_(std::move(user)) {}

  model::Agent agent_;
  bool person_ = false;
  model::User user_;
};

}  // namespace shiqu::store
