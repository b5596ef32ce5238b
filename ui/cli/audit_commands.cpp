#include "storage/base/clock.h"
#include "ui/app/i18n.h"
#include "ui/app/upkeep.h"
#include "ui/cli/context.h"

#include <fmt/format.h>

#include <memory>

namespace shiqu::cli {
namespace {

struct VerifyOptions {
  std::vector<std::filesystem::path> against;
  std::vector<std::filesystem::path> keys;
};

std::string words_of(const store::AuditReport& report) {
  if (!report.intact) {
    return fmt::format(fmt::runtime(_("THE JOURNAL WAS TAMPERED WITH: {}.")), report.problem);
  }
  std::string words = fmt::format(fmt::runtime(_("The journal is intact: {} entries, head {}.\n")),
                                  report.entries, report.head);
  words += fmt::format(
      fmt::runtime(
          _("{} signatures are right, {} heads fit; the last {} entries have no head yet.\n")),
      report.signatures_checked, report.heads_compared, report.entries - report.anchored);
  for (const std::string& one : report.not_compared) {
    words += fmt::format(fmt::runtime(_("NOT COMPARED: {}\n")), one);
  }
  return words;
}

/// 0: sound; 7: something was found; 1: it hangs together, but not all could be compared.
Exit exit_of_audit(const store::AuditReport& report) {
  if (!report.intact) {
    return Exit::Unsound;
  }
  return report.not_compared.empty() ? Exit::Ok : Exit::Failure;
}

Result<Exit> audit_verify(const Context& context, const VerifyOptions& options) {
  SHIQU_TRY_ASSIGN(app::Application application, context.open());
  SHIQU_TRY_ASSIGN(const store::AuditReport report,
                   app::audit_journal(application.store(), application.settings(), options.against,
                                      options.keys));
  context.report({{"intact", report.intact},
                  {"entries", report.entries},
                  {"head", report.head},
                  {"fault", store::name_of(report.fault)},
                  {"first_bad", report.first_bad},
                  {"problem", report.problem},
                  {"checkpoints", report.checkpoints},
                  {"signatures_checked", report.signatures_checked},
                  {"heads_compared", report.heads_compared},
                  {"anchored", report.anchored},
                  {"compared", report.compared},
                  {"not_compared", report.not_compared}},
                 words_of(report));
  return exit_of_audit(report);
}

Result<Exit> audit_checkpoint(const Context& context, bool renew_heads) {
  SHIQU_TRY_ASSIGN(app::Application application, context.open());
  store::Store& store = application.store();
  SHIQU_TRY_ASSIGN(const store::Session by, context.login(store));
  if (renew_heads) {
    SHIQU_TRY(store.renew_heads(by));
  }
  SHIQU_TRY(store.seal_journal());
  SHIQU_TRY_ASSIGN(const store::Head head, app::sign_journal(store, by, context.key_passphrase(),
                                                             "on demand of " + by.user().name));
  context.report({{"sequence", head.sequence},
                  {"head", head.hash},
                  {"at", iso8601(head.at_ms)},
                  {"key", head.key},
                  {"signature", head.signature}},
                 fmt::format(fmt::runtime(_("Signed: {} entries, head {}, key {}.")), head.sequence,
                             head.hash, head.key));
  return Exit::Ok;
}

Result<Exit> audit_log(const Context& context, std::int64_t after, int limit) {
  SHIQU_TRY_ASSIGN(app::Application application, context.open());
  SHIQU_TRY_ASSIGN(const std::vector<model::Event> events,
                   application.store().events(after, limit));
  Json listed = Json::array();
  std::string words;
  for (const model::Event& event : events) {
    listed.push_back({{"sequence", event.sequence},
                      {"at", iso8601(event.at_ms)},
                      {"agent", event.agent},
                      {"action", event.action},
                      {"subject", event.subject},
                      {"detail", Json::parse(event.detail, nullptr, false)},
                      {"hash", event.hash}});
    words += fmt::format("{:>6} {} {:<22} {:<18} {}\n", event.sequence, iso8601(event.at_ms),
                         event.agent, event.action, event.subject);
  }
  context.report({{"events", std::move(listed)}}, words);
  return Exit::Ok;
}

}  // namespace

void add_audit_commands(CLI::App& root, Context& context) {
  CLI::App* audit = root.add_subcommand("audit", _("the history of who did what"));
  audit->require_subcommand(1);

  auto options = std::make_shared<VerifyOptions>();
  CLI::App* verify = audit->add_subcommand(
      "verify", _("check the hash chain from the first entry to the last, and its signed heads"));
  verify->add_option("--against", options->against,
                     _("a package or a file of heads that must fit too (repeatable)"));
  verify->add_option("--key", options->keys,
                     _("a public key that heads may be signed with, beside those of the archive"));
  context.on(*verify, [&context, options] { return audit_verify(context, *options); });

  CLI::App* checkpoint =
      audit->add_subcommand("checkpoint", _("sign length and head of the journal now"));
  auto renew = std::make_shared<bool>(false);
  checkpoint->add_flag("--renew-heads", *renew,
                       _("make the lost file of heads anew; for administrators"));
  context.on(*checkpoint, [&context, renew] { return audit_checkpoint(context, *renew); });

  auto after = std::make_shared<std::int64_t>(0);
  auto limit = std::make_shared<int>(1000);
  CLI::App* log = audit->add_subcommand("log", _("print entries"));
  log->add_option("--after", *after, _("only entries behind this sequence number"));
  log->add_option("--limit", *limit, _("at most so many"))->check(CLI::Range(1, 1000000));
  context.on(*log, [&context, after, limit] { return audit_log(context, *after, *limit); });
}

}  // namespace shiqu::cli
