#pragma once

#include "storage/package/catalogue_record.h"

#include <string>
#include <vector>

namespace shiqu::package {

/// A rule that stands between an item and its package (docs/formats/package.md).
struct GateFinding {
  std::string gate;     ///< "ungraded", "rights_unknown", "unreviewed", "quality_failed" …
  std::string subject;  ///< id of the item or page
  std::string page;     ///< "0003"; empty: the item as a whole
  std::string message;  ///< English sentence
  bool waived = false;  ///< named by the caller: the package says so
};

/// What reports/quality.json says about all pages together.
struct QualitySummary {
  model::Verdict verdict = model::Verdict::NotChecked;  ///< the worst of the pages'
  int pass = 0;
  int warn = 0;
  int fail = 0;
  int not_checked = 0;
};
QualitySummary summarize_quality(const std::vector<PackagedPage>& pages);
Json to_json(const QualitySummary& summary);  ///< {"verdict", "counts"}

Json to_json(const GateFinding& finding);
/// One page of reports/quality.json: verdict and measures.
Json make_page_quality(const PackagedPage& page);

/// One line of provenance/events.jsonl, without its end: all members, so that the hash can be
/// recomputed from it.
std::string event_line(const model::Event& event);

/// The last line: how long the journal was and the hash of its last entry.
std::string journal_head_line(std::int64_t entries, const std::string& head);

}  // namespace shiqu::package
