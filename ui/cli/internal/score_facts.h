#pragma once

#include "ocr/score/summary.h"
#include "storage/base/channel.h"
#include "ui/app/scoring.h"

#include <string>
#include <vector>

namespace shiqu::cli {

/// All that `ocr evaluate` says about a reading.
struct ScoreFigures {
  std::vector<ocr::score::SetScore> sets;
  ocr::score::SetScore all;
  std::vector<ocr::score::KindScore> kinds;
  std::map<model::LineKind, ocr::score::ReadKind> read_kinds;
  ocr::score::TopN top;
  ocr::score::Confidences confidences;
  std::vector<const ocr::score::PageScore*> worst;
  bool classes_known = false;  ///< for every page that was read
};
ScoreFigures figures_of(const app::ScoredReading& scored,
                        const ocr::score::BootstrapSettings& settings);

Json facts_of(const ScoreFigures& figures);
std::string words_of(const ScoreFigures& figures);

Json facts_of(const ocr::score::Comparison& comparison);
std::string words_of(const ocr::score::Comparison& comparison);

}  // namespace shiqu::cli
