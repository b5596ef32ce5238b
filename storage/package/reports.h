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

/// reports/quality.json: the verdict and measures of every page, what was found at the gates and
/// what of it was waived. The overall verdict is the worst of the pages'.
Json make_quality_report(const model::Item& item, int version,
                         const std::vector<PackagedPage>& pages,
                         const std::vector<GateFinding>& findings);

/// One line of provenance/events.jsonl, without its end: all members, so that the hash can be
/// recomputed from it.
std::string event_line(const model::Event& event);

/// The last line: how long the journal was and the hash of its last entry.
std::string journal_head_line(std::int64_t entries, const std::string& head);

}  // namespace shiqu::package
