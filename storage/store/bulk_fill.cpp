#include "storage/store/bulk_fill.h"

#include "storage/store/internal/state.h"
#include "storage/store/internal/text_index.h"

#include <optional>
#include <utility>

namespace shiqu::store {

struct BulkFill::Work {
  Store& store;
  Store::State& state;
  Session by;
  std::optional<Transaction> transaction;
};

BulkFill::BulkFill(std::unique_ptr<Work> work) : work_(std::move(work)) {}
BulkFill::BulkFill(BulkFill&&) noexcept = default;
BulkFill::~BulkFill() {
  if (work_) {
    work_->state.db.late_index().reset();  // what was not committed is not indexed
    (void)work_->state.db.execute("PRAGMA cache_size = -2000", "fill archive");  // only memory
  }
}

Result<BulkFill> BulkFill::begin(Store& store, const Session& by) {
  SHIQU_TRY(store.require(by, model::Role::Operator, "fill archive"));
  BulkFill fill(std::make_unique<Work>(Work{store, *store.state_, by, std::nullopt}));
  // What a transaction changes stays in memory until its end, instead of going to the log each time
  // it is pushed out of the 2 MB that SQLite takes otherwise.
  SHIQU_TRY(fill.work_->state.db.execute("PRAGMA cache_size = -131072", "fill archive"));
  SHIQU_TRY(fill.open_transaction());
  return fill;
}

Status BulkFill::open_transaction() {
  SHIQU_TRY_ASSIGN(Transaction transaction, Transaction::begin(work_->state.db));
  work_->transaction.emplace(std::move(transaction));
  work_->state.db.late_index().emplace();
  return {};
}

Result<model::StoredObject> BulkFill::add_object(const SpooledFile& file) {
  return work_->state.take_over(file);
}

Result<ItemId> BulkFill::add_item(const model::Item& item) {
  return work_->state.record_item(work_->by, item);
}

Result<PageId> BulkFill::add_page(const ItemId& item, const std::string& label,
                                  const model::Capture& capture, const model::StoredObject& master,
                                  const model::StoredObject& received) {
  NewCapture fresh;
  fresh.item = item;
  fresh.page_label = label;
  fresh.capture = capture;
  SHIQU_TRY_ASSIGN(const KeptCapture kept,
                   work_->state.record_capture(work_->by, fresh, {master, received, std::nullopt}));
  return kept.page;
}

Status BulkFill::propose_text(const PageId& page, const model::PageText& text) {
  SHIQU_TRY(work_->state.record_proposal(work_->by, JobRecord{}, page, text));
  return {};
}

Status BulkFill::submit_text(const PageId& page) {
  SHIQU_TRY(work_->state.require(work_->by, model::Role::Annotator, "submit text"));
  return work_->state.record_submission(work_->by, page);
}

Status BulkFill::commit() {
  SHIQU_TRY(write_late_index(work_->state.db));
  SHIQU_TRY(work_->transaction->commit());
  work_->transaction.reset();
  return open_transaction();
}

Status BulkFill::finish() {
  SHIQU_TRY(write_late_index(work_->state.db));
  SHIQU_TRY(work_->transaction->commit());
  work_->transaction.reset();
  SHIQU_TRY(
      work_->state.db.execute("INSERT INTO text_gram(text_gram) VALUES('optimize');"
                              "INSERT INTO name_gram(name_gram) VALUES('optimize')",
                              "finish index of texts"));
  SHIQU_TRY(work_->state.db.execute("PRAGMA optimize; PRAGMA wal_checkpoint(TRUNCATE)",
                                    "finish filling"));
  return open_transaction();
}

}  // namespace shiqu::store
