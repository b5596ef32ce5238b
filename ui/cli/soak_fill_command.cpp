#include "ui/app/i18n.h"
#include "ui/app/soak_fill.h"
#include "ui/cli/context.h"

#include <fmt/format.h>

#include <memory>

namespace shiqu::cli {
namespace {

constexpr const char* kAccount = "soak";

Result<Exit> fill(const Context& context, const std::filesystem::path& archive,
                  const app::SoakFillOptions& options) {
  SHIQU_TRY_ASSIGN(
      const std::string pin,
      Context::secret("SHIQU_PIN", fmt::format(fmt::runtime(_("PIN for {}")), kAccount)));
  SHIQU_TRY(store::Store::init(archive, "Soak"));
  SHIQU_TRY_ASSIGN(store::Store store, store::Store::open(archive));
  model::User user;
  user.name = kAccount;
  user.role = model::Role::Administrator;
  SHIQU_TRY(store.add_user(store::Session::for_program(), user, pin));
  SHIQU_TRY_ASSIGN(const store::Session by, store.login(kAccount, pin));
  ProgressLine line(context.json);
  SHIQU_TRY_ASSIGN(
      const app::SoakFillSummary made,
      app::soak_fill(
          store, by, options,
          [&](std::int64_t done, std::int64_t total) {
            line.show(fmt::format(fmt::runtime(_("Filling: {} of {} pages")), done, total));
          },
          interruption()));
  line.end();
  const double glyphs = static_cast<double>(std::max<std::int64_t>(1, made.glyphs));
  const double body = static_cast<double>(made.body_bytes) / glyphs;
  const double index = static_cast<double>(made.index.bytes) / glyphs;
  context.report({{"archive", archive.string()},
                  {"items", made.items},
                  {"pages", made.pages},
                  {"glyphs", made.glyphs},
                  {"text_bytes_per_glyph", body},
                  {"index_bytes", made.index.bytes},
                  {"index_bytes_per_glyph", index},
                  {"catalogue_bytes", made.catalogue_bytes},
                  {"seconds", made.seconds}},
                 fmt::format(fmt::runtime(_("{} pages with {} characters in {:.1f} s: {:.1f} bytes "
                                            "of text and {:.1f} of index for each.\n")),
                             made.pages, made.glyphs, made.seconds, body, index));
  return Exit::Ok;
}

}  // namespace

void add_soak_fill_command(CLI::App& root, Context& context) {
  const auto present =
      root.get_subcommands([](CLI::App* command) { return command->get_name() == "soak"; });
  CLI::App* soak = present.empty() ? nullptr : present.front();
  if (soak == nullptr) {
    soak = root.add_subcommand("soak", _("test an installation under load"));
    soak->require_subcommand(1);
  }
  auto archive = std::make_shared<std::filesystem::path>();
  auto options = std::make_shared<app::SoakFillOptions>();
  CLI::App* command =
      soak->add_subcommand("fill", _("make a large archive to measure with, in minutes"));
  command->add_option("folder", *archive, _("the new archive; absent or empty"))->required();
  command->add_option("--pages", options->pages, _("how many pages"))
      ->check(CLI::Range(1, 10000000))
      ->capture_default_str();
  command->add_option("--glyphs-per-page", options->glyphs_per_page, _("characters on each page"))
      ->check(CLI::Range(5, 2000))
      ->capture_default_str();
  command->add_option("--pages-per-item", options->pages_per_item, _("pages of each item"))
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  command->add_option("--seed", options->seed, _("the same seed gives the same pages"))
      ->capture_default_str();
  command->add_option("--text", options->texts, _("UTF-8 files with the text of the pages"));
  command->footer(_("The account is called soak; its PIN is asked for, or taken from SHIQU_PIN."));
  context.on(*command, [&context, archive, options] { return fill(context, *archive, *options); });
}

}  // namespace shiqu::cli
