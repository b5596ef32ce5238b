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

/// {"items", "pages", "characters", "rights": {name: {…}}, "grade", "review"}
Json to_json(const PlanCounts& counts);

}  // namespace shiqu::package
