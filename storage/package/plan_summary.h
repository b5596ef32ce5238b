#pragma once

#include "storage/base/channel.h"
#include "storage/package/package.h"

#include <cstdint>
#include <map>
#include <string>

namespace shiqu::package {

struct Tally {
  std::int64_t items = 0;
  std::int64_t pages = 0;
  std::int64_t characters = 0;
};

/// What would go, counted; keys are the catalogue's own words.
struct PlanCounts {
  Tally all;
  std::map<std::string, Tally> by_rights;  ///< "" when the rights are not known
  std::map<std::string, Tally> by_grade;
  /// "reviewed": accepted by a second person; otherwise the state of the text.
  std::map<std::string, Tally> by_review;
};

/// Adds what `plan` would send. Items under by_review: those with a page in that state.
void count(const PackagePlan& plan, PlanCounts& counts);

/// What a person has seen when he looked at a plan, as one SHA-256: item, pages with their frames
/// and texts, findings, side, exporters and settings. Another digest: look again before writing.
std::string plan_digest(const PackagePlan& plan);

/// True when something of what `plan` would send has changed since it was made, by the journal:
/// the item, its pages, frames, texts or side, or that a package of it was written. Reads only the
/// entries that came after it. Errors: those of the store.
Result<bool> plan_outdated(store::Store& store, const PackagePlan& plan);

/// {"items", "pages", "characters", "rights": {name: {…}}, "grade", "review"}
Json to_json(const PlanCounts& counts);

}  // namespace shiqu::package
