#include "ui/desk/planned_export.h"

#include "ui/app/builtin.h"
#include "ui/app/fingerprints.h"

#include <algorithm>

namespace shiqu::desk {
namespace {

std::vector<ExportGate> gates_of(const std::vector<package::PackagePlan>& plans) {
  std::vector<ExportGate> out;
  for (const package::GateRule& rule : package::gate_rules()) {
    ExportGate gate;
    gate.rule = &rule;
    for (std::size_t i = 0; i < plans.size(); ++i) {
      for (const package::GateFinding& finding : plans[i].findings) {
        if (finding.gate == rule.name) {
          gate.offenders.push_back({i, finding});
        }
      }
    }
    out.push_back(std::move(gate));
  }
  return out;
}

/// The sides that the seed gives the chosen objects; those that have one keep it.
Result<std::vector<package::SplitItem>> sides_of(store::Store& store, const ExportChoice& choice,
                                                 const std::stop_token& stop) {
  SHIQU_TRY(app::take_fingerprints(store, {}, {}, stop));
  SHIQU_TRY_ASSIGN(const package::SplitBasis basis, package::split_basis(store));
  package::SplitWish wish;
  wish.items = choice.order.items;
  wish.seed = choice.seed;
  return package::plan_split(basis, wish);
}

}  // namespace

bool ExportGate::closed() const noexcept {
  return std::any_of(offenders.begin(), offenders.end(),
                     [](const Offender& one) { return !one.finding.waived; });
}

int PlannedExport::closed() const noexcept {
  return static_cast<int>(std::count_if(gates.begin(), gates.end(),
                                        [](const ExportGate& gate) { return gate.closed(); }));
}

bool PlannedExport::waived() const noexcept {
  return std::any_of(gates.begin(), gates.end(),
                     [](const ExportGate& gate) { return gate.waived(); });
}

Result<PlannedExport> make_plan(store::Store& store, const app::Settings& settings,
                                const ExportChoice& choice, const std::stop_token& stop) {
  PlannedExport out;
  out.order = choice.order;
  SHIQU_TRY_ASSIGN(out.plans, app::plan_export(store, settings, choice.order, {}, stop));
  const auto exporters = app::builtin_exporters();
  for (const package::PackagePlan& plan : out.plans) {
    package::count(plan, out.counts);
    const package::SizeEstimate size = package::estimate_size(plan, exporters, plan.exporters);
    out.size.files += size.files;
    out.size.bytes += size.bytes;
    out.size.exact_files = out.size.exact_files && size.exact_files;
  }
  out.gates = gates_of(out.plans);
  if (choice.sides && !choice.order.items.empty()) {
    SHIQU_TRY_ASSIGN(out.sides, sides_of(store, choice, stop));
    std::erase_if(out.sides, [&](const package::SplitItem& one) {
      const auto& items = choice.order.items;
      return std::find(items.begin(), items.end(), one.identifier) == items.end();
    });
  }
  return out;
}

Result<ExportKeyState> read_key_state(const std::filesystem::path& folder) {
  ExportKeyState out;
  SHIQU_TRY_ASSIGN(const auto keys, package::station_keys(folder));
  for (const package::KnownKey& key : keys) {
    if (key.current) {
      out.exists = true;
      out.sealed = key.sealed;
      out.id = package::text_of(key.key.id);
    }
  }
  SHIQU_TRY_ASSIGN(out.receivers, package::receivers(folder));
  std::error_code failed;
  out.sm2 = std::filesystem::exists(folder / "sm2.key", failed);
  return out;
}

}  // namespace shiqu::desk
