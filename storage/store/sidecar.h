#pragma once

#include "storage/base/channel.h"
#include "storage/base/result.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace shiqu::store {

/// A small write-once JSON file beside the objects, named by its own SHA-256 (docs/adr/016). A
/// `capture` holds what one keep() has stored; a `journal` segment holds consecutive entries of
/// the journal with the records they speak of.
struct Sidecar {
  std::string name;  ///< the file, below the archive
  std::string kind;  ///< "capture" "journal"
  Json content;
};

/// Where a sidecar of that digest lies, below the archive: sidecars/ab/cdef….json
std::string sidecar_path(const std::string& digest);

/// Reads `folder`/`path`, checks its digest against its name, and that it is a sidecar.
/// Errors: NotFound, Io, Corrupt (altered, or not a sidecar).
Result<Sidecar> read_sidecar(const std::filesystem::path& folder, const std::string& path);

/// The same for content that was read already. Errors: Corrupt.
Result<Sidecar> parse_sidecar(const std::string& path, std::string_view bytes);

/// One thing that a catalogue made from sidecars lacks.
struct NotRebuilt {
  std::string kind;     ///< "capture" "object" "text" "journal" "account" "sidecar" "jobs" …
  std::string subject;  ///< id, digest or number
  std::string why;      ///< English sentence
};

struct ReplayReport {
  std::int64_t items = 0;
  std::int64_t pages = 0;
  std::int64_t captures = 0;
  std::int64_t texts = 0;
  std::int64_t reviews = 0;
  std::int64_t accounts = 0;
  std::int64_t entries = 0;  ///< journal entries taken over
  std::vector<NotRebuilt> lost;
};

}  // namespace shiqu::store
