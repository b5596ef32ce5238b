#pragma once

#include "storage/package/keyring.h"
#include "storage/package/package.h"
#include "storage/store/store.h"
#include "ui/app/packaging.h"
#include "ui/app/settings.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace shiqu::app {

/// What a lead decides about the packages of some items before they are planned.
struct ExportOrder {
  std::vector<std::string> items;  ///< identifiers
  std::string receiver;            ///< name of package::receivers(); empty: nobody is named
  std::string receiver_grade;      ///< highest grade that may go; empty: the receiver's
  std::vector<std::string> with;   ///< exporters, as in package::choose_exporters()
  std::vector<std::string> without;
  std::vector<std::string> allow;  ///< gates that may stay open
  bool redact = false;
  int access_quality = 90;
  auto operator<=>(const ExportOrder&) const = default;
};

/// Plans a package of each item, in their order; fingerprints that are lacking are taken first. A
/// receiver whose grade nobody has said may have public items only.
/// `progress(done, total)`: fingerprints. Errors: NotFound (item, receiver), InvalidInput (grade,
/// exporter, gate), Cancelled, those of plan_package.
Result<std::vector<package::PackagePlan>> plan_export(
    store::Store& store, const Settings& settings, const ExportOrder& order,
    const std::function<void(std::int64_t, std::int64_t)>& progress = {},
    const std::stop_token& stop = {});
bool any_refused(const std::vector<package::PackagePlan>& plans) noexcept;

/// How a planned package is written.
struct WriteWishes {
  std::filesystem::path out;             ///< folder; empty: packages/ of the archive
  std::vector<std::string> encrypt_for;  ///< names of package::receivers()
  std::uint64_t volume_bytes = 0;        ///< 0: not cut
  bool sm2 = false;                      ///< sign a second time
  /// Another file or folder for couriers is made as well.
  [[nodiscard]] bool wraps() const noexcept { return !encrypt_for.empty() || volume_bytes > 0; }
};

/// What packages are signed with.
struct ExportKeys {
  package::StationKey station;
  std::optional<Sm2Key> sm2;
};
/// The station's keys, made when there is none; `sm2`: the second one as well. Errors: those of
/// signing_key and package::load_sm2_key.
Result<ExportKeys> export_keys(store::Store& store, const store::Session& by,
                               const package::AskPassphrase& ask, bool sm2);

struct WrittenExport {
  VerifiedPackage package;
  std::filesystem::path wrapped;  ///< file or folder; empty: it was not asked for, or is not sound
};

/// Writes and verifies a planned package, notes the verdict as "package.verified", and wraps it.
/// What a cut left written is verified only. Errors: those of package_and_verify and wrap_package.
Result<WrittenExport> write_export(store::Store& store, const store::Session& by,
                                   const package::PackagePlan& seen, const WriteWishes& wishes,
                                   const ExportKeys& keys, const ExportProgress& progress = {},
                                   const std::stop_token& stop = {});

}  // namespace shiqu::app
