#pragma once

#include "storage/store/store.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

namespace shiqu::keeping {

struct RestoreOptions {
  std::function<void(std::int64_t done, std::int64_t files)> progress;
  std::stop_token stop;
};

/// What a new archive made from a second disk, or from sidecars and objects, has and lacks.
struct RestoreReport {
  std::string snapshot;          ///< the catalogue it began with; empty: from sidecars alone
  store::ReplayReport replayed;  ///< what sidecars added, and what could not be had
  std::int64_t objects = 0;      ///< copied and read back
  std::uint64_t bytes = 0;
  std::int64_t entries = 0;  ///< of the journal, before the entry about this
  std::string head;
  bool journal_intact = false;
  std::string catalogue;  ///< "ok" or SQLite's words
  /// Nothing is missing but what never was to be had (secrets, jobs).
  [[nodiscard]] bool complete() const noexcept;
};

/// Makes a new archive in `to` (absent or empty) from a second disk alone: the newest snapshot that
/// passes its checks, then what newer sidecars know, then every object, verified and read back.
/// The journal gets "archive.restored". Errors: NotFound (no second disk there), Exists, Corrupt,
/// NoSpace, Cancelled. A try that fails leaves `to` unfinished, without a catalogue.
Result<RestoreReport> restore(const std::filesystem::path& from, const std::filesystem::path& to,
                              const RestoreOptions& options = {});

/// Makes a new archive in `to` from the sidecars and objects of `from`, whose catalogue is not
/// looked at. `administrator` is opened with `secret`: the accounts of the old one have none any
/// more. The journal gets "archive.rebuilt".
Result<RestoreReport> rebuild(const std::filesystem::path& from, const std::filesystem::path& to,
                              const std::string& administrator, std::string_view secret,
                              const RestoreOptions& options = {});

}  // namespace shiqu::keeping
