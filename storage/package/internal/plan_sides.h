#pragma once

#include "storage/package/package.h"

#include <string>
#include <vector>

namespace shiqu::package {

/// A page that looks like one on another side.
struct SplitLeak {
  std::string page_id;
  std::string page;  ///< "0003"
  std::string message;
};

/// Fills in side, duplicates and what was compared; `plan.item` is known already. `wanted`: a side
/// that the caller chose, or empty. Errors: those of the store.
Result<std::vector<SplitLeak>> plan_sides(store::Store& store, const std::string& wanted,
                                          PackagePlan& plan);

}  // namespace shiqu::package
