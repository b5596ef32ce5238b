#include "ui/app/i18n.h"
#include "ui/cli/context.h"
#include "ui/cli/internal/score_facts.h"

#include "storage/base/file.h"
#include "ui/app/score_html.h"
#include "ui/app/scoring.h"

#include <fmt/format.h>

#include <memory>

namespace shiqu::cli {
namespace {

namespace fs = std::filesystem;

struct EvaluateOptions {
  app::ScoringTask task;
  fs::path other;  ///< second reading, of `compare`
  fs::path html;
  std::vector<fs::path> images;
  ocr::score::BootstrapSettings bootstrap;
};

Status write_html(const EvaluateOptions& options, const app::ScoredReading& scored) {
  app::ScoreHtmlOptions how;
  how.images = options.images.empty() ? options.task.truths : options.images;
  how.bootstrap = options.bootstrap;
  how.stop = interruption();
  std::string page;
  SHIQU_TRY(app::write_score_html(scored, how, [&page](std::string_view piece) -> Status {
    page += piece;
    return {};
  }));
  return replace_file(options.html, page);
}

/// What every figure depends on, named with it.
Json basis_of(const EvaluateOptions& options, const app::ScoredReading& scored) {
  return {{"variants", scored.variants.source()},
          {"normal_form", "NFKC without white space and punctuation"},
          {"seed", options.bootstrap.seed},
          {"without_truth", scored.without_truth}};
}

std::string words_of_basis(const app::ScoredReading& scored) {
  std::string out = fmt::format(
      fmt::runtime(_("\nCompared in NFKC without white space and punctuation; variants folded by: "
                     "{}.\n")),
      scored.variants.source());
  if (!scored.without_truth.empty()) {
    out += fmt::format(fmt::runtime(_("{} readings without truth were not measured.\n")),
                       scored.without_truth.size());
  }
  out.pop_back();
  return out;
}

Result<Exit> evaluate(const Context& context, const EvaluateOptions& options) {
  SHIQU_TRY_ASSIGN(const app::ScoredReading scored,
                   app::score_reading(options.task, interruption()));
  const ScoreFigures figures = figures_of(scored, options.bootstrap);
  Json facts = facts_of(figures);
  facts.update(basis_of(options, scored));
  if (!options.html.empty()) {
    SHIQU_TRY(write_html(options, scored));
    facts["html"] = options.html.string();
  }
  context.report(facts, words_of(figures) + words_of_basis(scored));
  return Exit::Ok;
}

Result<Exit> compare(const Context& context, const EvaluateOptions& options) {
  SHIQU_TRY_ASSIGN(const app::ScoredReading a, app::score_reading(options.task, interruption()));
  app::ScoringTask other = options.task;
  other.read = options.other;
  SHIQU_TRY_ASSIGN(const app::ScoredReading b, app::score_reading(other, interruption()));
  Json sets = Json::array();
  std::string words;
  const auto add = [&](const ocr::score::Comparison& one) {
    sets.push_back(facts_of(one));
    words += words_of(one) + "\n";
  };
  for (const std::string& set : a.sets) {
    add(ocr::score::compare(a.of_set(set), b.of_set(set), set, options.bootstrap));
  }
  const auto all = ocr::score::compare(a.all(), b.all(), _("all"), options.bootstrap);
  if (a.sets.size() > 1) {
    words += words_of(all);
  }
  Json facts = basis_of(options, a);
  facts.erase("without_truth");
  facts["sets"] = std::move(sets);
  facts["all"] = facts_of(all);
  while (words.ends_with('\n')) {
    words.pop_back();
  }
  context.report(facts, words + "\n" + words_of_basis(a));
  return Exit::Ok;
}

void add_shared_options(CLI::App& command, EvaluateOptions& options) {
  command
      .add_option("truths", options.task.truths,
                  _("folders with NAME.gt.txt, or NAME.json with columns; each is a set"))
      ->required()
      ->check(CLI::ExistingDirectory);
  command
      .add_option("--fold", options.task.fold,
                  _("folder with tables of variants; default: those of the system"))
      ->check(CLI::ExistingDirectory);
  command.add_option("--seed", options.bootstrap.seed, _("of the bootstrap"))
      ->capture_default_str();
}

}  // namespace

void add_scoring_commands(CLI::App& ocr, Context& context) {
  auto options = std::make_shared<EvaluateOptions>();
  CLI::App* command =
      ocr.add_subcommand("evaluate", _("measure what `ocr read --json` wrote against the truth"));
  command->add_option("read", options->task.read, _("folder with NAME.txt and NAME.json"))
      ->required()
      ->check(CLI::ExistingDirectory);
  add_shared_options(*command, *options);
  command->add_option("--html", options->html, _("report that shows each error beside its crop"));
  command
      ->add_option("--images", options->images,
                   _("folders with the pictures; default: those of the truths"))
      ->check(CLI::ExistingDirectory);
  context.on(*command, [&context, options] { return evaluate(context, *options); });

  auto both = std::make_shared<EvaluateOptions>();
  CLI::App* paired = ocr.add_subcommand("compare", _("measure two readings of the same pages"));
  paired->add_option("a", both->task.read, _("folder of one reading"))
      ->required()
      ->check(CLI::ExistingDirectory);
  paired->add_option("b", both->other, _("folder of the other reading"))
      ->required()
      ->check(CLI::ExistingDirectory);
  add_shared_options(*paired, *both);
  context.on(*paired, [&context, both] { return compare(context, *both); });
}

}  // namespace shiqu::cli
