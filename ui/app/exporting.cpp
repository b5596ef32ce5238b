#include "ui/app/exporting.h"

#include "storage/base/clock.h"
#include "storage/package/exporter.h"
#include "storage/package/sequence.h"
#include "ui/app/builtin.h"
#include "ui/app/fingerprints.h"
#include "ui/app/i18n.h"
#include "ui/app/keys.h"
#include "ui/app/transfer.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace shiqu::app {
namespace {

namespace fs = std::filesystem;

/// The grade the receiver may have: as said, or as remembered with its name.
Result<std::optional<model::Grade>> receiver_grade(const store::Store& store,
                                                   const ExportOrder& order) {
  model::Grade grade = model::Grade::Public;
  if (!order.receiver_grade.empty()) {
    if (!model::grade_from(order.receiver_grade, grade)) {
      return fail(ErrorCode::InvalidInput, "plan package", order.receiver_grade,
                  _("no such grade"));
    }
    return std::optional<model::Grade>(grade);
  }
  if (order.receiver.empty()) {
    return std::optional<model::Grade>();
  }
  SHIQU_TRY_ASSIGN(const package::Receiver receiver,
                   package::receiver_named(store.keys(), order.receiver));
  return std::optional<model::Grade>(receiver.grade.value_or(grade));
}

Result<package::PlanOptions> options_of(const store::Store& store, const Settings& settings,
                                        const ExportOrder& order) {
  package::PlanOptions options;
  options.item_pattern = settings.item_identifier;
  options.page_pattern = settings.page_identifier;
  options.iiif_base = settings.iiif_base;
  options.allow = order.allow;
  options.redact = order.redact;
  options.access_quality = order.access_quality;
  options.made_ms = now_unix_ms();
  SHIQU_TRY_ASSIGN(options.receiver, receiver_grade(store, order));
  SHIQU_TRY_ASSIGN(options.exporters,
                   package::choose_exporters(builtin_exporters(), order.with, order.without));
  return options;
}

Json verdict_detail(const VerifiedPackage& made, const std::optional<store::Head>& head) {
  Json findings = Json::array();
  for (const package::VerifyFinding& one : made.verdict.findings) {
    findings.push_back({{"code", one.code}, {"path", one.path}, {"message", one.message}});
  }
  return {{"name", made.path.filename().string()},
          {"path", made.path.string()},
          {"ok", made.verdict.ok},
          {"signature", package::name_of(made.verdict.signature)},
          {"signer", made.verdict.signer},
          {"files", made.verdict.files},
          {"bytes", made.verdict.bytes},
          {"tag_manifest_sha256", made.verdict.tag_manifest_sha256},
          {"head_entries", head ? head->sequence : 0},
          {"head_hash", head ? head->hash : std::string()},
          {"findings", std::move(findings)}};
}

/// A package that was written before a cut is only verified.
Result<VerifiedPackage> write_or_verify(store::Store& store, const store::Session& by,
                                        const package::PackagePlan& seen, const fs::path& out,
                                        const ExportKeys& keys, const ExportProgress& progress,
                                        const std::stop_token& stop) {
  const Sm2Key* sm2 = keys.sm2 ? &*keys.sm2 : nullptr;
  SHIQU_TRY_ASSIGN(const bool written, package::was_written(store, seen.item.id, seen.name));
  if (written && fs::exists(out / seen.name)) {
    return verify_own(out / seen.name, keys.station, sm2, progress, stop);
  }
  return package_and_verify(store, by, seen, out, keys.station, progress, stop, sm2);
}

Result<fs::path> wrap(store::Store& store, const store::Session& by, const VerifiedPackage& made,
                      const WriteWishes& wishes, const ExportKeys& keys,
                      const ExportProgress& progress, const std::stop_token& stop) {
  WrapOptions options;
  options.receivers = wishes.encrypt_for;
  options.volume_bytes = wishes.volume_bytes;
  options.out = made.path.parent_path();
  return wrap_package(
      store, by, made.path, made.verdict, options, keys.station,
      [&](std::uint64_t done, std::uint64_t total) {
        if (progress) {
          progress(ExportStage::Wrap, done, total);
        }
      },
      stop);
}

}  // namespace

Result<std::vector<package::PackagePlan>> plan_export(
    store::Store& store, const Settings& settings, const ExportOrder& order,
    const std::function<void(std::int64_t, std::int64_t)>& progress, const std::stop_token& stop) {
  SHIQU_TRY_ASSIGN(package::PlanOptions options, options_of(store, settings, order));
  std::vector<ItemId> ids;
  for (const std::string& identifier : order.items) {
    SHIQU_TRY_ASSIGN(const model::Item item, store.item_named(identifier));
    ids.push_back(item.id);
  }
  std::vector<package::PackagePlan> plans;
  if (ids.empty()) {
    return plans;
  }
  SHIQU_TRY(take_fingerprints(store, ids, progress, stop));
  for (const ItemId& id : ids) {
    if (stop.stop_requested()) {
      return fail(ErrorCode::Cancelled, "plan packages");
    }
    options.count = fmt::format("{} of {}", plans.size() + 1, ids.size());
    SHIQU_TRY_ASSIGN(package::PackagePlan plan, package::plan_package(store, id, options));
    plans.push_back(std::move(plan));
  }
  return plans;
}

bool any_refused(const std::vector<package::PackagePlan>& plans) noexcept {
  return std::any_of(plans.begin(), plans.end(),
                     [](const package::PackagePlan& one) { return one.refused(); });
}

Result<ExportKeys> export_keys(store::Store& store, const store::Session& by,
                               const package::AskPassphrase& ask, bool sm2) {
  SHIQU_TRY_ASSIGN(package::StationKey station, signing_key(store, by, ask));
  ExportKeys keys{std::move(station), std::nullopt};
  if (sm2) {
    SHIQU_TRY_ASSIGN(keys.sm2, package::load_sm2_key(store.keys(), ask));
  }
  return keys;
}

Result<WrittenExport> write_export(store::Store& store, const store::Session& by,
                                   const package::PackagePlan& seen, const WriteWishes& wishes,
                                   const ExportKeys& keys, const ExportProgress& progress,
                                   const std::stop_token& stop) {
  const fs::path out = wishes.out.empty() ? store.packages() : wishes.out;
  WrittenExport done;
  SHIQU_TRY_ASSIGN(done.package, write_or_verify(store, by, seen, out, keys, progress, stop));
  SHIQU_TRY_ASSIGN(const auto head, store.last_checkpoint());
  SHIQU_TRY(store.note_event(by, "package.verified", seen.item.id.str(),
                             verdict_detail(done.package, head)));
  if (done.package.verdict.ok && wishes.wraps()) {
    SHIQU_TRY_ASSIGN(done.wrapped, wrap(store, by, done.package, wishes, keys, progress, stop));
  }
  return done;
}

}  // namespace shiqu::app
