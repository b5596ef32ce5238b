#pragma once

#include "storage/base/channel.h"
#include "storage/base/clock.h"
#include "storage/store/internal/database.h"
#include "storage/store/internal/room_keeper.h"
#include "storage/store/store.h"

#include <filesystem>
#include <functional>
#include <set>

namespace shiqu::store {

struct Store::State {
  std::filesystem::path folder;
  Database db;
  RoomKeeper room{};
  std::uint64_t reserve_wanted_bytes = 0;
  std::set<std::filesystem::path> ready_folders{};  ///< of objects/, with their names on the disk
  /// What the delay after wrong PINs is measured by.
  std::function<Uptime()> uptime{shiqu::uptime};

  /// Makes the spooled file an object under the name of its digest (objects.cpp).
  Result<model::StoredObject> take_over(const SpooledFile& spooled);
  /// Makes folder objects/ab once and sees to it that its name is on the disk.
  Status ready_folder(const std::filesystem::path& place);
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
  /// Denied, in words and in the journal, unless the account behind the session is active and its
  /// role, as the catalogue has it now, is at least `role`. A refusal ends the transaction it is
  /// in.
  Status require(const Session& by, model::Role role, const std::string& what);
  /// Writes "action.denied" into the journal and returns the Denied to hand on. Ends the
  /// transaction that it is in: what was refused leaves nothing behind but this entry.
  Error refuse(const Session& by, const std::string& what, const std::string& subject,
               const std::string& why);
};

}  // namespace shiqu::store
