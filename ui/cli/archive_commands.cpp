#include "ui/cli/context.h"

#include "storage/base/clock.h"
#include "ui/app/builtin.h"
#include "ui/app/i18n.h"
#include "ui/app/keys.h"
#include "ui/app/messages.h"
#include "ui/app/upkeep_words.h"

#include <fmt/format.h>

#include <unistd.h>

#include <memory>
#include <optional>

namespace shiqu::cli {
namespace {

struct InitOptions {
  std::string title = "Shiqu";
  std::string administrator = "admin";
  std::filesystem::path catalogue;
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
  SHIQU_TRY(store::Store::init(context.archive, options.title, options.catalogue));
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

/// The line about room on the disk, and what is to be done about it.
std::string room_words(const store::Room& room) {
  const auto mb = [](std::uint64_t bytes) { return static_cast<double>(bytes) / 1e6; };
  std::string words =
      fmt::format(fmt::runtime(_("Room for {} captures. Reserve: {:.0f} of {:.0f} MB.\n")),
                  room.captures_left, mb(room.reserve_bytes), mb(room.reserve_wanted_bytes));
  if (room.reserve_used()) {
    words += _("The reserve is not whole: free some space, it is then made again.\n");
  }
  const std::string warning = app::room_warning(room);
  return warning.empty() ? words : words + warning + "\n";
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
  std::string item;   ///< part of identifier or title
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
                   store.find_items(options.item, {}, number, options.limit + 1));
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
  SHIQU_TRY_ASSIGN(const store::Room room, store.room());
  std::string words = fmt::format("{}\n{}", title, items.words);
  words += fmt::format(fmt::runtime(_("Pages: {}  {}\n")), pages.all(), counts_json(pages).dump());
  words += fmt::format(
      fmt::runtime(_("Jobs: {} waiting, {} running, {} done, {} failed. Free: {:.1f} GB.\n")),
      jobs.queued, jobs.running, jobs.done, jobs.failed + jobs.quarantined,
      static_cast<double>(room.free_bytes) / 1e9);
  words += room_words(room);
  Json key;
  words += key_words(store, key);
  SHIQU_TRY_ASSIGN(const app::ArchiveState state,
                   app::archive_state(store, application.settings(), true));
  words += fmt::format(fmt::runtime(_("Journal: {}, signed up to entry {}.\n")),
                       app::short_head(state.head), state.signed_entries);
  words += fmt::format(fmt::runtime(_("Files: {}.\n")),
                       app::words_of(state.fixity, state.fixity_verdict));
  words += fmt::format(fmt::runtime(_("Second disk: {}.\n")), app::words_of(state.second_disk));
  Json facts{{"title", title},
             {"signing_key", key},
             {"items", std::move(items.rows)},
             {"pages", pages.all()},
             {"text", counts_json(pages)},
             {"free_bytes", room.free_bytes},
             {"captures_left", room.captures_left},
             {"room", room.full()  ? "none"
                      : room.low() ? "low"
                                   : "ok"},
             {"reserve_bytes", room.reserve_bytes},
             {"reserve_wanted_bytes", room.reserve_wanted_bytes},
             {"keeping", app::to_json(state)},
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
  init_command->add_option("--catalogue", init_options->catalogue,
                           _("file that is to be the catalogue, best on another disk"));
  init_command->add_flag("--unsealed-key", init_options->unsealed_key,
                         _("leave the signing key without a passphrase"));
  init_command->footer(
      _("The PIN is asked for, or taken from SHIQU_PIN. The folder must be empty or absent."));
  context.on(*init_command, [&context, init_options] { return init(context, *init_options); });

  CLI::App* status_command =
      root.add_subcommand("status", _("items, pages, jobs and free space at a glance"));
  auto listing = std::make_shared<StatusOptions>();
  status_command->add_option("--after", listing->after, _("only the items behind this one"));
  status_command->add_option("--item", listing->item,
                             _("only items with this in identifier or title"));
  status_command->add_option("--limit", listing->limit, _("at most so many items"))
      ->check(CLI::Range(0, 1000000))
      ->capture_default_str();
  context.on(*status_command, [&context, listing] { return status(context, *listing); });

  CLI::App* fsck_command =
      root.add_subcommand("fsck", _("read every stored object and compare it with its digest"));
  context.on(*fsck_command, [&context] { return fsck(context); });

  CLI::App* version_command =
      root.add_subcommand("version", _("version, devices and recognisers of this build"));
  context.on(*version_command, [&context] { return version(context); });
}

}  // namespace shiqu::cli
