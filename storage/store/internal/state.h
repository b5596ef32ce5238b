#pragma once

#include "storage/base/channel.h"
#include "storage/store/internal/database.h"
#include "storage/store/store.h"

namespace shiqu::store {

struct Store::State {
  std::filesystem::path folder;
  Database db;

  /// Appends an event to the journal; only inside a transaction.
  Status append(const Session& by, const std::string& action, const std::string& subject,
                const Json& detail);
  /// Writes a sidecar file by the rules of AtomicFile and its rows; only inside a transaction, and
  /// last in it: when the commit fails a sidecar stays that nobody was told of (sidecars.cpp).
  Status write_sidecar(const std::string& kind, const Json& content, const std::string& capture,
                       std::int64_t last_entry);
  /// The sidecar of a capture whose rows are written; only inside a transaction (sidecars.cpp).
  Status write_capture_sidecar(const Session& by, const CaptureId& capture);
  /// A queued job with its event; only inside a transaction (job_rows.cpp).
  Result<JobId> insert_job(const Session& by, const JobRecord& job);
};

/// Denied, in words, unless the session's role is at least `role`.
Status require(const Session& by, model::Role role, const std::string& what);

}  // namespace shiqu::store
