#include "ui/app/i18n.h"
#include "ui/cli/context.h"

#include "storage/base/file.h"
#include "storage/package/exporter.h"
#include "storage/package/package.h"
#include "storage/package/verify.h"
#include "ui/app/builtin.h"
#include "ui/app/keys.h"
#include "ui/app/packaging.h"

#include <fmt/format.h>

#include <memory>

namespace shiqu::cli {
namespace {

struct PackageOptions {
  std::string item;
  std::filesystem::path out;
  std::vector<std::string> allow;
  std::vector<std::string> with;
  std::vector<std::string> without;
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

std::string words_of(const package::PackagePlan& plan) {
  std::string words =
      fmt::format(fmt::runtime(_("Package {}: {} pages, {:.1f} MB of masters\n")), plan.name,
                  plan.pages.size(), static_cast<double>(plan.master_bytes) / 1e6);
  words += fmt::format(fmt::runtime(_("It holds: {}\n")), fmt::join(plan.exporters, " "));
  for (const package::GateFinding& finding : plan.findings) {
    const std::string page = finding.page.empty()
                                 ? std::string()
                                 : fmt::format(fmt::runtime(_(", page {}")), finding.page);
    words += fmt::format("  {} {}{}: {}\n", finding.waived ? _("waived") : _("REFUSED"),
                         finding.gate, page, finding.message);
  }
  return words;
}

Json facts_of(const package::PackagePlan& plan) {
  Json findings = Json::array();
  for (const package::GateFinding& finding : plan.findings) {
    findings.push_back({{"gate", finding.gate},
                        {"page", finding.page},
                        {"message", finding.message},
                        {"waived", finding.waived}});
  }
  return {{"name", plan.name},
          {"pages", plan.pages.size()},
          {"master_bytes", plan.master_bytes},
          {"exporters", plan.exporters},
          {"refused", plan.refused()},
          {"findings", std::move(findings)}};
}

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

Result<Exit> make_package(const Context& context, const PackageOptions& options) {
  if (options.list) {
    return list_exporters(context);
  }
  if (options.item.empty()) {
    return fail(ErrorCode::InvalidInput, "write package", "item", "none is named");
  }
  SHIQU_TRY_ASSIGN(app::Application application, context.open());
  store::Store& store = application.store();
  SHIQU_TRY_ASSIGN(const model::Item item, store.item_named(options.item));
  package::PlanOptions plan_options;
  plan_options.allow = options.allow;
  plan_options.access_quality = options.quality;
  SHIQU_TRY_ASSIGN(
      plan_options.exporters,
      package::choose_exporters(app::builtin_exporters(), options.with, options.without));
  SHIQU_TRY_ASSIGN(const package::PackagePlan plan,
                   package::plan_package(store, item.id, plan_options));
  if (options.plan_only || plan.refused()) {
    context.report(facts_of(plan), words_of(plan));
    return plan.refused() ? Exit::Conflict : Exit::Ok;
  }
  SHIQU_TRY_ASSIGN(const store::Session by, context.login(store));
  const std::filesystem::path out = options.out.empty() ? store.packages() : options.out;
  SHIQU_TRY_ASSIGN(const package::StationKey key,
                   app::signing_key(store, by, context.key_passphrase()));
  std::optional<Sm2Key> sm2;
  if (options.sm2) {
    SHIQU_TRY_ASSIGN(sm2, package::load_sm2_key(store.keys(), context.key_passphrase()));
  }
  ProgressLine line(context.json);
  SHIQU_TRY_ASSIGN(const app::VerifiedPackage made,
                   app::package_and_verify(
                       store, by, plan, out, key,
                       [&](std::uint64_t done, std::uint64_t total) {
                         line.show(fmt::format(fmt::runtime(_("Writing: {} of {} MB")),
                                               done / 1000000, total / 1000000));
                       },
                       interruption(), sm2 ? &*sm2 : nullptr));
  line.end();
  Json facts = facts_of(plan);
  facts["path"] = made.path.string();
  facts["verdict"] = package::to_json(made.verdict);
  std::string words =
      words_of(plan) +
      fmt::format(fmt::runtime(_("Written, signed and verified: {}\n")), made.path.string());
  if (made.verdict.ok && (!options.receivers.empty() || !options.volume_size.empty())) {
    SHIQU_TRY_ASSIGN(const std::filesystem::path wrapped,
                     wrap_package(context, store, by, made.path, made.verdict, options.receivers,
                                  options.volume_size, key));
    facts["wrapped"] = wrapped.string();
    words += fmt::format(fmt::runtime(_("Wrapped: {}\n")), wrapped.string());
  }
  context.report(facts, words);
  return made.verdict.ok ? Exit::Ok : Exit::Unsound;
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
  command->add_option("item", options->item, _("identifier of the item"));
  command->add_option("--out", options->out,
                      _("folder to write into (default: packages/ of the archive)"));
  command->add_option("--allow", options->allow,
                      _("gate that may stay open (lead only): ungraded, rights_unknown, "
                        "unreviewed, quality_failed, text_of_other_image"));
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
