#include "ui/app/i18n.h"
#include "ui/cli/context.h"

#include "ocr/profile.h"
#include "ocr/station.h"
#include "storage/base/clock.h"
#include "storage/base/digest.h"
#include "ui/app/builtin.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>

namespace shiqu::cli {
namespace {

// ---------------------------------------------------------------- models

/// The reading profiles and what reads each of them, as facts and words.
Json list_profiles(std::string& words) {
  const Registry<ocr::Engine> engines = app::builtin_engines();
  Json facts = Json::array();
  for (const ocr::ReadingProfile& profile : ocr::reading_profiles()) {
    ocr::EngineSettings settings;
    settings.languages = profile.languages;
    settings.vertical = profile.vertical;
    const auto reader = std::find_if(engines.begin(), engines.end(), [&](const auto& one) {
      return profile.engine.empty() ? one->reads(settings) : one->name() == profile.engine;
    });
    const std::string version =
        reader == engines.end() ? std::string() : (*reader)->version(settings);
    facts.push_back({{"profile", profile.name}, {"reader", version}});
    words += fmt::format("{:20} {}\n", profile.name, version.empty() ? "-" : version);
  }
  return facts;
}

/// The station's model in force; null without one.
Result<Json> show_station(store::Store& store, std::string& words) {
  SHIQU_TRY_ASSIGN(const std::optional<ocr::StationModel> model, ocr::station_model(store));
  if (!model) {
    words += _("This station has learnt no language of its own.\n");
    return Json();
  }
  const auto digest =
      file_digest_hex(ocr::station_model_file(store, model->sha256), DigestKind::Sha256);
  const bool sound = digest && *digest == model->sha256;
  words += fmt::format(fmt::runtime(_("Language of this station: {:.8}, share {}, learnt from {} "
                                      "characters; perplexity {:.1f} instead of {:.1f}. {} {}\n")),
                       model->sha256, model->share, model->characters, model->perplexity_after,
                       model->perplexity_before, model->by, iso8601(model->at_ms));
  if (!sound) {
    words +=
        _("Its file is missing or altered: reading is refused until it is learnt again or "
          "forgotten.\n");
  }
  return Json{{"sha256", model->sha256},
              {"share", model->share},
              {"characters", model->characters},
              {"perplexity_before", model->perplexity_before},
              {"perplexity_after", model->perplexity_after},
              {"by", model->by},
              {"at", iso8601(model->at_ms)},
              {"sound", sound}};
}

Result<Exit> list_models(const Context& context) {
  std::string words;
  Json facts;
  facts["profiles"] = list_profiles(words);
  bool sound = true;
  if (!context.archive.empty()) {
    SHIQU_TRY_ASSIGN(app::Application application, context.open());
    SHIQU_TRY_ASSIGN(facts["station"], show_station(application.store(), words));
    sound = get_or(facts["station"], "sound", true);
  }
  words.pop_back();
  context.report(facts, words);
  return sound ? Exit::Ok : Exit::Unsound;
}

// ---------------------------------------------------------------- train

std::string words_of(const ocr::Learning& learning) {
  std::string out = fmt::format(
      fmt::runtime(learning.by_item
                       ? _("{} characters on {} pages, split into {} parts by item. Share and "
                           "perplexity of text that was kept back:\n")
                       : _("{} characters on {} pages, split into {} parts by page. Share and "
                           "perplexity of text that was kept back:\n")),
      learning.characters, learning.pages, learning.parts);
  for (const ocr::ShareTrial& trial : learning.trials) {
    out += fmt::format("  {:.1f} {:10.1f}\n", trial.share, trial.perplexity);
  }
  return out;
}

Json facts_of(const ocr::Learning& learning) {
  Json trials = Json::array();
  for (const ocr::ShareTrial& trial : learning.trials) {
    trials.push_back({{"share", trial.share}, {"perplexity", trial.perplexity}});
  }
  return {{"characters", learning.characters},
          {"pages", learning.pages},
          {"items", learning.items},
          {"parts", learning.parts},
          {"split_by", learning.by_item ? "item" : "page"},
          {"trials", std::move(trials)},
          {"share", learning.gains() ? learning.best.share : 0},
          {"perplexity_before", learning.trials.front().perplexity},
          {"perplexity_after", learning.best.perplexity},
          {"kept", learning.gains()}};
}

Result<Exit> forget(const Context& context, store::Store& store, const store::Session& by) {
  SHIQU_TRY(ocr::forget_station_model(store, by));
  context.report({{"forgotten", true}},
                 _("Forgotten: pages read from now on use the general language alone."));
  return Exit::Ok;
}

Result<Exit> train(const Context& context, bool forgetting) {
  SHIQU_TRY_ASSIGN(app::Application application, context.open());
  store::Store& store = application.store();
  SHIQU_TRY_ASSIGN(const store::Session by, context.login(store));
  if (forgetting) {
    return forget(context, store, by);
  }
  SHIQU_TRY(ocr::may_learn(application.store(), by));
  SHIQU_TRY_ASSIGN(const auto pages, ocr::learning_pages(store));
  SHIQU_TRY_ASSIGN(const ocr::LanguageModel general, app::general_language());
  SHIQU_TRY_ASSIGN(const ocr::Learning learning, ocr::learn_language(pages, general));
  Json facts = facts_of(learning);
  std::string words = words_of(learning);
  if (learning.gains()) {
    SHIQU_TRY_ASSIGN(const ocr::StationModel kept, ocr::keep_station_model(store, by, learning));
    facts["sha256"] = kept.sha256;
    words +=
        fmt::format(fmt::runtime(_("Kept as {:.8}: pages read from now on use it with share {}.")),
                    kept.sha256, kept.share);
  } else {
    words += fmt::format(fmt::runtime(_("No share is better than none by {} %: nothing was kept.")),
                         ocr::kLeastGain * 100);
    SHIQU_TRY_ASSIGN(const std::optional<ocr::StationModel> before, ocr::station_model(store));
    facts["sha256"] = before ? Json(before->sha256) : Json();
    words += before ? _(" What was learnt before stays in force.") : "";
  }
  context.report(facts, words);
  return Exit::Ok;
}

}  // namespace

void add_learning_commands(CLI::App& ocr, Context& context) {
  auto forgetting = std::make_shared<bool>(false);
  CLI::App* command =
      ocr.add_subcommand("train", _("learn the language of this station from its accepted texts"));
  command->add_flag("--forget", *forgetting, _("go back to the general language alone"));
  command->footer(
      _("Only the prior of the language learns here. The network itself is trained on "
        "pages with shiqu-train, see docs/how-to/train.md."));
  context.on(*command, [&context, forgetting] { return train(context, *forgetting); });
  context.on(*ocr.add_subcommand(
                 "models", _("reading profiles and what reads them; what the station has learnt")),
             [&context] { return list_models(context); });
}

}  // namespace shiqu::cli
