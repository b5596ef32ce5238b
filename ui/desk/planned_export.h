#pragma once

#include "storage/package/estimate.h"
#include "storage/package/gates.h"
#include "storage/package/plan_summary.h"
#include "storage/package/splits.h"
#include "ui/app/exporting.h"

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

namespace shiqu::desk {

/// A gate with what holds it, in all plans together.
struct ExportGate {
  struct Offender {
    std::size_t plan = 0;  ///< index into PlannedExport::plans
    package::GateFinding finding;
  };
  const package::GateRule* rule = nullptr;
  std::vector<Offender> offenders;
  [[nodiscard]] bool closed() const noexcept;
  [[nodiscard]] bool waived() const noexcept { return !offenders.empty() && !closed(); }
};

/// The plans of all chosen objects, and what they come to.
struct PlannedExport {
  app::ExportOrder order;  ///< they were made from
  std::vector<package::PackagePlan> plans;
  package::PlanCounts counts;
  package::SizeEstimate size;
  std::vector<ExportGate> gates;          ///< every one there is, in their order
  std::vector<package::SplitItem> sides;  ///< of the chosen objects, when sides were asked for
  [[nodiscard]] int closed() const noexcept;
  [[nodiscard]] bool waived() const noexcept;
};

/// What the station can sign with and encrypt for.
struct ExportKeyState {
  bool exists = false;
  bool sealed = false;
  bool sm2 = false;
  std::string id;  ///< key id of the station
  std::vector<package::Receiver> receivers;
};

/// What a person has set in the view, beside the order itself.
struct ExportChoice {
  app::ExportOrder order;
  app::WriteWishes wishes;
  bool encrypt = false;  ///< for the receiver
  bool sides = false;    ///< put whole objects on sides of a data set
  std::int64_t seed = 1;
};

/// Plans what was chosen, and the sides where they are wanted. Any thread; takes as long as pages
/// have to be looked at. Errors: those of plan_export and package::plan_split.
Result<PlannedExport> make_plan(store::Store& store, const app::Settings& settings,
                                const ExportChoice& choice, const std::stop_token& stop);
/// Errors: those of the keyring.
Result<ExportKeyState> read_key_state(const std::filesystem::path& keys);

}  // namespace shiqu::desk
