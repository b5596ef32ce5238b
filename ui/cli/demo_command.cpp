#include "ui/app/demo.h"
#include "ui/app/i18n.h"
#include "ui/cli/context.h"

#include <fmt/format.h>

#include <iostream>
#include <memory>

namespace shiqu::cli {
namespace {

std::string yes_or_no(bool value) {
  return value ? _("yes") : _("NO");
}

std::string words_of(const app::DemoSummary& s, const std::filesystem::path& archive) {
  std::string words = "\n";
  const auto line = [&](const std::string& title, const std::string& value) {
    words += fmt::format("  {}\n      {}\n", title, value);
  };
  line(_("Pages kept"),
       fmt::format(fmt::runtime(_("{} from the camera, {} from the scanner, {} from the folder")),
                   s.frames_camera, s.frames_scanner, s.frames_import));
  line(_("Read by the machine"),
       fmt::format(
           fmt::runtime(_("{} pages, {} characters, {:.1f} % of them wrong (Tesseract alone: "
                          "{:.1f} %)")),
           s.pages_read, s.characters, 100 * s.cer, 100 * s.cer_tesseract));
  line(
      _("After correction and review"),
      fmt::format(
          fmt::runtime(_(
              "{} lines corrected; {:.1f} % of the characters of the item still wrong or missing")),
          s.lines_corrected, 100 * s.cer_corrected));
  line(_("Failed jobs"), std::to_string(s.jobs_failed));
  line(_("Package"), s.package.string());
  line(_("Package verified"), yes_or_no(s.verified));
  line(_("Copy with one flipped byte refused"),
       yes_or_no(s.tampered_refused) + " (" + s.tampered_words + ")");
  line(_("Journal intact"), fmt::format("{} ({})", yes_or_no(s.journal_intact), s.journal_entries));
  line(_("Archive"), archive.string());
  words += fmt::format(fmt::runtime(_("\nTry next:\n"
                                      "  shiqu-desk --archive {0}        (accounts operator, "
                                      "annotator, reviewer, lead; PIN {1})\n"
                                      "  shiqu status --archive {0}\n"
                                      "  shiqu audit log --archive {0}\n"
                                      "  shiqu verify {2}\n")),
                       archive.string(), app::kDemoPin, s.package.string());
  return words;
}

Result<Exit> demo(const Context& context, std::uint64_t seed) {
  app::DemoOptions options;
  options.archive = context.archive.empty() ? "demo-archive" : context.archive;
  options.archive = std::filesystem::absolute(options.archive);
  options.seed = seed;
  app::DemoReporter reporter;
  int stage = 0;
  std::ostream& out = context.json ? std::cerr : std::cout;
  reporter.stage = [&](const std::string& title) {
    out << fmt::format("[{:>2}/11] {}", ++stage, title) << std::endl;
  };
  reporter.detail = [&](const std::string& words) { out << "        " << words << std::endl; };
  SHIQU_TRY_ASSIGN(const app::DemoSummary summary,
                   app::run_demo(options, reporter, interruption()));
  context.report(app::to_json(summary), words_of(summary, options.archive));
  const bool good = summary.verified && summary.tampered_refused && summary.jobs_failed == 0 &&
                    summary.journal_intact;
  return good ? Exit::Ok : Exit::Unsound;
}

}  // namespace

void add_demo_command(CLI::App& root, Context& context) {
  auto seed = std::make_shared<std::uint64_t>(1);
  CLI::App* command =
      root.add_subcommand("demo", _("the whole way of a page on sample input, in a new archive"));
  command->add_option("--seed", *seed, _("another seed prints other pages"));
  command->footer(
      _("The archive is made in --archive DIR (default: demo-archive), which must be empty or "
        "absent."));
  context.on(*command, [&context, seed] { return demo(context, *seed); });
}

}  // namespace shiqu::cli
