#include "ui/app/packaging.h"

#include "storage/base/process.h"
#include "ui/app/builtin.h"
#include "ui/app/workers.h"

#include <chrono>

namespace shiqu::app {
Result<VerifiedPackage> package_and_verify(
    store::Store& store, const store::Session& by, const package::PackagePlan& plan,
    const std::filesystem::path& out, const package::StationKey& key,
    const std::function<void(std::uint64_t, std::uint64_t)>& progress, const std::stop_token& stop,
    const Sm2Key* sm2) {
  const Registry<package::Exporter> exporters = builtin_exporters();
  WorkerProcess worker(worker_spec(store.folder(), "decode"));
  const auto render = [&](const Json& request) {
    WorkerCall call;
    call.request = request;
    call.limit = std::chrono::minutes(3);  // a 150 megapixel master takes seconds
    call.stop = stop;
    return worker.call(call);
  };
  const package::ExportTools tools{exporters, render, store.derived() / ("export-" + plan.name),
                                   sm2};
  SHIQU_TRY_ASSIGN(const package::PackageSummary written,
                   package::write_package(store, by, plan, tools, out, key, progress, stop));
  VerifiedPackage result;
  result.path = out / written.name;
  package::VerifyOptions options;
  options.trusted = key.verifying();
  if (sm2 != nullptr) {
    options.sm2 = sm2->public_key();
  }
  SHIQU_TRY_ASSIGN(result.verdict, package::verify_package(result.path, options, progress, stop));
  return result;
}

}  // namespace shiqu::app
