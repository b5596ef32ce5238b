#include "ui/app/i18n.h"
#include "ui/cli/context.h"
#include "ui/cli/internal/transfer.h"

#include "storage/base/clock.h"
#include "storage/base/file.h"
#include "storage/package/exporter.h"
#include "storage/package/package.h"
#include "storage/package/verify.h"
#include "ui/app/builtin.h"
#include "ui/app/fingerprints.h"
#include "ui/app/keys.h"
#include "ui/app/packaging.h"
#include "ui/app/plan_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>

namespace shiqu::cli {
namespace {

struct PackageOptions {
  std::vector<std::string> items;
  std::filesystem::path out;
  std::vector<std::string> allow;
  std::vector<std::string> with;
  std::vector<std::string> without;
  std::filesystem::path delta_from;
  std::string receiver;
  std::string receiver_grade;
  bool redact = false;
  int quality = 90;
  bool plan_only = false;
  bool list = false;
  bool sm2 = false;
  std::vector<std::string> receivers;
  std::string volume_size;
};

/// What a person expects of a package.
struct Expectations {
  std::filesystem::path package;
  std::filesystem::path key;
  std::filesystem::path sm2_key;
  std::int64_t after = 0;
  bool any_bag = false;
};

std::string_view word_of(package::Inclusion inclusion) {
  switch (inclusion) {
    case package::Inclusion::Always:
      return "always";
    case package::Inclusion::Default:
      return "default";
    case package::Inclusion::OnRequest:
      break;
  }
  return "request";
}

Result<Exit> list_exporters(const Context& context) {
  Json list = Json::array();
  std::string words;
  for (const auto& exporter : app::builtin_exporters()) {
    list.push_back({{"name", exporter->name()},
                    {"purpose", exporter->purpose()},
                    {"inclusion", word_of(exporter->inclusion())},
                    {"needs", exporter->needs()}});
    words += fmt::format("{:<18}{:<9}{}\n", exporter->name(), word_of(exporter->inclusion()),
                         exporter->purpose());
  }
  context.report({{"exporters", std::move(list)}}, words);
  return Exit::Ok;
}

struct ApplyOptions {
  std::filesystem::path base;
  std::filesystem::path delta;
  std::filesystem::path out;
  std::filesystem::path key;
};

/// The grade the receiver may have: as said, or as remembered with its name. Of a receiver whose
/// grade nobody has said: public.
Result<std::optional<model::Grade>> receiver_grade(const store::Store& store,
                                                   const PackageOptions& options) {
  model::Grade grade = model::Grade::Public;
  if (!options.receiver_grade.empty()) {
    if (!model::grade_from(options.receiver_grade, grade)) {
      return fail(ErrorCode::InvalidInput, "plan package", options.receiver_grade,
                  _("no such grade"));
    }
    return std::optional<model::Grade>(grade);
  }
  if (options.receiver.empty()) {
    return std::optional<model::Grade>();
  }
  SHIQU_TRY_ASSIGN(const package::Receiver receiver,
                   package::receiver_named(store.keys(), options.receiver));
  return std::optional<model::Grade>(receiver.grade.value_or(grade));
}

Result<std::vector<package::PackagePlan>> plan_all(app::Application& application,
                                                   const PackageOptions& options) {
  store::Store& store = application.store();
  package::PlanOptions plan_options;
  plan_options.item_pattern = application.settings().item_identifier;
  plan_options.page_pattern = application.settings().page_identifier;
  plan_options.iiif_base = application.settings().iiif_base;
  plan_options.allow = options.allow;
  plan_options.redact = options.redact;
  plan_options.access_quality = options.quality;
  SHIQU_TRY_ASSIGN(plan_options.receiver, receiver_grade(store, options));
  SHIQU_TRY_ASSIGN(
      plan_options.exporters,
      package::choose_exporters(app::builtin_exporters(), options.with, options.without));
  plan_options.made_ms = now_unix_ms();
  std::vector<model::Item> items;
  std::vector<ItemId> ids;
  for (const std::string& identifier : options.items) {
    SHIQU_TRY_ASSIGN(model::Item item, store.item_named(identifier));
    ids.push_back(item.id);
    items.push_back(std::move(item));
  }
  SHIQU_TRY(app::take_fingerprints(store, ids, {}, interruption()));
  std::vector<package::PackagePlan> plans;
  for (const model::Item& item : items) {
    plan_options.count = fmt::format("{} of {}", plans.size() + 1, options.items.size());
    SHIQU_TRY_ASSIGN(package::PackagePlan plan,
                     package::plan_package(store, item.id, plan_options));
    plans.push_back(std::move(plan));
  }
  return plans;
}

bool any_refused(const std::vector<package::PackagePlan>& plans) {
  return std::any_of(plans.begin(), plans.end(),
                     [](const package::PackagePlan& one) { return one.refused(); });
}

/// One plan's facts stand alone; of several there is a list and the counts of all.
void report_plans(const Context& context, const std::vector<package::PackagePlan>& plans,
                  std::vector<Json> facts, const std::string& more) {
  std::string words;
  package::PlanCounts counts;
  for (const package::PackagePlan& plan : plans) {
    words += app::plan_words(plan);
    package::count(plan, counts);
  }
  if (plans.size() == 1) {
    context.report(facts.front(), words + more);
    return;
  }
  words += _("All together:\n") + app::count_words(counts);
  context.report({{"packages", std::move(facts)},
                  {"counts", package::to_json(counts)},
                  {"refused", any_refused(plans)}},
                 words + more);
}

/// What packages are signed with.
struct Signing {
  const package::StationKey& key;
  const Sm2Key* sm2 = nullptr;  ///< null: by the station key alone
};

Result<app::VerifiedPackage> write_one(const Context& context, store::Store& store,
                                       const store::Session& by, const package::PackagePlan& plan,
                                       const std::filesystem::path& out, const Signing& signing) {
  ProgressLine line(context.json);
  auto made = app::package_and_verify(
      store, by, plan, out, signing.key,
      [&](std::uint64_t done, std::uint64_t total) {
        line.show(
            fmt::format(fmt::runtime(_("Writing: {} of {} MB")), done / 1000000, total / 1000000));
      },
      interruption(), signing.sm2);
  line.end();
  return made;
}

/// Writes one plan, whole or as a delta; adds to its facts and to the words.
Result<bool> write_planned(const Context& context, store::Store& store, const store::Session& by,
                           const package::PackagePlan& plan, const PackageOptions& options,
                           const Signing& signing, Json& facts, std::string& words) {
  const std::filesystem::path out = options.out.empty() ? store.packages() : options.out;
  if (options.delta_from.empty()) {
    SHIQU_TRY_ASSIGN(const app::VerifiedPackage made,
                     write_one(context, store, by, plan, out, signing));
    facts["path"] = made.path.string();
    facts["verdict"] = package::to_json(made.verdict);
    words += fmt::format(fmt::runtime(_("Written, signed and verified: {}\n")), made.path.string());
    if (made.verdict.ok && (!options.receivers.empty() || !options.volume_size.empty())) {
      SHIQU_TRY_ASSIGN(const std::filesystem::path wrapped,
                       wrap_package(context, store, by, made.path, made.verdict, options.receivers,
                                    options.volume_size, signing.key));
      facts["wrapped"] = wrapped.string();
      words += fmt::format(fmt::runtime(_("Wrapped: {}\n")), wrapped.string());
    }
    return made.verdict.ok;
  }
  SHIQU_TRY_ASSIGN(const app::DeltaPackage made,
                   app::package_delta(store, by, plan, options.delta_from, out, signing.key, {},
                                      interruption()));
  facts["path"] = made.path.string();
  facts["verdict"] = package::to_json(made.verdict);
  facts["delta"] = {{"base", options.delta_from.string()},
                    {"carried", made.delta.carried},
                    {"reused", made.delta.reused},
                    {"moved", made.delta.moved},
                    {"removed", made.delta.removed},
                    {"full_tag_manifest_sha512", made.delta.full_tag_manifest_sha512}};
  words += fmt::format(
      fmt::runtime(_("Delta written, signed and verified: {} ({} files, {} are in the base)\n")),
      made.path.string(), made.delta.carried, made.delta.reused);
  return made.verdict.ok;
}

Result<Exit> apply_delta(const Context& context, const ApplyOptions& options) {
  std::optional<package::VerifyingKey> trusted;
  if (!options.key.empty()) {
    SHIQU_TRY_ASSIGN(const std::string text, read_file(options.key, 4096));
    SHIQU_TRY_ASSIGN(trusted, package::parse_public_key(text));
  }
  SHIQU_TRY_ASSIGN(
      const package::PackageVerdict verdict,
      package::apply_delta(options.base, options.delta, options.out, trusted, interruption()));
  context.report({{"path", options.out.string()}, {"verdict", package::to_json(verdict)}},
                 fmt::format(fmt::runtime(_("Put together and verified: {}, version {}\n")),
                             options.out.string(), verdict.version));
  return Exit::Ok;
}

void add_apply_command(CLI::App& package, Context& context) {
  auto options = std::make_shared<ApplyOptions>();
  CLI::App* command = package.add_subcommand(
      "apply-delta", _("put a version together from an earlier package and a delta"));
  command->add_option("base", options->base, _("package that the delta was made from"))->required();
  command->add_option("delta", options->delta, _("package of type delta"))->required();
  command->add_option("--out", options->out, _("folder of the full package; must not exist"))
      ->required();
  command->add_option("--key", options->key, _("public key file of the signer that is expected"));
  context.on(*command, [&context, options] { return apply_delta(context, *options); });
}

Result<Exit> make_package(const Context& context, const PackageOptions& options) {
  if (options.list) {
    return list_exporters(context);
  }
  if (options.items.empty()) {
    return fail(ErrorCode::InvalidInput, "write package", "item", "none is named");
  }
  if (!options.delta_from.empty() && options.items.size() != 1) {
    return fail(ErrorCode::InvalidInput, "write package", "--delta-from", "one item is needed");
  }
  SHIQU_TRY_ASSIGN(app::Application application, context.open());
  store::Store& store = application.store();
  SHIQU_TRY_ASSIGN(const std::vector<package::PackagePlan> plans, plan_all(application, options));
  std::vector<Json> facts;
  std::transform(plans.begin(), plans.end(), std::back_inserter(facts), app::plan_facts);
  if (options.plan_only || any_refused(plans)) {
    report_plans(context, plans, std::move(facts), {});
    return any_refused(plans) ? Exit::Conflict : Exit::Ok;
  }
  SHIQU_TRY_ASSIGN(const store::Session by, context.login(store));
  SHIQU_TRY_ASSIGN(const package::StationKey key,
                   app::signing_key(store, by, context.key_passphrase()));
  std::optional<Sm2Key> sm2;
  if (options.sm2) {
    SHIQU_TRY_ASSIGN(sm2, package::load_sm2_key(store.keys(), context.key_passphrase()));
  }
  const Signing signing{key, sm2 ? &*sm2 : nullptr};
  std::string more;
  bool sound = true;
  for (std::size_t i = 0; i < plans.size(); ++i) {
    SHIQU_TRY_ASSIGN(const bool whole,
                     write_planned(context, store, by, plans[i], options, signing, facts[i], more));
    sound = sound && whole;
  }
  report_plans(context, plans, std::move(facts), more);
  return sound ? Exit::Ok : Exit::Unsound;
}

Result<Exit> verify(const Context& context, const Expectations& expected) {
  package::VerifyOptions options;
  options.profile = !expected.any_bag;
  options.after = expected.after;
  if (!expected.key.empty()) {
    SHIQU_TRY_ASSIGN(const std::string text, read_file(expected.key, 4096));
    SHIQU_TRY_ASSIGN(options.trusted, package::parse_public_key(text));
  }
  if (!expected.sm2_key.empty()) {
    SHIQU_TRY_ASSIGN(const std::string text, read_file(expected.sm2_key, 4096));
    SHIQU_TRY_ASSIGN(options.sm2, Sm2PublicKey::from_pem(text));
  }
  ProgressLine line(context.json);
  SHIQU_TRY_ASSIGN(const package::PackageVerdict verdict,
                   package::verify_package(
                       expected.package, options,
                       [&](std::uint64_t done, std::uint64_t total) {
                         line.show(fmt::format(fmt::runtime(_("Checking: {} of {} MB")),
                                               done / 1000000, total / 1000000));
                       },
                       interruption()));
  line.end();
  std::string words;
  for (const package::VerifyFinding& finding : verdict.findings) {
    words += fmt::format("{} {} {}: {}\n", package::name_of(finding.severity), finding.code,
                         finding.path, finding.message);
  }
  words += fmt::format(fmt::runtime(_("{} files, {:.1f} MB read, signature: {} (key {}). {}\n")),
                       verdict.files, static_cast<double>(verdict.bytes) / 1e6,
                       package::name_of(verdict.signature), verdict.signer,
                       verdict.ok ? _("The package is whole.") : _("THE PACKAGE IS NOT ACCEPTED."));
  if (verdict.sequence > 0) {
    words += fmt::format(fmt::runtime(_("It is number {} of its station.\n")), verdict.sequence);
  }
  if (verdict.sm2 != package::SignatureState::NotChecked) {
    words += fmt::format(fmt::runtime(_("SM2 signature: {} (key {})\n")),
                         package::name_of(verdict.sm2), verdict.sm2_signer);
  }
  context.report(package::to_json(verdict), words);
  return verdict.ok ? Exit::Ok : Exit::Unsound;
}

}  // namespace

void add_package_commands(CLI::App& root, Context& context) {
  auto options = std::make_shared<PackageOptions>();
  CLI::App* command =
      root.add_subcommand("package", _("write a signed package of an item and verify it"));
  command->add_option("item", options->items, _("identifiers of the items"));
  command->add_option("--out", options->out,
                      _("folder to write into (default: packages/ of the archive)"));
  command->add_option("--allow", options->allow,
                      _("gate that may stay open (lead only): ungraded, rights_unknown, "
                        "unreviewed, quality_failed, personal_data, text_of_other_image, "
                        "split_leak"));
  command->add_option("--receiver", options->receiver,
                      _("who gets it, as in `key receiver add`: nothing above its grade goes"));
  command->add_option("--receiver-grade", options->receiver_grade,
                      _("highest grade that may go: public, internal, sensitive, restricted"));
  command->add_flag("--redact", options->redact,
                    _("black out what is marked as personal data, in pictures and text"));
  command
      ->add_option("--with", options->with,
                   _("names of exporters to add, with commas between (see --list-exporters)"))
      ->delimiter(',');
  command->add_option("--without", options->without, _("names of exporters to leave out"))
      ->delimiter(',');
  command->add_option("--quality", options->quality,
                      _("quality of access images, 1 to 100 (default: 90)"));
  command
      ->add_option("--encrypt-for", options->receivers,
                   _("names of receivers (see key list), with commas between: writes NAME.tar.age"))
      ->delimiter(',');
  command->add_option("--volume-size", options->volume_size,
                      _("cut into files of that size for disks, as in 4G"));
  command->add_flag("--sm2", options->sm2, _("sign a second time, with the station's SM2 key"));
  command->add_flag("--list-exporters", options->list,
                    _("only show what a package can consist of"));
  command->add_flag("--plan", options->plan_only,
                    _("only show what would go and what holds it back"));
  command->add_option("--delta-from", options->delta_from,
                      _("write only what has changed since this package of the item"));
  add_apply_command(*command, context);
  add_transfer_commands(*command, root, context);
  command->require_subcommand(0, 1);
  context.on(*command, [&context, command, options]() -> Result<Exit> {
    // A command below this one has done its work and set the exit status already.
    return command->get_subcommands().empty() ? make_package(context, *options)
                                              : static_cast<Exit>(context.exit_status());
  });

  auto expected = std::make_shared<Expectations>();
  CLI::App* verify_command = root.add_subcommand("verify", _("check a package; needs no archive"));
  verify_command->add_option("package", expected->package, _("folder of the package"))->required();
  verify_command->add_option("--key", expected->key,
                             _("public key file of the signer that is expected"));
  verify_command->add_option("--sm2-key", expected->sm2_key,
                             _("public key file that a second, SM2 signature must be of"));
  verify_command->add_option("--after", expected->after,
                             _("number of the station's last package: an older one is refused"));
  verify_command->add_flag("--any-bag", expected->any_bag,
                           _("a BagIt bag of another maker: only BagIt's own rules"));
  context.on(*verify_command, [&context, expected] { return verify(context, *expected); });
}

}  // namespace shiqu::cli
