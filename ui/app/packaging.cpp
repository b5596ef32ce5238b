#include "ui/app/packaging.h"

namespace shiqu::app {
Result<VerifiedPackage> package_and_verify(
    store::Store& store, const store::Session& by, const package::PackagePlan& plan,
    const std::filesystem::path& out, const package::StationKey& key,
    const std::function<void(std::uint64_t, std::uint64_t)>& progress,
    const std::stop_token& stop) {
  SHIQU_TRY_ASSIGN(const package::PackageSummary written,
                   package::write_package(store, by, plan, out, key, progress, stop));
  VerifiedPackage result;
  result.path = out / written.name;
  package::VerifyOptions options;
  options.trusted = key.verifying();
  SHIQU_TRY_ASSIGN(result.verdict, package::verify_package(result.path, options, progress, stop));
  return result;
}

}  // namespace shiqu::app
