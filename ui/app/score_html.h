#pragma once

#include "ocr/score/statistics.h"
#include "storage/base/result.h"
#include "ui/app/scoring.h"

#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace shiqu::app {

struct ScoreHtmlOptions {
  std::vector<std::filesystem::path> images;  ///< folders with the pictures, NAME.jpg and so on
  ocr::score::BootstrapSettings bootstrap;
  std::stop_token stop;
};

/// One HTML page, in the user's language, that needs no network, no script and no other file:
/// figures with small plots on top, then every page, worst first, with its text and each error
/// beside its crop (JPEG, embedded; cut by a worker process). Handed to `write` in pieces, for it
/// may be large. A page whose picture is missing or cannot be read has no crops and says so.
/// Errors: those of `write`, Cancelled.
Status write_score_html(const ScoredReading& scored, const ScoreHtmlOptions& options,
                        const std::function<Status(std::string_view)>& write);

}  // namespace shiqu::app
