#pragma once

#include "storage/package/delta.h"
#include "storage/package/package.h"
#include "storage/package/verify.h"
#include "storage/store/store.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>

namespace shiqu::app {

/// What is being done to a package; `done` of `total` are bytes.
enum class ExportStage { Write, Verify, Wrap };
using ExportProgress =
    std::function<void(ExportStage stage, std::uint64_t done, std::uint64_t total)>;

struct VerifiedPackage {
  std::filesystem::path path;
  package::PackageVerdict verdict;  ///< of a separate pass over the written bytes
};

/// Verifies a package of this station as a receiver would, pinned to `key` and, if any, to `sm2`.
Result<VerifiedPackage> verify_own(const std::filesystem::path& folder,
                                   const package::StationKey& key, const Sm2Key* sm2,
                                   const ExportProgress& progress = {},
                                   const std::stop_token& stop = {});

/// Writes a planned package when its turn has come (package::SequenceTurn): planned once more under
/// the same version and moment, for the number, and what has changed since is a Conflict. Signs it
/// with `key` (keys.h), with `sm2` as well when there is one, and then verifies it. The head that
/// goes out with the package is signed first, and written down in `heads.jsonl` of the archive and
/// beside the package, so that a catalogue that is put back to an earlier day is found out. Errors:
/// those of write_package, Store::add_checkpoint and verify_package; a package that does not verify
/// is a verdict, not an error.
Result<VerifiedPackage> package_and_verify(store::Store& store, const store::Session& by,
                                           const package::PackagePlan& plan,
                                           const std::filesystem::path& out,
                                           const package::StationKey& key,
                                           const ExportProgress& progress = {},
                                           const std::stop_token& stop = {},
                                           const Sm2Key* sm2 = nullptr);

struct DeltaPackage {
  package::DeltaSummary delta;
  std::filesystem::path path;
  package::PackageVerdict verdict;  ///< of the delta, as written
};

/// Writes a planned package as what has changed since package `base`: the full one is written below
/// derived/, verified, compared with the verified `base` and removed again. Journalled as
/// "package.delta_written" besides. Errors: those of package_and_verify and write_delta, Corrupt
/// (base or full package do not verify).
Result<DeltaPackage> package_delta(store::Store& store, const store::Session& by,
                                   const package::PackagePlan& plan,
                                   const std::filesystem::path& base,
                                   const std::filesystem::path& out, const package::StationKey& key,
                                   const ExportProgress& progress = {},
                                   const std::stop_token& stop = {});

}  // namespace shiqu::app
