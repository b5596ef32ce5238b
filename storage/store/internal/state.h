#pragma once

#include "storage/base/channel.h"
#include "storage/base/clock.h"
#include "storage/store/internal/database.h"
#include "storage/store/store.h"

#include <functional>

namespace shiqu::store {

struct Store::State {
  std::filesystem::path folder;
  Database db;
  std::function<Uptime()> uptime = shiqu::uptime;  ///< what the delay after wrong PINs is measured by

  /// Appends an event to the journal; only inside a transaction.
  Status append(const Session& by, const std::string& action, const std::string& subject,
                const Json& detail);
  /// A queued job with its event; only inside a transaction (job_rows.cpp).
  Result<JobId> insert_job(const Session& by, const JobRecord& job);
  /// Denied, in words and in the journal, unless the account behind the session is active and its
  /// role, as the catalogue has it now, is at least `role`. A refusal ends the transaction it is in.
  Status require(const Session& by, model::Role role, const std::string& what);
  /// Writes "action.denied" into the journal and returns the Denied to hand on. Ends the transaction
  /// that it is in: what was refused leaves nothing behind but this entry.
  Error refuse(const Session& by, const std::string& what, const std::string& subject,
               const std::string& why);
};

}  // namespace shiqu::store
