#pragma once

#include "ocr/engine.h"
#include "ocr/learning.h"
#include "storage/store/store.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace shiqu::ocr {

/// A language model that an archive has learnt from its own texts: a file of models/, written once
/// and named by its SHA-256, and an event "model.learnt" about kStationLanguage. The last event
/// tells which one is in force; "model.forgotten" puts none in force. Files are never removed: a
/// reading says which one made it.
struct StationModel {
  std::string sha256;
  double share = 0;
  std::size_t characters = 0;
  double perplexity_before = 0;  ///< of held-out text, with the general language alone
  double perplexity_after = 0;   ///< with this one beside it
  std::string by;                ///< text_of(Agent)
  std::int64_t at_ms = 0;
};

constexpr const char* kStationLanguage = "language";  ///< subject of the events

/// Denied, in words and in the journal, unless `by` is a lead.
Status may_learn(store::Store& store, const store::Session& by);

/// What a model may learn from: lines of accepted texts that people wrote or corrected, as they
/// are in force. Left out are lines that stand exactly so in a machine's reading, for a model must
/// not learn its own mistakes, and those of the centre strip, which say the same on each page.
/// Pages without such lines are left out.
Result<std::vector<LearningPage>> learning_pages(store::Store& store);

/// The model in force; nullopt: the general language alone.
Result<std::optional<StationModel>> station_model(store::Store& store);
std::filesystem::path station_model_file(const store::Store& store, const std::string& sha256);
/// The same for EngineSettings::station.
Result<StationLanguage> station_language(store::Store& store);

/// Writes what was learnt and puts it in force. Needs Lead. Errors: Denied, InvalidInput (it gains
/// nothing), Corrupt (another file has its name), those of AtomicFile and the store.
Result<StationModel> keep_station_model(store::Store& store, const store::Session& by,
                                        const Learning& learning);
/// Back to the general language alone. Needs Lead. Errors: Denied, NotFound (none in force).
Status forget_station_model(store::Store& store, const store::Session& by);

}  // namespace shiqu::ocr
