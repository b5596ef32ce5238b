#pragma once

#include "storage/store/store.h"

#include <cstdint>
#include <functional>

namespace shiqu::store {

/// Fills an archive with many pages quickly: the very steps of Store::add_item, keep, propose_text
/// and submit_text with their journal events and their index, but thousands of them in one
/// transaction. Nothing is promised until commit(); a cut before it leaves what was committed
/// before. For soak archives and imports of whole libraries.
class BulkFill {
 public:
  /// Needs Operator. `store` is borrowed and must not be used otherwise until commit().
  /// Errors: Denied.
  static Result<BulkFill> begin(Store& store, const Session& by);
  BulkFill(BulkFill&&) noexcept;
  BulkFill& operator=(BulkFill&&) = delete;
  ~BulkFill();

  /// Moves a spooled file into objects/; many captures may share it.
  Result<model::StoredObject> add_object(const SpooledFile& file);
  Result<ItemId> add_item(const model::Item& item);
  /// A new page at the end of `item` with a capture of objects added before.
  Result<PageId> add_page(const ItemId& item, const std::string& label,
                          const model::Capture& capture, const model::StoredObject& master,
                          const model::StoredObject& received);
  Status propose_text(const PageId& page, const model::PageText& text);
  /// Needs Annotator.
  Status submit_text(const PageId& page);
  /// Makes everything so far durable; the fill may go on.
  Status commit();
  /// commit(), then the index in one piece and the write-ahead log back in the catalogue.
  Status finish();

 private:
  struct Work;
  explicit BulkFill(std::unique_ptr<Work> work);
  Status open_transaction();
  std::unique_ptr<Work> work_;
};

}  // namespace shiqu::store
