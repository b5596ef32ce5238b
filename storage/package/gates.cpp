#include "storage/package/gates.h"

#include <algorithm>
#include <array>

namespace shiqu::package {
namespace {

constexpr std::array kRules = {
    GateRule{"ungraded", "Nobody has graded the item's sensitivity.", true},
    GateRule{"rights_unknown", "The rights are not known.", true},
    GateRule{"unreviewed", "No second person has accepted the text in force.", true},
    GateRule{"quality_failed", "The frame in force failed its quality check.", true},
    GateRule{"personal_data", "Personal data are marked and would leave unredacted.", true},
    GateRule{"text_of_other_image", "The text's places refer to another image than the master.",
             true},
    GateRule{"split_leak", "A near-duplicate stands on another side of the data set.", true},
    GateRule{"above_receiver", "The receiver's grade is too low for the item.", false},
    GateRule{"no_pages", "The item has no page.", false},
    GateRule{"no_capture", "A page has no capture.", false},
    GateRule{"master_not_tiff", "A master is not a TIFF.", false},
    GateRule{"journal_broken", "The journal was altered.", false},
};

}  // namespace

std::span<const GateRule> gate_rules() noexcept {
  return kRules;
}

const GateRule* gate_rule(std::string_view name) noexcept {
  const auto* found = std::find_if(kRules.begin(), kRules.end(),
                                   [&](const GateRule& one) { return one.name == name; });
  return found == kRules.end() ? nullptr : &*found;
}

std::string_view GateState::state() const noexcept {
  if (offenders.empty()) {
    return "clear";
  }
  const bool waived = std::all_of(offenders.begin(), offenders.end(),
                                  [](const GateFinding& one) { return one.waived; });
  return waived ? "waived" : "closed";
}

std::vector<GateState> gate_states(const std::vector<GateFinding>& findings) {
  std::vector<GateState> out;
  for (const GateRule& rule : kRules) {
    GateState gate;
    gate.rule = &rule;
    std::copy_if(findings.begin(), findings.end(), std::back_inserter(gate.offenders),
                 [&](const GateFinding& one) { return one.gate == rule.name; });
    out.push_back(std::move(gate));
  }
  return out;
}

Json to_json(const GateState& gate) {
  Json offenders = Json::array();
  for (const GateFinding& one : gate.offenders) {
    offenders.push_back({{"subject", one.subject},
                         {"page", one.page},
                         {"reason", one.message},
                         {"waived", one.waived}});
  }
  return {{"gate", gate.rule->name},
          {"state", gate.state()},
          {"meaning", gate.rule->meaning},
          {"waivable", gate.rule->waivable},
          {"offenders", std::move(offenders)}};
}

}  // namespace shiqu::package
