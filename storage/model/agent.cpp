#include "storage/model/agent.h"

#include <array>

namespace shiqu::model {
namespace {

constexpr std::array<std::string_view, 5> kRoles{"operator", "annotator", "reviewer", "lead",
                                                 "administrator"};

}  // namespace

std::string_view name_of(Role role) noexcept {
  return kRoles[static_cast<std::size_t>(role)];
}

bool role_from(std::string_view name, Role& role) noexcept {
  for (std::size_t i = 0; i < kRoles.size(); ++i) {
    if (kRoles[i] == name) {
      role = static_cast<Role>(i);
      return true;
    }
  }
  return false;
}

std::string_view name_of(AgentKind kind) noexcept {
  switch (kind) {
    case AgentKind::Person:
      return "person";
    case AgentKind::Device:
      return "device";
    case AgentKind::Software:
      break;
  }
  return "software";
}

std::string text_of(const Agent& agent) {
  std::string out(name_of(agent.kind));
  out += ":" + agent.name;
  return agent.version.empty() ? out : out + "/" + agent.version;
}

Agent this_program() {
  return {AgentKind::Software, "shiqu", SHIQU_VERSION};
}

}  // namespace shiqu::model
