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
  /// A queued job with its event; only inside a transaction (job_rows.cpp).
  Result<JobId> insert_job(const Session& by, const JobRecord& job);
};

/// Denied, in words, unless the session's role is at least `role`.
Status require(const Session& by, model::Role role, const std::string& what);

}  // namespace shiqu::store
