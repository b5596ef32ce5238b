#include "ui/app/packaging.h"

namespace shiqu::app {
Result<VerifiedPackage> package_and_verify(
    store::Store& store, const store::Session& by, const package::PackagePlan& plan,
    const std::filesystem::path& out, const package::StationKey& key,
    const std::function<void(std::uint64_t, std::uint64_t)>& progress,
    const std::stop_token& stop) {
  const store::HeadSigner signer{package::text_of(key.id), key.signing};
  SHIQU_TRY_ASSIGN(const store::Head head,
                   store.add_checkpoint(signer, "package " + plan.name, plan.journal_entries));
  SHIQU_TRY_ASSIGN(const package::PackageSummary written,
                   package::write_package(store, by, plan, out, key, progress, stop));
  SHIQU_TRY(store::append_head(out / "heads.jsonl", head));
  // The entry about the package itself is to be vouched for as well.
  SHIQU_TRY_ASSIGN(const store::Head after, store.add_checkpoint(signer, "behind " + plan.name));
  SHIQU_TRY(store::append_head(out / "heads.jsonl", after));
  VerifiedPackage result;
  result.path = out / written.name;
  package::VerifyOptions options;
  options.trusted = key.verifying();
  SHIQU_TRY_ASSIGN(result.verdict, package::verify_package(result.path, options, progress, stop));
  return result;
}

}  // namespace shiqu::app
