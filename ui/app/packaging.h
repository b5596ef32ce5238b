#pragma once

#include "storage/package/package.h"
#include "storage/package/verify.h"
#include "storage/store/store.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>

namespace shiqu::app {

struct VerifiedPackage {
  std::filesystem::path path;
  package::PackageVerdict verdict;  ///< of a separate pass over the written bytes
};

/// Writes a planned package, signs it with `key` (keys.h), with `sm2` as well when there is one,
/// and then verifies it as a receiver would, pinned to that key. Errors: those of write_package and
/// verify_package; a package that does not verify is a verdict, not an error.
Result<VerifiedPackage> package_and_verify(
    store::Store& store, const store::Session& by, const package::PackagePlan& plan,
    const std::filesystem::path& out, const package::StationKey& key,
    const std::function<void(std::uint64_t, std::uint64_t)>& progress = {},
    const std::stop_token& stop = {}, const Sm2Key* sm2 = nullptr);

}  // namespace shiqu::app
