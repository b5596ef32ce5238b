#pragma once

#include "storage/base/result.h"
#include "storage/store/store.h"

namespace shiqu::labeler {

/// Adds a region to the page's text in force (or to none: a page without text may be marked as
/// well) and stores it as the next revision: Store::undo_text takes it back. The box is cut at the
/// page's edges. Returns the revision.
/// Errors: InvalidInput (outside the page, or the page has no picture), those of Store::save_text.
Result<int> add_region(store::Store& store, const store::Session& by, const PageId& page,
                       const model::Region& region);

/// Takes region `number` (from 1, in the order of the text) away. Errors: NotFound, those of
/// Store::save_text.
Result<int> remove_region(store::Store& store, const store::Session& by, const PageId& page,
                          int number);

}  // namespace shiqu::labeler
