#include "ui/cli/context.h"

#include "storage/base/clock.h"
#include "storage/base/file.h"
#include "ui/app/builtin.h"
#include "ui/app/i18n.h"
#include "ui/app/keys.h"
#include "ui/app/messages.h"

#include <fmt/format.h>

#include <unistd.h>

#include <memory>
#include <optional>

namespace shiqu::cli {
namespace {

struct InitOptions {
  std::string title = "Shiqu";
  std::string administrator = "admin";
  bool unsealed_key = false;
};

/// The passphrase to seal the new archive's signing key with; empty: unsealed, as asked for.
/// Nullopt: there is none to be had without a terminal, and no key is made.
Result<std::optional<std::string>> passphrase_for(const Context& context,
                                                  const InitOptions& options) {
  if (options.unsealed_key) {
    return std::optional<std::string>("");
  }
  if (context.has_passphrase()) {
    SHIQU_TRY_ASSIGN(std::string passphrase, context.key_passphrase()());
    return std::optional(std::move(passphrase));
  }
  if (context.has_new_passphrase() || ::isatty(STDIN_FILENO) != 0) {
    SHIQU_TRY_ASSIGN(std::string passphrase, context.new_passphrase());
    return std::optional(std::move(passphrase));
  }
  return std::optional<std::string>();
}

/// The state of the signing key in words, and as facts.
std::string key_words(store::Store& store, Json& facts) {
  const auto keys = package::station_keys(store.keys());
  if (!keys) {
    facts = {{"error", keys.error().text()}};
    return fmt::format(fmt::runtime(_("Signing key: {}\n")), app::message(keys.error()));
  }
  if (keys->empty() || !keys->front().current) {
    facts = nullptr;
    return _("Signing key: none yet (shiqu key make).\n");
  }
  const package::KnownKey& key = keys->front();
  const std::string id = package::text_of(key.key.id);
  facts = {{"id", id}, {"sealed", key.sealed}};
  return fmt::format(
      fmt::runtime(key.sealed ? _("Signing key: {}, sealed.\n")
                              : _("Signing key: {}, NOT SEALED: who reads the disk can sign.\n")),
      id);
}

Result<Exit> init(const Context& context, const InitOptions& options) {
  if (context.archive.empty()) {
    return fail(ErrorCode::InvalidInput, "create archive", _("name its folder with --archive DIR"));
  }
  SHIQU_TRY_ASSIGN(const std::string pin,
                   Context::secret("SHIQU_PIN", fmt::format(fmt::runtime(_("PIN for {}")),
                                                            options.administrator)));
  SHIQU_TRY_ASSIGN(const std::optional<std::string> passphrase, passphrase_for(context, options));
  if (passphrase && !passphrase->empty() && passphrase->size() < package::kShortestPassphrase) {
    return fail(ErrorCode::InvalidInput, "create archive", _("passphrase shorter than 8"));
  }
  SHIQU_TRY(store::Store::init(context.archive, options.title));
  SHIQU_TRY_ASSIGN(store::Store store, store::Store::open(context.archive));
  model::User user;
  user.name = options.administrator;
  user.role = model::Role::Administrator;
  SHIQU_TRY(store.add_user(store::Session::for_program(), user, pin));
  if (passphrase) {
    SHIQU_TRY(app::make_key(store, store::Session::for_program(), *passphrase));
  }
  Json key;
  const std::string about_key = key_words(store, key);
  context.report({{"archive", context.archive.string()},
                  {"administrator", options.administrator},
                  {"signing_key", key}},
                 fmt::format(fmt::runtime(_("Archive created in {} with administrator {}.")),
                             context.archive.string(), options.administrator) +
                     "\n" + about_key);
  return Exit::Ok;
}

Result<Exit> status(const Context& context) {
  SHIQU_TRY_ASSIGN(app::Application application, context.open());
  store::Store& store = application.store();
  SHIQU_TRY_ASSIGN(const std::string title, store.title());
  SHIQU_TRY_ASSIGN(const std::vector<model::Item> items, store.items());
  SHIQU_TRY_ASSIGN(const store::JobCounts jobs, store.job_counts());
  SHIQU_TRY_ASSIGN(const std::uint64_t free, free_bytes(store.folder()));
  Json listed = Json::array();
  std::string words = fmt::format("{}\n", title);
  for (const model::Item& item : items) {
    SHIQU_TRY_ASSIGN(const std::vector<model::Page> pages, store.pages(item.id));
    Json states = Json::object();
    for (const model::Page& page : pages) {
      const std::string state(model::name_of(page.text_state));
      states[state] = get_or(states, state.c_str(), 0) + 1;
    }
    listed.push_back({{"identifier", item.identifier},
                      {"title", item.title},
                      {"pages", pages.size()},
                      {"grade", model::name_of(item.grade)},
                      {"text", states}});
    words += fmt::format("  {:<16} {:>4}  {}  {}\n", item.identifier, pages.size(), item.title,
                         states.dump());
  }
  words += fmt::format(
      fmt::runtime(_("Jobs: {} waiting, {} running, {} done, {} failed. Free: {:.1f} GB.\n")),
      jobs.queued, jobs.running, jobs.done, jobs.failed + jobs.quarantined,
      static_cast<double>(free) / 1e9);
  Json key;
  words += key_words(store, key);
  context.report({{"title", title},
                  {"signing_key", key},
                  {"items", std::move(listed)},
                  {"free_bytes", free},
                  {"jobs",
                   {{"queued", jobs.queued},
                    {"running", jobs.running},
                    {"done", jobs.done},
                    {"failed", jobs.failed},
                    {"cancelled", jobs.cancelled},
                    {"quarantined", jobs.quarantined}}}},
                 words);
  return Exit::Ok;
}

Result<Exit> search(const Context& context, const std::string& needle) {
  SHIQU_TRY_ASSIGN(app::Application application, context.open());
  SHIQU_TRY_ASSIGN(const std::vector<store::SearchHit> hits, application.store().search(needle));
  Json found = Json::array();
  std::string words;
  for (const store::SearchHit& hit : hits) {
    found.push_back({{"item", hit.item.str()},
                     {"title", hit.item_title},
                     {"page", hit.page_order},
                     {"page_id", hit.page.str()},
                     {"line", hit.line.str()},
                     {"text", hit.text}});
    words += fmt::format("{} {}: {}\n", hit.item_title, hit.page_order, hit.text);
  }
  context.report({{"needle", needle}, {"hits", std::move(found)}},
                 words.empty() ? std::string(_("Nothing found.")) : words);
  return hits.empty() ? Exit::NotFound : Exit::Ok;
}

Result<Exit> fsck(const Context& context) {
  SHIQU_TRY_ASSIGN(app::Application application, context.open());
  ProgressLine line(context.json);
  SHIQU_TRY_ASSIGN(
      const store::FsckReport report,
      application.store().fsck(
          [&](std::int64_t done, std::int64_t total) {
            line.show(fmt::format(fmt::runtime(_("Checking objects: {} of {}")), done, total));
          },
          interruption()));
  line.end();
  Json findings = Json::array();
  std::string words;
  for (const store::FsckFinding& one : report.findings) {
    findings.push_back(
        {{"fault", store::name_of(one.fault)}, {"object", one.digest}, {"detail", one.detail}});
    words += fmt::format("{} {} {}\n", store::name_of(one.fault), one.digest, one.detail);
  }
  words +=
      fmt::format(fmt::runtime(_("{} of {} objects read to the last byte, catalogue: {}. {}\n")),
                  report.objects_checked, report.objects_known, report.database,
                  report.healthy() ? _("The archive is whole.") : _("THE ARCHIVE IS DAMAGED."));
  context.report({{"healthy", report.healthy()},
                  {"objects_known", report.objects_known},
                  {"objects_checked", report.objects_checked},
                  {"bytes_checked", report.bytes_checked},
                  {"catalogue", report.database},
                  {"findings", std::move(findings)}},
                 words);
  return report.healthy() ? Exit::Ok : Exit::Unsound;
}

Result<Exit> audit_verify(const Context& context) {
  SHIQU_TRY_ASSIGN(app::Application application, context.open());
  SHIQU_TRY_ASSIGN(const store::AuditReport report, application.store().verify_journal());
  context.report(
      {{"intact", report.intact},
       {"entries", report.entries},
       {"head", report.head},
       {"first_bad", report.first_bad},
       {"problem", report.problem}},
      report.intact
          ? fmt::format(fmt::runtime(_("The journal is intact: {} entries, head {}.")),
                        report.entries, report.head)
          : fmt::format(fmt::runtime(_("THE JOURNAL WAS TAMPERED WITH: {}.")), report.problem));
  return report.intact ? Exit::Ok : Exit::Unsound;
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

Result<Exit> version(const Context& context) {
  const model::Agent program = model::this_program();
  Json backends = Json::array();
  for (const auto& backend : app::builtin_backends()) {
    backends.push_back(backend->name());
  }
  Json engines = Json::array();
  for (const auto& engine : app::builtin_engines()) {
    engines.push_back(engine->version({}));
  }
  context.report({{"version", program.version}, {"backends", backends}, {"engines", engines}},
                 fmt::format("shiqu {}\n{} {}\n{} {}\n", program.version, _("devices:"),
                             backends.dump(), _("recognisers:"), engines.dump()));
  return Exit::Ok;
}

}  // namespace

void add_archive_commands(CLI::App& root, Context& context) {
  auto init_options = std::make_shared<InitOptions>();
  CLI::App* init_command =
      root.add_subcommand("init", _("create a new archive with its first administrator"));
  init_command->add_option("--title", init_options->title, _("name of the archive"));
  init_command->add_option("--admin", init_options->administrator,
                           _("account of the administrator"));
  init_command->add_flag("--unsealed-key", init_options->unsealed_key,
                         _("leave the signing key without a passphrase"));
  init_command->footer(
      _("The PIN is asked for, or taken from SHIQU_PIN. The folder must be empty or absent."));
  context.on(*init_command, [&context, init_options] { return init(context, *init_options); });

  CLI::App* status_command =
      root.add_subcommand("status", _("items, pages, jobs and free space at a glance"));
  context.on(*status_command, [&context] { return status(context); });

  auto needle = std::make_shared<std::string>();
  CLI::App* search_command =
      root.add_subcommand("search", _("find text on pages, from one character on"));
  search_command->add_option("text", *needle, _("what to find"))->required();
  context.on(*search_command, [&context, needle] { return search(context, *needle); });

  CLI::App* fsck_command =
      root.add_subcommand("fsck", _("read every stored object and compare it with its digest"));
  context.on(*fsck_command, [&context] { return fsck(context); });

  CLI::App* audit = root.add_subcommand("audit", _("the history of who did what"));
  audit->require_subcommand(1);
  CLI::App* verify_command =
      audit->add_subcommand("verify", _("check the hash chain from the first entry to the last"));
  context.on(*verify_command, [&context] { return audit_verify(context); });
  auto after = std::make_shared<std::int64_t>(0);
  auto limit = std::make_shared<int>(1000);
  CLI::App* log_command = audit->add_subcommand("log", _("print entries"));
  log_command->add_option("--after", *after, _("only entries behind this sequence number"));
  log_command->add_option("--limit", *limit, _("at most so many"))->check(CLI::Range(1, 1000000));
  context.on(*log_command, [&context, after, limit] { return audit_log(context, *after, *limit); });

  CLI::App* version_command =
      root.add_subcommand("version", _("version, devices and recognisers of this build"));
  context.on(*version_command, [&context] { return version(context); });
}

}  // namespace shiqu::cli
