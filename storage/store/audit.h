#pragma once

#include "storage/store/heads.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace shiqu::store {

/// What is wrong with the journal.
enum class AuditFault {
  None,
  Empty,           ///< no entry at all
  Altered,         ///< a field of the entry is not what was hashed
  Dropped,         ///< an entry is missing before a later one
  Swapped,         ///< two neighbours stand in each other's place
  Doubled,         ///< an entry stands there a second time
  Cut,             ///< entries at the end are missing: a head written down elsewhere knows them
  Rewritten,       ///< the chain holds, but is not the one whose head was written down
  BadCheckpoint,   ///< a head's signature is not of this head, or a line is damaged
  UnknownKey,      ///< a head is signed by a key that is not known here
  NothingCompared  ///< a source of heads was named, and has none of this archive
};
std::string_view name_of(AuditFault fault) noexcept;  ///< "none" "empty" "altered" …

/// What the chain is compared with beyond itself.
struct AuditAnchors {
  std::vector<HeadKey> keys;  ///< empty: signatures are not checked, and the report says so
  std::vector<HeadSource> sources;
};

/// What a check of the journal found.
struct AuditReport {
  std::int64_t entries = 0;
  std::string head;  ///< hash of the last entry
  bool intact = true;
  AuditFault fault = AuditFault::None;
  std::int64_t first_bad = 0;  ///< sequence of the first entry that does not fit
  std::string problem;

  std::int64_t checkpoints = 0;           ///< signed heads in the catalogue
  std::int64_t signatures_checked = 0;    ///< of these and of the sources, found right
  std::int64_t heads_compared = 0;        ///< heads outside the catalogue that fit
  std::int64_t anchored = 0;              ///< the last entry that a head vouches for
  std::vector<std::string> compared;      ///< names of the sources
  std::vector<std::string> not_compared;  ///< sources that should be there and could not be read
};

}  // namespace shiqu::store
