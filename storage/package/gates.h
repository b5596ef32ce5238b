#pragma once

#include "storage/base/channel.h"
#include "storage/package/reports.h"

#include <span>
#include <string_view>
#include <vector>

namespace shiqu::package {

/// A rule between an item and its package.
struct GateRule {
  std::string_view name;     ///< "unreviewed"
  std::string_view meaning;  ///< English sentence: what is wrong when it is closed
  bool waivable = false;     ///< a lead may leave it open
};

/// Every gate there is, in the order in which they are shown.
std::span<const GateRule> gate_rules() noexcept;
/// nullptr: there is no such gate.
const GateRule* gate_rule(std::string_view name) noexcept;

/// What became of one gate: the list of offenders is empty when nothing is wrong.
struct GateState {
  const GateRule* rule = nullptr;
  std::vector<GateFinding> offenders;
  /// "clear", "waived" (all offenders were), "closed" (the package is refused).
  [[nodiscard]] std::string_view state() const noexcept;
};
/// All gates with what `findings` say about each.
std::vector<GateState> gate_states(const std::vector<GateFinding>& findings);
/// {"gate", "state", "meaning", "waivable", "offenders" [{"subject", "page", "reason"}]}
Json to_json(const GateState& gate);

}  // namespace shiqu::package
