#include "ui/app/packaging.h"

#include "storage/base/process.h"
#include "storage/package/plan_summary.h"
#include "storage/package/sequence.h"
#include "ui/app/builtin.h"
#include "ui/app/workers.h"

#include <chrono>
#include <system_error>
#include <utility>

namespace shiqu::app {
namespace {

/// Hands the bytes of one stage on.
std::function<void(std::uint64_t, std::uint64_t)> stage_of(const ExportProgress& progress,
                                                           ExportStage stage) {
  return [&progress, stage](std::uint64_t done, std::uint64_t total) {
    if (progress) {
      progress(stage, done, total);
    }
  };
}

/// The same plan with today's number of the station.
Result<package::PackagePlan> plan_again(store::Store& store, const package::PackagePlan& seen) {
  package::PlanOptions options = seen.options;
  options.version = seen.info.version;
  options.made_ms = seen.made_ms;
  SHIQU_TRY_ASSIGN(package::PackagePlan now, package::plan_package(store, seen.item.id, options));
  if (package::plan_digest(now) != package::plan_digest(seen)) {
    return fail(ErrorCode::Conflict, "write package", seen.name,
                "the archive has changed since it was planned: plan again");
  }
  return now;
}

/// A package as it was written and not verified yet.
struct Written {
  std::filesystem::path path;
  package::BagInfo info;
};

Result<Written> write_in_turn(store::Store& store, const store::Session& by,
                              const package::PackagePlan& seen, const std::filesystem::path& out,
                              const package::StationKey& key, const Sm2Key* sm2,
                              const ExportProgress& progress, const std::stop_token& stop) {
  const Registry<package::Exporter> exporters = builtin_exporters();
  WorkerProcess worker(worker_spec(store.folder(), "decode"));
  const auto render = [&](const Json& request) {
    WorkerCall call;
    call.request = request;
    call.limit = std::chrono::minutes(3);  // a 150 megapixel master takes seconds
    call.stop = stop;
    return worker.call(call);
  };
  SHIQU_TRY_ASSIGN(const package::SequenceTurn turn, package::SequenceTurn::wait(store, stop));
  SHIQU_TRY_ASSIGN(const package::PackagePlan plan, plan_again(store, seen));
  const package::ExportTools tools{exporters, render, store.derived() / ("export-" + plan.name),
                                   sm2, &turn};
  const store::HeadSigner signer{package::text_of(key.id), key.signing};
  SHIQU_TRY_ASSIGN(const store::Head head,
                   store.add_checkpoint(signer, "package " + plan.name, plan.journal_entries));
  SHIQU_TRY_ASSIGN(const package::PackageSummary written,
                   package::write_package(store, by, plan, tools, out, key,
                                          stage_of(progress, ExportStage::Write), stop));
  SHIQU_TRY(store::append_head(out / "heads.jsonl", head));
  // The entry about the package itself is to be vouched for as well.
  SHIQU_TRY_ASSIGN(const store::Head after, store.add_checkpoint(signer, "behind " + plan.name));
  SHIQU_TRY(store::append_head(out / "heads.jsonl", after));
  return Written{out / written.name, plan.info};
}

}  // namespace

Result<VerifiedPackage> verify_own(const std::filesystem::path& folder,
                                   const package::StationKey& key, const Sm2Key* sm2,
                                   const ExportProgress& progress, const std::stop_token& stop) {
  package::VerifyOptions options;
  options.trusted = key.verifying();
  if (sm2 != nullptr) {
    options.sm2 = sm2->public_key();
  }
  VerifiedPackage out{folder, {}};
  SHIQU_TRY_ASSIGN(
      out.verdict,
      package::verify_package(folder, options, stage_of(progress, ExportStage::Verify), stop));
  return out;
}

Result<VerifiedPackage> package_and_verify(store::Store& store, const store::Session& by,
                                           const package::PackagePlan& plan,
                                           const std::filesystem::path& out,
                                           const package::StationKey& key,
                                           const ExportProgress& progress,
                                           const std::stop_token& stop, const Sm2Key* sm2) {
  SHIQU_TRY_ASSIGN(const Written written,
                   write_in_turn(store, by, plan, out, key, sm2, progress, stop));
  return verify_own(written.path, key, sm2, progress, stop);
}

namespace {

/// A folder that is gone when the work ends, however it ends.
struct PassingFolder {
  std::filesystem::path at;
  explicit PassingFolder(std::filesystem::path folder) : at(std::move(folder)) { clear(); }
  ~PassingFolder() { clear(); }
  PassingFolder(const PassingFolder&) = delete;
  PassingFolder& operator=(const PassingFolder&) = delete;
  void clear() const {
    std::error_code ignored;
    std::filesystem::remove_all(at, ignored);
  }
};

}  // namespace

Result<DeltaPackage> package_delta(store::Store& store, const store::Session& by,
                                   const package::PackagePlan& plan,
                                   const std::filesystem::path& base,
                                   const std::filesystem::path& out, const package::StationKey& key,
                                   const ExportProgress& progress, const std::stop_token& stop) {
  const auto checking = stage_of(progress, ExportStage::Verify);
  SHIQU_TRY_ASSIGN(const auto base_verdict, package::verify_package(base, {}, checking, stop));
  if (!base_verdict.ok) {
    return fail(ErrorCode::Corrupt, "make delta", base.string(), "the base is not accepted");
  }
  const PassingFolder passing(store.derived() / ("full-" + plan.name));
  SHIQU_TRY_ASSIGN(const Written written,
                   write_in_turn(store, by, plan, passing.at, key, nullptr, progress, stop));
  SHIQU_TRY_ASSIGN(const VerifiedPackage full,
                   verify_own(written.path, key, nullptr, progress, stop));
  if (!full.verdict.ok) {
    return fail(ErrorCode::Corrupt, "make delta", plan.name, "the full package is not accepted");
  }
  DeltaPackage made;
  SHIQU_TRY_ASSIGN(made.delta, package::write_delta(base, full.path, written.info, out, key, stop));
  made.path = out / made.delta.name;
  SHIQU_TRY_ASSIGN(const VerifiedPackage delta,
                   verify_own(made.path, key, nullptr, progress, stop));
  made.verdict = delta.verdict;
  SHIQU_TRY(store.note_event(by, "package.delta_written", plan.item.id.str(),
                             {{"name", made.delta.name},
                              {"base_tag_manifest_sha256", base_verdict.tag_manifest_sha256},
                              {"full_tag_manifest_sha256", full.verdict.tag_manifest_sha256},
                              {"tag_manifest_sha256", made.verdict.tag_manifest_sha256},
                              {"carried", made.delta.carried},
                              {"reused", made.delta.reused}}));
  return made;
}

}  // namespace shiqu::app
