#include "ui/app/i18n.h"
#include "ui/app/soak.h"
#include "ui/cli/context.h"

#include <fmt/format.h>

#include <cstdio>
#include <memory>

namespace shiqu::cli {
namespace {

struct KeepOptions {
  app::SoakPlace place;
  std::int64_t captures = 0;
  std::uint64_t seed = 1;
  std::uint64_t random = 0;
  std::uint64_t reserve_kb = 1024;
};

struct CheckOptions {
  app::SoakPlace place;
  std::filesystem::path promises;
};

/// A promise counts from the moment that its reader has it.
void say(const std::string& line) {
  std::fputs(line.c_str(), stdout);
  std::fflush(stdout);
}

Result<Exit> keep(const KeepOptions& options) {
  const app::SoakLoad load{options.captures, options.seed + options.random,
                           options.reserve_kb << 10U};
  SHIQU_TRY(app::soak_keep(
      options.place, load, [] { say("READY\n"); },
      [](const app::SoakPromise& one) {
        say(fmt::format("ACK {} {} {}\n", one.number, one.master_bytes, one.master_crc32));
      },
      interruption()));
  return Exit::Ok;
}

Result<Exit> check(const CheckOptions& options) {
  const Json facts = app::soak_check(options.place, options.promises);
  say(facts.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
  return app::soak_sound(facts) ? Exit::Ok : Exit::Unsound;
}

void add_place(CLI::App& command, app::SoakPlace& place) {
  command.add_option("--files", place.folder, _("folder of the soak's archive"))->required();
  command.add_option("--db", place.catalogue, _("file of its catalogue, on any disk"))->required();
}

void add_keep(CLI::App& soak, Context& context) {
  auto options = std::make_shared<KeepOptions>();
  CLI::App* command = soak.add_subcommand(
      "keep", _("keep captures and correct texts, and say what has been promised"));
  add_place(*command, options->place);
  command->add_option("--n", options->captures, _("how many captures more"))->required();
  command->add_option("--seed", options->seed, _("seed of the pixels"));
  command->add_option("--random", options->random, _("is added to the seed"));
  command->add_option("--reserve-kb", options->reserve_kb,
                      _("room held back on the disk; 0: fill it to the last block"));
  command->footer(
      _("Prints READY, then \"ACK number bytes crc32\" for each capture that is kept with its\n"
        "text. Goes on in an archive that is there, stops at the first error."));
  context.on(*command, [options] { return keep(*options); });
}

void add_check(CLI::App& soak, Context& context) {
  auto options = std::make_shared<CheckOptions>();
  CLI::App* command =
      soak.add_subcommand("check", _("look for everything that a soak has promised"));
  add_place(*command, options->place);
  command->add_option("--acks", options->promises, _("file with what \"soak keep\" printed"))
      ->required();
  context.on(*command, [options] { return check(*options); });
}

}  // namespace

void add_soak_commands(CLI::App& root, Context& context) {
  CLI::App* soak =
      root.add_subcommand("soak", _("put a throw-away archive under load, to test what it stands"));
  soak->require_subcommand(1);
  add_keep(*soak, context);
  add_check(*soak, context);
}

}  // namespace shiqu::cli
