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

struct KeptObjects {
  model::StoredObject master;
  model::StoredObject received;
  std::optional<model::StoredObject> raw;
};

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
  /// Of one batch, or with "*" of all; without what a pause keeps back (job_rows.cpp).
  Result<JobCounts> count_jobs(const std::string& batch);
  /// Denied, in words and in the journal, unless the account behind the session is active and its
  /// role, as the catalogue has it now, is at least `role`. A refusal ends the transaction it is
  /// in.
  Status require(const Session& by, model::Role role, const std::string& what);
  /// Writes "action.denied" into the journal and returns the Denied to hand on. Ends the
  /// transaction that it is in: what was refused leaves nothing behind but this entry.
  Error refuse(const Session& by, const std::string& what, const std::string& subject,
               const std::string& why);

  // The steps of one change without their transaction, for Store and BulkFill.
  Result<ItemId> record_item(const Session& by, const model::Item& item);  // catalogue.cpp
  /// `fresh` without its files, which are objects already (captures.cpp).
  Result<KeptCapture> record_capture(const Session& by, const NewCapture& fresh,
                                     const KeptObjects& objects);
  /// texts.cpp
  Result<int> record_proposal(const Session& by, const JobRecord& job, const PageId& page,
                              const model::PageText& text);
  Status record_submission(const Session& by, const PageId& page);
  Result<model::Page> page(const PageId& id);
};

/// Makes the index know `revision` as the text in force of `page` (search.cpp).
Status renew_index(Database& db, const model::Page& page, int revision,
                   const model::PageText& text);

// --- what items and pages are called (names.cpp); the first four only inside a transaction
Status index_label(Database& db, const model::Page& page);  ///< of a new page
Status index_item(Database& db, const model::Item& item);   ///< a new one
Status index_item_again(Database& db, const model::Item& before, const model::Item& item);
Status rebuild_names(Database& db);
/// True if `part` stands in `text`, as search sees them; an empty part stands everywhere.
bool contains(const std::string& text, const std::string& part, const Variants& variants);
/// The same in identifier or title.
bool is_called(const model::Item& item, const std::string& part, const Variants& variants);
/// Numbers of items, `from` and those behind, that may be called so.
Result<std::vector<std::int64_t>> items_called(Database& db, const std::string& part,
                                               const Variants& variants, std::int64_t from,
                                               int limit);
/// Store::list_pages() with a label alone, or with a state.
Result<PageSlice> pages_labelled(Database& db, const PageFilter& filter, std::int64_t after,
                                 int limit);

/// An item's number, and the place of a page (search.cpp). Errors: NotFound, Unsupported.
Result<std::int64_t> number_of(Database& db, const ItemId& item);
Result<std::int64_t> place_in(Database& db, const model::Page& page);
/// The page at a place (listing.cpp).
Result<ListedPage> listed_page(Database& db, std::int64_t place);

/// How many pages the index does not know as they are (search.cpp).
Result<std::int64_t> unindexed_pages(Database& db);

/// Store::list_pages() with a text (search.cpp).
Result<PageSlice> pages_with_text(Store& store, Database& db, const PageFilter& filter,
                                  std::int64_t after, int limit);

}  // namespace shiqu::store
