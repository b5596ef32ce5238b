#include "storage/base/clock.h"
#include "storage/keeping/restore.h"
#include "storage/keeping/scrub.h"
#include "storage/keeping/second_disk.h"
#include "ui/app/i18n.h"
#include "ui/app/upkeep_words.h"
#include "ui/app/workflow.h"
#include "ui/cli/context.h"

#include <fmt/format.h>

#include <memory>

namespace shiqu::cli {
namespace {

namespace fs = std::filesystem;

struct ScrubOptions {
  double limit_mb_s = 0;
  bool no_repair = false;
};

struct RestoreCommand {
  fs::path from;
  fs::path to;
  std::string administrator = "admin";
};

Json facts_of(const keeping::ScrubReport& report) {
  Json seen = Json::array();
  for (const store::FixityVerdict& one : report.seen) {
    seen.push_back({{"path", one.file.path},
                    {"found", store::name_of(one.verdict)},
                    {"detail", one.detail},
                    {"repaired_from", one.repaired},
                    {"aside", one.aside}});
  }
  Json damaged = Json::array();
  for (const store::FixityFinding& one : report.findings) {
    damaged.push_back({{"path", one.path},
                       {"found", store::name_of(one.verdict)},
                       {"detail", one.detail},
                       {"checked", iso8601(one.checked_ms)}});
  }
  return {{"verdict", report.verdict},
          {"round", report.round},
          {"files", report.files},
          {"checked", report.checked},
          {"checked_in_round", report.checked_in_round},
          {"unchecked", report.unchecked},
          {"oldest_check", report.oldest_check_ms > 0 ? iso8601(report.oldest_check_ms) : ""},
          {"bytes", report.bytes},
          {"direct_files", report.direct_files},
          {"repaired", report.repaired},
          {"seen", std::move(seen)},
          {"damaged_files", report.damaged},
          {"damaged", std::move(damaged)},
          {"catalogue", report.catalogue},
          {"journal_intact", report.journal.intact},
          {"journal_problem", report.journal.problem}};
}

std::string last_words(const keeping::ScrubReport& report) {
  if (report.verdict == "whole") {
    return _("Every file is whole.");
  }
  if (report.verdict == "nothing") {
    return _("NOTHING WAS CHECKED: there are no files.");
  }
  if (report.verdict == "unfinished") {
    return _("NOT FINISHED: run it again, it goes on from here.");
  }
  return report.verdict == "damaged"   ? _("FILES ARE DAMAGED.")
         : report.verdict == "journal" ? _("THE JOURNAL DOES NOT HOLD: see shiqu audit verify.")
                                       : _("THE CATALOGUE IS DAMAGED.");
}

std::string words_of(const keeping::ScrubReport& report) {
  std::string words;
  for (const store::FixityVerdict& one : report.seen) {
    words += fmt::format("{} {} {}{}\n", store::name_of(one.verdict), one.file.path, one.detail,
                         one.repaired.empty()
                             ? std::string()
                             : fmt::format(fmt::runtime(_(" – repaired, the bad file is {}")),
                                           one.aside.empty() ? "–" : one.aside));
  }
  for (const store::FixityFinding& one : report.findings) {
    words += fmt::format("  {} {} {}\n", store::name_of(one.verdict), one.path, one.detail);
  }
  words += fmt::format(
      fmt::runtime(_("Round {}: {} of {} files read ({} now, {:.1f} MB), {} not yet; oldest check "
                     "{}. Catalogue: {}.\n")),
      report.round, report.checked_in_round, report.files, report.checked,
      static_cast<double>(report.bytes) / 1e6, report.unchecked,
      report.oldest_check_ms > 0 ? iso8601(report.oldest_check_ms) : "–", report.catalogue);
  return words + last_words(report);
}

Exit exit_of_scrub(const keeping::ScrubReport& report) {
  if (report.green()) {
    return Exit::Ok;
  }
  return report.verdict == "unfinished" ? Exit::Cancelled : Exit::Unsound;
}

Result<Exit> scrub(const Context& context, const ScrubOptions& options) {
  SHIQU_TRY_ASSIGN(app::Application application, context.open());
  const app::Settings& settings = application.settings();
  ProgressLine line(context.json);
  keeping::ScrubOptions how;
  how.limit_mb_s = options.limit_mb_s > 0 ? options.limit_mb_s : settings.fixity_limit;
  how.second_copy = options.no_repair ? "" : settings.backup_folder;
  how.stop = interruption();
  how.progress = [&](const keeping::ScrubProgress& at) {
    line.show(fmt::format(fmt::runtime(_("Checking files: {} of {}, {} damaged, {} MB read")),
                          at.checked, at.files, at.damaged, at.bytes / 1000000));
  };
  SHIQU_TRY_ASSIGN(const keeping::ScrubReport report,
                   keeping::scrub(application.store(), store::Session::for_program(), how));
  line.end();
  context.report(facts_of(report), words_of(report));
  return exit_of_scrub(report);
}

std::string words_of(const keeping::SecondDiskStatus& status) {
  std::string words = fmt::format(fmt::runtime(_("Second disk {}: {}.\n")), status.folder.string(),
                                  app::words_of(status));
  if (!status.message.empty()) {
    words += status.message + "\n";
  }
  if (status.same_device) {
    words += std::string(_("It lies on the archive's own disk: that is no second disk.")) + "\n";
  }
  return words;
}

Exit exit_of_disk(const keeping::SecondDiskStatus& status) {
  switch (status.state) {
    case keeping::SecondDisk::Ok:
      return Exit::Ok;
    case keeping::SecondDisk::Full:
      return Exit::NoSpace;
    case keeping::SecondDisk::Lost:
      return Exit::Device;
    default:
      return Exit::Unsound;
  }
}

Result<fs::path> second_disk(const app::Application& application) {
  if (application.settings().backup_folder.empty()) {
    return fail(ErrorCode::InvalidInput, "find second disk", "settings.toml",
                _("set [backup] folder"));
  }
  return fs::path(application.settings().backup_folder);
}

Result<Exit> backup_init(const Context& context) {
  SHIQU_TRY_ASSIGN(app::Application application, context.open());
  SHIQU_TRY_ASSIGN(const fs::path folder, second_disk(application));
  SHIQU_TRY_ASSIGN(const store::Session by, context.login(application.store()));
  SHIQU_TRY(keeping::mark_second_disk(application.store(), by, folder));
  context.report({{"folder", folder.string()}},
                 fmt::format(fmt::runtime(_("{} is this archive's second disk from now on.")),
                             folder.string()));
  return Exit::Ok;
}

Result<Exit> backup_run(const Context& context, bool all) {
  SHIQU_TRY_ASSIGN(app::Application application, context.open());
  ProgressLine line(context.json);
  keeping::MirrorOptions options;
  SHIQU_TRY_ASSIGN(options.folder, second_disk(application));
  options.limit_mb_s = all ? application.settings().fixity_limit : 0;
  options.stop = interruption();
  options.progress = [&](std::int64_t done, std::int64_t waiting) {
    line.show(fmt::format(fmt::runtime(_("Copying: {} of {} files")), done, waiting));
  };
  const store::Session by = store::Session::for_program();
  SHIQU_TRY_ASSIGN(const keeping::MirrorReport report,
                   all ? keeping::check_second_disk(application.store(), by, options)
                       : keeping::mirror(application.store(), by, options));
  line.end();
  Json facts = app::to_json(report.status);
  facts["copied"] = report.copied;
  facts["bytes"] = report.bytes;
  facts["replaced"] = report.replaced;
  facts["damaged_here"] = report.damaged;
  facts["snapshot"] = report.snapshot;
  context.report(
      facts, fmt::format(fmt::runtime(_("{} files copied and read back, {:.1f} MB; {} bad copies "
                                        "replaced; {}.\n")),
                         report.copied, static_cast<double>(report.bytes) / 1e6, report.replaced,
                         report.snapshot ? _("a verified snapshot of the catalogue was made")
                                         : _("no snapshot was due")) +
                 words_of(report.status));
  return exit_of_disk(report.status);
}

Result<Exit> backup_status(const Context& context) {
  SHIQU_TRY_ASSIGN(app::Application application, context.open());
  SHIQU_TRY_ASSIGN(
      const keeping::SecondDiskStatus status,
      keeping::second_disk_status(application.store(), application.settings().backup_folder));
  context.report(app::to_json(status), words_of(status));
  return exit_of_disk(status);
}

Exit report_restored(const Context& context, const RestoreCommand& command,
                     const keeping::RestoreReport& report) {
  const store::ReplayReport& replayed = report.replayed;
  Json lost = Json::array();
  std::string words;
  for (const store::NotRebuilt& one : replayed.lost) {
    lost.push_back({{"kind", one.kind}, {"subject", one.subject}, {"why", one.why}});
    words +=
        fmt::format(fmt::runtime(_("NOT TO BE HAD: {} {}: {}\n")), one.kind, one.subject, one.why);
  }
  words += fmt::format(
      fmt::runtime(_("{}: {} objects copied and read back ({:.1f} MB), {} journal entries, head "
                     "{}; catalogue: {}.\n")),
      command.to.string(), report.objects, static_cast<double>(report.bytes) / 1e6, report.entries,
      report.head, report.catalogue);
  words += report.complete() ? _("Nothing that was kept is missing.")
                             : _("SOMETHING IS MISSING: it is named above.");
  context.report({{"archive", command.to.string()},
                  {"complete", report.complete()},
                  {"snapshot", report.snapshot},
                  {"objects", report.objects},
                  {"bytes", report.bytes},
                  {"entries", report.entries},
                  {"head", report.head},
                  {"journal_intact", report.journal_intact},
                  {"catalogue", report.catalogue},
                  {"from_sidecars",
                   {{"items", replayed.items},
                    {"pages", replayed.pages},
                    {"captures", replayed.captures},
                    {"texts", replayed.texts},
                    {"reviews", replayed.reviews},
                    {"accounts", replayed.accounts},
                    {"entries", replayed.entries}}},
                  {"lost", std::move(lost)}},
                 words);
  return report.complete() ? Exit::Ok : Exit::Unsound;
}

Result<Exit> restore(const Context& context, const RestoreCommand& command, bool from_sidecars) {
  std::string pin;
  if (from_sidecars) {
    SHIQU_TRY_ASSIGN(pin, Context::secret("SHIQU_PIN", fmt::format(fmt::runtime(_("PIN for {}")),
                                                                   command.administrator)));
  }
  ProgressLine line(context.json);
  keeping::RestoreOptions options;
  options.stop = interruption();
  options.progress = [&](std::int64_t done, std::int64_t files) {
    line.show(fmt::format(fmt::runtime(_("Copying: {} of {} files")), done, files));
  };
  SHIQU_TRY_ASSIGN(const keeping::RestoreReport report,
                   from_sidecars ? keeping::rebuild(command.from, command.to, command.administrator,
                                                    pin, options)
                                 : keeping::restore(command.from, command.to, options));
  line.end();
  SHIQU_TRY_ASSIGN(store::Store fresh, store::Store::open(command.to));
  SHIQU_TRY(app::request_derivations(fresh, store::Session::for_program()));
  return report_restored(context, command, report);
}

void add_backup(CLI::App& root, Context& context) {
  CLI::App* backup = root.add_subcommand("backup", _("the copy on a second disk"));
  backup->require_subcommand(1);
  CLI::App* init_command = backup->add_subcommand(
      "init", _("mark the empty folder of [backup] folder as this archive's second disk"));
  context.on(*init_command, [&context] { return backup_init(context); });
  CLI::App* run_command = backup->add_subcommand(
      "run", _("copy what is missing there, with a verified snapshot of the catalogue"));
  context.on(*run_command, [&context] { return backup_run(context, false); });
  CLI::App* verify_command =
      backup->add_subcommand("verify", _("read every copy there, replace bad ones"));
  context.on(*verify_command, [&context] { return backup_run(context, true); });
  CLI::App* status_command =
      backup->add_subcommand("status", _("what the second disk has, and what waits"));
  context.on(*status_command, [&context] { return backup_status(context); });
}

}  // namespace

void add_keeping_commands(CLI::App& root, Context& context) {
  auto options = std::make_shared<ScrubOptions>();
  CLI::App* scrub_command = root.add_subcommand(
      "scrub", _("read every kept file from the disk, oldest check first, and repair from the "
                 "second disk"));
  scrub_command->add_option("--limit", options->limit_mb_s, _("MB a second at most"))
      ->check(CLI::Range(0.001, 1e6));
  scrub_command->add_flag("--no-repair", options->no_repair, _("only look"));
  scrub_command->footer(_("Ctrl+C ends it; the next run goes on where this one was."));
  context.on(*scrub_command, [&context, options] { return scrub(context, *options); });

  add_backup(root, context);

  auto restored = std::make_shared<RestoreCommand>();
  CLI::App* restore_command =
      root.add_subcommand("restore", _("make a new archive from a second disk alone"));
  restore_command->add_option("from", restored->from, _("folder of the second disk"))->required();
  restore_command->add_option("to", restored->to, _("new folder"))->required();
  context.on(*restore_command, [&context, restored] { return restore(context, *restored, false); });

  auto rebuilt = std::make_shared<RestoreCommand>();
  CLI::App* rebuild_command = root.add_subcommand(
      "rebuild", _("make a new archive from sidecars and objects, without the old catalogue"));
  rebuild_command->add_option("from", rebuilt->from, _("folder of the archive"))->required();
  rebuild_command->add_option("--into", rebuilt->to, _("new folder"))->required();
  rebuild_command->add_option("--admin", rebuilt->administrator,
                              _("account that is opened with the PIN of SHIQU_PIN"));
  context.on(*rebuild_command, [&context, rebuilt] { return restore(context, *rebuilt, true); });
}

}  // namespace shiqu::cli
