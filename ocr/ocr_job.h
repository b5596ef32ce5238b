#pragma once

#include "ocr/engine.h"
#include "storage/base/channel.h"
#include "storage/base/registry.h"
#include "storage/jobs/runner.h"
#include "storage/store/store.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace shiqu::ocr {

/// A job that reads the capture in force of `page`. `engine`: a registered name; empty: the first
/// registered one that reads `settings`.
store::JobRecord ocr_job(const PageId& page, const std::string& engine,
                         const EngineSettings& settings, int priority = 0);

/// SHA-256 of models that a station trusts besides those built in, asked for before each job.
using TrustedModels = std::function<Result<std::vector<std::string>>(store::Store&)>;

/// Parent side: kind "ocr", worker kind "ocr". The result becomes a proposal; where a person has
/// worked it stays beside their text.
std::unique_ptr<jobs::Handler> make_ocr_handler(TrustedModels trusted = {});

/// Worker side: {"image", "engine", "languages", "vertical", "dpi", "early_umlauts", "language",
/// "station": {"sha256", "share", "file"}, "trusted": [SHA-256 …]} → PageText as JSON. `image`: a
/// master, or any picture this build decodes, which is turned upright by its EXIF orientation.
/// Errors: NotFound (engine, language data), those of reading the image and of the engine.
Result<Json> answer_ocr(const Registry<Engine>& engines, const Json& request,
                        const std::function<void(const Json&)>& progress);

}  // namespace shiqu::ocr
