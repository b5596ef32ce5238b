#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace shiqu::store {

/// What a look at one write-once file has shown.
enum class Fixity {
  Unchecked,  ///< never read since it was written
  Whole,
  Missing,
  Altered,
  Unreadable,  ///< the disk gives an error
  Unparsable   ///< a sidecar that is no sidecar
};
std::string_view name_of(Fixity fixity) noexcept;  ///< "unchecked" "whole" …
Fixity fixity_from(std::string_view name) noexcept;

/// One write-once file of the archive: an object or a sidecar.
struct FixityFile {
  std::string path;    ///< below the archive: "objects/ab/cdef…", "sidecars/ab/cdef….json"
  std::string digest;  ///< SHA-256
  std::uint64_t size_bytes = 0;
  std::int64_t checked_ms = 0;  ///< last time it was read to its last byte; 0: never
  Fixity before = Fixity::Unchecked;
};

struct FixityVerdict {
  FixityFile file;
  Fixity verdict = Fixity::Unchecked;
  std::string detail;    ///< what was seen
  std::string repaired;  ///< where the good copy came from; empty: was not repaired
  std::string aside;     ///< where the damaged file lies now; empty: nowhere
};

struct FixityFinding {
  std::string path;
  Fixity verdict = Fixity::Unchecked;
  std::string detail;
  std::int64_t checked_ms = 0;
};

/// How the write-once files stand. Green only when everything was checked, and not too long ago.
struct FixityState {
  std::int64_t files = 0;
  std::int64_t never_checked = 0;
  std::int64_t damaged = 0;
  std::int64_t round = 0;          ///< number of the last round; 0: none yet
  bool round_open = false;         ///< begun and not ended
  std::int64_t left_in_round = 0;  ///< files the open round has not read
  std::int64_t round_begun_ms = 0;
  std::int64_t round_ended_ms = 0;   ///< of the last round that ended; 0: none
  std::int64_t oldest_check_ms = 0;  ///< of files that were checked; 0: none was
  /// "damaged", "nothing" (no files), "unchecked" (some never), "stale" (some not since
  /// `oldest_allowed_ms`), "whole".
  [[nodiscard]] std::string_view verdict(std::int64_t oldest_allowed_ms) const noexcept;
};

/// Stands for the round that is open or was the last.
inline constexpr std::int64_t kLastRound = -1;

/// What says whether a check is due, without counting files.
struct FixityAge {
  bool some_unchecked = false;       ///< files that were never checked
  std::int64_t oldest_check_ms = 0;  ///< of the others; 0: there is none
};

struct MirrorCount {
  std::int64_t files = 0;
  std::int64_t waiting = 0;
  std::uint64_t waiting_bytes = 0;
};

}  // namespace shiqu::store
