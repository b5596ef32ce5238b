#include "ui/cli/context.h"

#include "storage/base/clock.h"
#include "storage/base/file.h"
#include "ui/app/builtin.h"
#include "ui/app/i18n.h"

#include <fmt/format.h>

#include <memory>

namespace shiqu::cli {
namespace {

struct InitOptions {
  std::string title = "Shiqu";
  std::string administrator = "admin";
};

Result<Exit> init(const Context& context, const InitOptions& options) {
  if (context.archive.empty()) {
    return fail(ErrorCode::InvalidInput, "create archive", _("name its folder with --archive DIR"));
  }
  SHIQU_TRY_ASSIGN(const std::string pin,
                   Context::secret("SHIQU_PIN", fmt::format(fmt::runtime(_("PIN for {}")),
                                                            options.administrator)));
  SHIQU_TRY(store::Store::init(context.archive, options.title));
  SHIQU_TRY_ASSIGN(store::Store store, store::Store::open(context.archive));
  model::User user;
  user.name = options.administrator;
  user.role = model::Role::Administrator;
  SHIQU_TRY(store.add_user(store::Session::for_program(), user, pin));
  context.report({{"archive", context.archive.string()}, {"administrator", options.administrator}},
                 fmt::format(fmt::runtime(_("Archive created in {} with administrator {}.")),
                             context.archive.string(), options.administrator));
  return Exit::Ok;
}

Json counts_json(const store::PageCounts& counts) {
  Json out = Json::object();
  for (std::size_t i = 0; i < counts.by_state.size(); ++i) {
    if (counts.by_state[i] > 0) {
      out[std::string(model::name_of(static_cast<model::TextState>(i)))] = counts.by_state[i];
    }
  }
  return out;
}

struct StatusOptions {
  std::string after;  ///< identifier of an item
  int limit = 1000;
};

/// The items of one slice as JSON, in words, and where the next slice begins.
struct ItemList {
  Json rows = Json::array();
  std::string words;
  std::string next;
};

Result<ItemList> list_items(store::Store& store, const StatusOptions& options) {
  std::int64_t number = 0;
  if (!options.after.empty()) {
    SHIQU_TRY_ASSIGN(const model::Item last, store.item_named(options.after));
    SHIQU_TRY_ASSIGN(number, store.item_number(last.id));
  }
  SHIQU_TRY_ASSIGN(std::vector<store::ListedItem> items,
                   store.list_items(number, options.limit + 1));
  ItemList out;
  if (std::ssize(items) > options.limit) {
    items.pop_back();
    out.next = items.empty() ? std::string() : items.back().item.identifier;
  }
  for (const store::ListedItem& one : items) {
    const Json states = counts_json(one.pages);
    out.rows.push_back({{"identifier", one.item.identifier},
                        {"title", one.item.title},
                        {"pages", one.pages.all()},
                        {"grade", model::name_of(one.item.grade)},
                        {"text", states}});
    out.words += fmt::format("  {:<16} {:>4}  {}  {}\n", one.item.identifier, one.pages.all(),
                             one.item.title, states.dump());
  }
  if (!out.next.empty()) {
    out.words += fmt::format(fmt::runtime(_("  … more: shiqu status --after {}\n")), out.next);
  }
  return out;
}

Result<Exit> status(const Context& context, const StatusOptions& options) {
  SHIQU_TRY_ASSIGN(app::Application application, context.open());
  store::Store& store = application.store();
  SHIQU_TRY_ASSIGN(const std::string title, store.title());
  SHIQU_TRY_ASSIGN(ItemList items, list_items(store, options));
  SHIQU_TRY_ASSIGN(const store::PageCounts pages, store.page_counts());
  SHIQU_TRY_ASSIGN(const store::JobCounts jobs, store.job_counts());
  SHIQU_TRY_ASSIGN(const std::uint64_t free, free_bytes(store.folder()));
  std::string words = fmt::format("{}\n{}", title, items.words);
  words += fmt::format(fmt::runtime(_("Pages: {}  {}\n")), pages.all(), counts_json(pages).dump());
  words += fmt::format(
      fmt::runtime(_("Jobs: {} waiting, {} running, {} done, {} failed. Free: {:.1f} GB.\n")),
      jobs.queued, jobs.running, jobs.done, jobs.failed + jobs.quarantined,
      static_cast<double>(free) / 1e9);
  Json facts{{"title", title},
             {"items", std::move(items.rows)},
             {"pages", pages.all()},
             {"text", counts_json(pages)},
             {"free_bytes", free},
             {"jobs",
              {{"queued", jobs.queued},
               {"running", jobs.running},
               {"done", jobs.done},
               {"failed", jobs.failed},
               {"cancelled", jobs.cancelled},
               {"quarantined", jobs.quarantined}}}};
  if (!items.next.empty()) {
    facts["next"] = items.next;
  }
  context.report(facts, words);
  return Exit::Ok;
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
  init_command->footer(
      _("The PIN is asked for, or taken from SHIQU_PIN. The folder must be empty or absent."));
  context.on(*init_command, [&context, init_options] { return init(context, *init_options); });

  CLI::App* status_command =
      root.add_subcommand("status", _("items, pages, jobs and free space at a glance"));
  auto listing = std::make_shared<StatusOptions>();
  status_command->add_option("--after", listing->after, _("only the items behind this one"));
  status_command->add_option("--limit", listing->limit, _("at most so many items"))
      ->check(CLI::Range(0, 1000000))
      ->capture_default_str();
  context.on(*status_command, [&context, listing] { return status(context, *listing); });

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
