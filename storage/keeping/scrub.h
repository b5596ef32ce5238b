#pragma once

#include "storage/store/store.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace shiqu::keeping {

struct ScrubProgress {
  std::int64_t checked = 0;  ///< files of the round that have been read
  std::int64_t files = 0;
  std::uint64_t bytes = 0;  ///< in this run
  std::int64_t damaged = 0;
};

struct ScrubOptions {
  double limit_mb_s = 100;            ///< 0: as fast as it goes
  std::filesystem::path second_copy;  ///< folder of the second disk; empty: none
  std::function<void(const ScrubProgress&)> progress;
  std::stop_token stop;
};

/// What a run of the scrub has seen, and how the round stands. `verdict` is "whole" only when every
/// file of the archive was read in this round and none was damaged.
struct ScrubReport {
  std::string verdict;  ///< "whole" "damaged" "unfinished" "nothing" "catalogue" "journal"
  std::int64_t round = 0;
  std::int64_t files = 0;
  std::int64_t checked = 0;           ///< in this run
  std::int64_t checked_in_round = 0;  ///< in this and earlier runs of the round
  std::int64_t unchecked = 0;         ///< of the round
  std::uint64_t bytes = 0;
  std::int64_t direct_files = 0;  ///< read with O_DIRECT; the others after dropping the cache
  std::int64_t oldest_check_ms = 0;
  std::int64_t repaired = 0;
  std::vector<store::FixityVerdict> seen;      ///< faults of this run, also repaired ones
  std::vector<store::FixityFinding> findings;  ///< all that is damaged now, at most 1000
  std::int64_t damaged = 0;                    ///< how many
  std::string catalogue;                       ///< "ok" or SQLite's words
  store::AuditReport journal;
  [[nodiscard]] bool green() const noexcept { return verdict == "whole"; }
};

/// A part of the scrub that a station does by itself.
struct ScrubSlice {
  std::int64_t before_ms = 0;  ///< files whose last check is older, those never checked among them
  std::int64_t lasts_ms = 0;   ///< ends after the file that it reads then
};

struct ScrubSliceReport {
  std::int64_t checked = 0;
  std::int64_t left = 0;     ///< files that are still due
  std::int64_t damaged = 0;  ///< found in this slice and not repaired
};

/// Reads every write-once file against its digest, those first whose last check is oldest. Verdicts
/// are stored as it goes: after a kill the next run goes on where this one was. A damaged file is
/// replaced from the second copy, and kept in `damaged/`. Ends early with "unfinished" when
/// stopped. Errors: those of the store.
Result<ScrubReport> scrub(store::Store& store, const store::Session& by,
                          const ScrubOptions& options = {});

/// The same for a slice of the files that are due, outside of rounds: the oldest check first, so
/// that the next slice goes on. `options.progress` is not told. Errors: Cancelled (what was read is
/// stored), those of the store.
Result<ScrubSliceReport> scrub_slice(store::Store& store, const store::Session& by,
                                     const ScrubOptions& options, const ScrubSlice& slice);

}  // namespace shiqu::keeping
