#pragma once

#include "storage/base/channel.h"
#include "storage/store/internal/database.h"
#include "storage/store/store.h"

namespace shiqu::store {

struct KeptObjects {
  model::StoredObject master;
  model::StoredObject received;
  std::optional<model::StoredObject> raw;
};

struct Store::State {
  std::filesystem::path folder;
  Database db;

  /// Appends an event to the journal; only inside a transaction.
  Status append(const Session& by, const std::string& action, const std::string& subject,
                const Json& detail);
  /// A queued job with its event; only inside a transaction (job_rows.cpp).
  Result<JobId> insert_job(const Session& by, const JobRecord& job);

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

/// Moves a spooled file to its name in objects/ (captures.cpp).
Result<model::StoredObject> place_object(const Store& store, const SpooledFile& spooled);

/// Makes the index know `revision` as the text in force of `page` (search.cpp).
Status renew_index(Database& db, const model::Page& page, int revision,
                   const model::PageText& text);

/// How many pages the index does not know as they are (search.cpp).
Result<std::int64_t> unindexed_pages(Database& db);

/// Store::list_pages() with a text (search.cpp).
Result<PageSlice> pages_with_text(Store& store, Database& db, const PageFilter& filter,
                                  std::int64_t after, int limit);

/// Denied, in words, unless the session's role is at least `role`.
Status require(const Session& by, model::Role role, const std::string& what);

}  // namespace shiqu::store
