#include "ui/app/i18n.h"
#include "ui/cli/context.h"

#include "storage/base/file.h"
#include "storage/package/package.h"
#include "storage/package/verify.h"
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
  bool plan_only = false;
};

std::string words_of(const package::PackagePlan& plan) {
  std::string words =
      fmt::format(fmt::runtime(_("Package {}: {} pages, {:.1f} MB of masters\n")), plan.name,
                  plan.pages.size(), static_cast<double>(plan.master_bytes) / 1e6);
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
          {"refused", plan.refused()},
          {"findings", std::move(findings)}};
}

Result<Exit> make_package(const Context& context, const PackageOptions& options) {
  SHIQU_TRY_ASSIGN(app::Application application, context.open());
  store::Store& store = application.store();
  SHIQU_TRY_ASSIGN(const model::Item item, store.item_named(options.item));
  package::PlanOptions plan_options;
  plan_options.allow = options.allow;
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
  ProgressLine line(context.json);
  SHIQU_TRY_ASSIGN(const app::VerifiedPackage made,
                   app::package_and_verify(
                       store, by, plan, out, key,
                       [&](std::uint64_t done, std::uint64_t total) {
                         line.show(fmt::format(fmt::runtime(_("Writing: {} of {} MB")),
                                               done / 1000000, total / 1000000));
                       },
                       interruption()));
  line.end();
  Json facts = facts_of(plan);
  facts["path"] = made.path.string();
  facts["verdict"] = package::to_json(made.verdict);
  context.report(facts,
                 words_of(plan) + fmt::format(fmt::runtime(_("Written, signed and verified: {}\n")),
                                              made.path.string()));
  return made.verdict.ok ? Exit::Ok : Exit::Unsound;
}

Result<Exit> verify(const Context& context, const std::filesystem::path& package_path,
                    const std::filesystem::path& key, bool any_bag) {
  package::VerifyOptions options;
  options.profile = !any_bag;
  if (!key.empty()) {
    SHIQU_TRY_ASSIGN(const std::string text, read_file(key, 4096));
    SHIQU_TRY_ASSIGN(options.trusted, package::parse_public_key(text));
  }
  ProgressLine line(context.json);
  SHIQU_TRY_ASSIGN(const package::PackageVerdict verdict,
                   package::verify_package(
                       package_path, options,
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
  context.report(package::to_json(verdict), words);
  return verdict.ok ? Exit::Ok : Exit::Unsound;
}

}  // namespace

void add_package_commands(CLI::App& root, Context& context) {
  auto options = std::make_shared<PackageOptions>();
  CLI::App* command =
      root.add_subcommand("package", _("write a signed package of an item and verify it"));
  command->add_option("item", options->item, _("identifier of the item"))->required();
  command->add_option("--out", options->out,
                      _("folder to write into (default: packages/ of the archive)"));
  command->add_option("--allow", options->allow,
                      _("gate that may stay open (lead only): ungraded, rights_unknown, "
                        "unreviewed, quality_failed, text_of_other_image"));
  command->add_flag("--plan", options->plan_only,
                    _("only show what would go and what holds it back"));
  context.on(*command, [&context, options] { return make_package(context, *options); });

  auto path = std::make_shared<std::filesystem::path>();
  auto key = std::make_shared<std::filesystem::path>();
  auto any_bag = std::make_shared<bool>(false);
  CLI::App* verify_command = root.add_subcommand("verify", _("check a package; needs no archive"));
  verify_command->add_option("package", *path, _("folder of the package"))->required();
  verify_command->add_option("--key", *key, _("public key file of the signer that is expected"));
  verify_command->add_flag("--any-bag", *any_bag,
                           _("a BagIt bag of another maker: only BagIt's own rules"));
  context.on(*verify_command,
             [&context, path, key, any_bag] { return verify(context, *path, *key, *any_bag); });
}

}  // namespace shiqu::cli
