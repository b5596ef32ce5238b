#include "ui/app/i18n.h"
#include "ui/cli/context.h"

#include <fmt/format.h>

#include <memory>

namespace shiqu::cli {
namespace {

struct NewUser {
  std::string name;
  std::string display_name;
  std::string role = "operator";
};

Result<Exit> add(const Context& context, const NewUser& wanted) {
  SHIQU_TRY_ASSIGN(app::Application application, context.open());
  SHIQU_TRY_ASSIGN(const store::Session by, context.login(application.store()));
  model::User user;
  user.name = wanted.name;
  user.display_name = wanted.display_name;
  if (!model::role_from(wanted.role, user.role)) {
    return fail(ErrorCode::InvalidInput, "add user", wanted.role, _("no such role"));
  }
  SHIQU_TRY_ASSIGN(
      const std::string pin,
      Context::secret("SHIQU_NEW_PIN", fmt::format(fmt::runtime(_("PIN for {}")), wanted.name)));
  SHIQU_TRY_ASSIGN(const UserId id, application.store().add_user(by, user, pin));
  context.report({{"id", id.str()}, {"name", user.name}, {"role", wanted.role}},
                 fmt::format(fmt::runtime(_("Account {} added as {}.")), user.name, wanted.role));
  return Exit::Ok;
}

/// One's own PIN without a name, anybody's with one (administrator).
Result<Exit> change_pin(const Context& context, const std::string& name) {
  SHIQU_TRY_ASSIGN(app::Application application, context.open());
  SHIQU_TRY_ASSIGN(const store::Session by, context.login(application.store()));
  const std::string whose = name.empty() ? by.user().name : name;
  SHIQU_TRY_ASSIGN(
      const std::string pin,
      Context::secret("SHIQU_NEW_PIN", fmt::format(fmt::runtime(_("New PIN for {}")), whose)));
  SHIQU_TRY(application.store().set_secret(by, whose, pin));
  context.report({{"name", whose}, {"changed", "pin"}},
                 fmt::format(fmt::runtime(_("PIN of {} changed.")), whose));
  return Exit::Ok;
}

Result<Exit> set_active(const Context& context, const std::string& name, bool active) {
  SHIQU_TRY_ASSIGN(app::Application application, context.open());
  SHIQU_TRY_ASSIGN(const store::Session by, context.login(application.store()));
  SHIQU_TRY(application.store().set_active(by, name, active));
  context.report({{"name", name}, {"active", active}},
                 fmt::format(fmt::runtime(active ? _("Account {} may log in again.")
                                                 : _("Account {} can no longer log in.")),
                             name));
  return Exit::Ok;
}

Result<Exit> change_role(const Context& context, const std::string& name,
                         const std::string& wanted) {
  SHIQU_TRY_ASSIGN(app::Application application, context.open());
  SHIQU_TRY_ASSIGN(const store::Session by, context.login(application.store()));
  model::Role role = model::Role::Operator;
  if (!model::role_from(wanted, role)) {
    return fail(ErrorCode::InvalidInput, "change role", wanted, _("no such role"));
  }
  SHIQU_TRY(application.store().set_role(by, name, role));
  context.report({{"name", name}, {"role", wanted}},
                 fmt::format(fmt::runtime(_("Account {} is now {}.")), name, wanted));
  return Exit::Ok;
}

Result<Exit> list(const Context& context) {
  SHIQU_TRY_ASSIGN(app::Application application, context.open());
  SHIQU_TRY_ASSIGN(const std::vector<model::User> users, application.store().users());
  Json listed = Json::array();
  std::string words;
  for (const model::User& user : users) {
    listed.push_back({{"name", user.name},
                      {"display_name", user.display_name},
                      {"role", model::name_of(user.role)},
                      {"active", user.active}});
    words += fmt::format("{:<20} {:<14} {}{}\n", user.name, model::name_of(user.role),
                         user.display_name, user.active ? "" : _(" (deactivated)"));
  }
  context.report({{"users", std::move(listed)}}, words);
  return Exit::Ok;
}

void add_change_commands(CLI::App& user, Context& context) {
  auto name = std::make_shared<std::string>();
  auto role = std::make_shared<std::string>();
  CLI::App* pin = user.add_subcommand(
      "pin", _("change a PIN: one's own, or that of NAME (needs an administrator)"));
  pin->add_option("name", *name, _("account"));
  pin->footer(_("The new PIN is asked for, or taken from SHIQU_NEW_PIN."));
  context.on(*pin, [&context, name] { return change_pin(context, *name); });
  CLI::App* off = user.add_subcommand(
      "deactivate", _("an account can no longer log in or act (needs an administrator)"));
  off->add_option("name", *name, _("account"))->required();
  context.on(*off, [&context, name] { return set_active(context, *name, false); });
  CLI::App* on = user.add_subcommand("reactivate", _("it can again (needs an administrator)"));
  on->add_option("name", *name, _("account"))->required();
  context.on(*on, [&context, name] { return set_active(context, *name, true); });
  CLI::App* change =
      user.add_subcommand("role", _("give an account another role (needs an administrator)"));
  change->add_option("name", *name, _("account"))->required();
  change->add_option("role", *role, _("operator, annotator, reviewer, lead or administrator"))
      ->required();
  context.on(*change, [&context, name, role] { return change_role(context, *name, *role); });
}

}  // namespace

void add_people_commands(CLI::App& root, Context& context) {
  CLI::App* user = root.add_subcommand("user", _("accounts"));
  user->require_subcommand(1);
  auto wanted = std::make_shared<NewUser>();
  CLI::App* add_command = user->add_subcommand("add", _("add an account (needs an administrator)"));
  add_command->add_option("name", wanted->name, _("login: 2 to 32 of a-z 0-9 . _ -"))->required();
  add_command->add_option("--role", wanted->role,
                          _("operator, annotator, reviewer, lead or administrator"));
  add_command->add_option("--display-name", wanted->display_name, _("name as people write it"));
  add_command->footer(_("The new PIN is asked for, or taken from SHIQU_NEW_PIN."));
  context.on(*add_command, [&context, wanted] { return add(context, *wanted); });
  add_change_commands(*user, context);
  CLI::App* list_command = user->add_subcommand("list", _("show accounts and roles"));
  context.on(*list_command, [&context] { return list(context); });
}

}  // namespace shiqu::cli
