#include "tests/cli/shiqu_process.h"

#include <doctest/doctest.h>

using namespace shiqu;
using namespace shiqu::test;

TEST_CASE("accounts change PIN, role and state on the command line, and the journal has it") {
  Terminal terminal;
  terminal.make_archive({"operator"});
  const Environment fresh = {{"SHIQU_NEW_PIN", "9753"}};
  CHECK(terminal.facts({"user", "pin", "--user", "operator"}, 0, fresh)["name"] == "operator");
  const Environment own = {{"SHIQU_PIN", "9753"}, {"SHIQU_NEW_PIN", "8642"}};
  CHECK(terminal.facts({"user", "pin", "admin", "--user", "operator"}, 4, own)["error"]["code"] ==
        "denied");
  terminal.facts({"user", "pin", "operator", "--user", "admin"}, 0,
                 {{"SHIQU_NEW_PIN", Terminal::kPin}});
  CHECK(terminal.facts({"user", "role", "operator", "lead", "--user", "admin"})["role"] == "lead");
  CHECK(terminal.facts({"user", "deactivate", "operator", "--user", "admin"})["active"] == false);
  terminal.facts({"user", "pin", "--user", "operator"}, 4, fresh);
  CHECK(terminal.facts({"user", "reactivate", "operator", "--user", "admin"})["active"] == true);
  terminal.facts({"user", "deactivate", "admin", "--user", "admin"}, 5);
  terminal.facts({"user", "role", "admin", "lead", "--user", "admin"}, 5);
  terminal.facts({"user", "role", "nobody", "lead", "--user", "admin"}, 3);
  const std::string log = terminal.run({"audit", "log"}).out;
  for (const char* action : {"user.secret_changed", "user.role_changed", "user.deactivated",
                             "user.reactivated", "action.denied", "login.refused"}) {
    CAPTURE(action);
    CHECK(log.find(action) != std::string::npos);
  }
}
