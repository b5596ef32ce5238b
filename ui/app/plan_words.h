#pragma once

#include "storage/package/plan_summary.h"

#include <string>
#include <string_view>
#include <vector>

namespace shiqu::app {

/// What is wrong when that gate is closed, in the user's language.
std::string gate_words(std::string_view gate);

/// The same in two or three words, as what is asked of the item: "graded", "reviewed".
std::string gate_title(std::string_view gate);

/// Export plans as `shiqu package --plan` shows them: counts, gates with their offenders, what is
/// blacked out.
std::string plan_words(const package::PackagePlan& plan);
Json plan_facts(const package::PackagePlan& plan);

/// Counts of several plans together, as a table.
std::string count_words(const package::PlanCounts& counts);

}  // namespace shiqu::app
