#pragma once

#include "storage/base/ids.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace shiqu::model {

/// What a person may do; each role includes those before it except as noted in docs/data-model.md.
enum class Role { Operator, Annotator, Reviewer, Lead, Administrator };

std::string_view name_of(Role role) noexcept;  ///< "operator" …
bool role_from(std::string_view name, Role& role) noexcept;

/// A person with an account. The secret is held by the store alone.
struct User {
  UserId id;
  std::string name;          ///< login, unique, [a-z0-9._-]{2,32}
  std::string display_name;  ///< any script
  Role role = Role::Operator;
  bool active = true;
};

enum class AgentKind { Person, Device, Software };
std::string_view name_of(AgentKind kind) noexcept;

/// Who or what did something (PREMIS 3.0 §3: person, hardware, software).
struct Agent {
  AgentKind kind = AgentKind::Software;
  std::string name;     ///< login, device model with serial, or program
  std::string version;  ///< of software; empty for people
};

/// "person:anna", "software:shiqu/0.1.0".
std::string text_of(const Agent& agent);

/// This program itself.
Agent this_program();

}  // namespace shiqu::model
