#include "ocr/station.h"

#include "storage/base/digest.h"
#include "storage/base/file.h"

#include <set>
#include <utility>

namespace shiqu::ocr {
namespace {

constexpr const char* kLearnt = "model.learnt";
constexpr const char* kForgotten = "model.forgotten";

using LineReading = std::pair<std::string, std::string>;  ///< id of the line, text

/// Every line of every machine's reading of a page.
Result<std::set<LineReading>> read_by_machines(store::Store& store, const PageId& page) {
  std::set<LineReading> out;
  SHIQU_TRY_ASSIGN(const std::vector<store::TextRevision> history, store.text_history(page));
  for (const store::TextRevision& head : history) {
    if (head.by_person) {
      continue;
    }
    SHIQU_TRY_ASSIGN(const store::TextRevision whole, store.text_revision(page, head.revision));
    for (const model::Line& line : whole.text.lines) {
      out.emplace(line.id.str(), line.text);
    }
  }
  return out;
}

Result<std::vector<std::string>> lines_of_people(store::Store& store, const PageId& page) {
  std::vector<std::string> out;
  SHIQU_TRY_ASSIGN(const store::TextRevision text, store.text(page));
  if (!text.by_person) {
    return out;
  }
  SHIQU_TRY_ASSIGN(const std::set<LineReading> machine, read_by_machines(store, page));
  for (const model::Line& line : text.text.lines) {
    if (line.kind != model::LineKind::CentreStrip &&
        !machine.contains({line.id.str(), line.text})) {
      out.push_back(line.text);
    }
  }
  return out;
}

}  // namespace

Status may_learn(store::Store& store, const store::Session& by) {
  return store.require(by, model::Role::Lead, "change language model");
}

Result<std::vector<LearningPage>> learning_pages(store::Store& store) {
  std::vector<LearningPage> out;
  SHIQU_TRY_ASSIGN(const std::vector<model::Item> items, store.items());
  for (const model::Item& item : items) {
    SHIQU_TRY_ASSIGN(const std::vector<model::Page> pages, store.pages(item.id));
    for (const model::Page& page : pages) {
      if (page.text_state != model::TextState::Accepted) {
        continue;
      }
      SHIQU_TRY_ASSIGN(std::vector<std::string> lines, lines_of_people(store, page.id));
      if (!lines.empty()) {
        out.push_back({item.identifier, std::move(lines)});
      }
    }
  }
  return out;
}

Result<std::optional<StationModel>> station_model(store::Store& store) {
  SHIQU_TRY_ASSIGN(const std::vector<model::Event> events, store.events_about({kStationLanguage}));
  if (events.empty() || events.back().action != kLearnt) {
    return std::optional<StationModel>();
  }
  const model::Event& event = events.back();
  SHIQU_TRY_ASSIGN(const Json detail, parse_json(event.detail, "event " + event.hash));
  StationModel out;
  out.sha256 = get_or<std::string>(detail, "sha256", "");
  out.share = get_or(detail, "share", 0.0);
  out.characters = static_cast<std::size_t>(get_or<std::int64_t>(detail, "characters", 0));
  out.perplexity_before = get_or(detail, "perplexity_before", 0.0);
  out.perplexity_after = get_or(detail, "perplexity_after", 0.0);
  out.by = event.agent;
  out.at_ms = event.at_ms;
  return std::optional(std::move(out));
}

std::filesystem::path station_model_file(const store::Store& store, const std::string& sha256) {
  return store.models() / sha256;
}

Result<StationLanguage> station_language(store::Store& store) {
  SHIQU_TRY_ASSIGN(const std::optional<StationModel> model, station_model(store));
  return model ? StationLanguage{model->sha256, model->share,
                                 station_model_file(store, model->sha256)}
               : StationLanguage{};
}

Result<StationModel> keep_station_model(store::Store& store, const store::Session& by,
                                        const Learning& learning) {
  constexpr const char* kWhat = "keep language model";
  SHIQU_TRY(may_learn(store, by));
  if (!learning.gains()) {
    return fail(ErrorCode::InvalidInput, kWhat, "share 0", "it gains nothing");
  }
  const std::string bytes = learning.model.bytes();
  const std::string sha256 = sha256_hex(bytes);
  const std::filesystem::path file = station_model_file(store, sha256);
  if (const Status written = write_new_file(file, bytes); !written) {
    if (written.error().code != ErrorCode::Exists) {
      return fail(written.error());
    }
    SHIQU_TRY_ASSIGN(const std::string there, file_digest_hex(file, DigestKind::Sha256));
    if (there != sha256) {
      return fail(ErrorCode::Corrupt, kWhat, file.string(), "the file is not what its name says");
    }
  }
  SHIQU_TRY(store.note_event(by, kLearnt, kStationLanguage,
                             {{"sha256", sha256},
                              {"share", learning.best.share},
                              {"characters", learning.characters},
                              {"perplexity_before", learning.trials.front().perplexity},
                              {"perplexity_after", learning.best.perplexity}}));
  SHIQU_TRY_ASSIGN(std::optional<StationModel> kept, station_model(store));
  if (!kept) {
    return fail(ErrorCode::Conflict, kWhat, sha256, "somebody has put it out of force meanwhile");
  }
  return std::move(*kept);
}

Status forget_station_model(store::Store& store, const store::Session& by) {
  SHIQU_TRY(may_learn(store, by));
  SHIQU_TRY_ASSIGN(const std::optional<StationModel> model, station_model(store));
  if (!model) {
    return fail(ErrorCode::NotFound, "forget language model", "station", "none is in force");
  }
  return store.note_event(by, kForgotten, kStationLanguage, {{"sha256", model->sha256}});
}

}  // namespace shiqu::ocr
