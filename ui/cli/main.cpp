// shiqu: the whole archive from a terminal or a script. docs/cli.md lists commands and exit codes.

#include "storage/base/memory.h"
#include "ui/app/i18n.h"
#include "ui/cli/context.h"

#include <cstdlib>

namespace {

std::string exit_codes() {
  return _(
      "Exit status: 0 done; 1 failure; 2 wrong usage; 3 not found; 4 denied; 5 conflict;\n"
      "6 invalid input; 7 verification found something; 8 device; 9 disk full; 10 cancelled;\n11 "
      "out of memory.\n"
      "Environment: SHIQU_ARCHIVE, SHIQU_USER, SHIQU_PIN, SHIQU_KEY_PASSPHRASE, SHIQU_VCAM, LANG.\n"
      "Each command explains itself: shiqu COMMAND --help");
}

}  // namespace

int main(int argc, char** argv) {
  using namespace shiqu;
  end_cleanly_without_memory();
  app::start_translation();
  cli::Context context;
  CLI::App root{
      _("Shiqu 石渠: an archive workstation that captures, reads, labels, keeps and packages\n"
        "old books and artifacts, without a network.")};
  root.name("shiqu");
  root.footer(exit_codes());
  root.require_subcommand(1);
  root.fallthrough();  // global options may stand behind the command
  root.add_option("--archive", context.archive, _("folder of the archive"))
      ->envname("SHIQU_ARCHIVE");
  root.add_flag("--json", context.json, _("print facts as one JSON object"));
  root.add_option("--user", context.user, _("account that acts"))->envname("SHIQU_USER");
  root.add_option("--pin-file", context.pin_file, _("file that holds the account's PIN"));
  root.add_option("--passphrase-file", context.passphrase_file,
                  _("file that holds the passphrase of the archive's keys"));
  root.add_option("--log", context.log_file, _("file that gets a log of the run"));
  cli::add_archive_commands(root, context);
  cli::add_audit_commands(root, context);
  cli::add_keeping_commands(root, context);
  cli::add_search_command(root, context);
  cli::add_people_commands(root, context);
  cli::add_key_commands(root, context);
  cli::add_capture_commands(root, context);
  cli::add_job_commands(root, context);
  cli::add_text_commands(root, context);
  cli::add_package_commands(root, context);
  cli::add_split_command(root, context);
  cli::add_demo_command(root, context);
  cli::add_soak_commands(root, context);
  cli::add_soak_fill_command(root, context);
  try {
    root.parse(argc, argv);
  } catch (const CLI::ParseError& problem) {
    const int status = root.exit(problem);
    return status == 0 ? 0 : 2;
  }
  return context.exit_status();
}
