#pragma once

#include "storage/store/store.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace shiqu::desk {

/// The pages that pass a filter, by their number in the list, without holding them: of an archive
/// of a million pages it knows how many each item has and the rows that were looked at last. Where
/// pages cannot be counted (a filter by text or label) it holds those found so far and grows.
/// UI thread only.
class PageShelf {
 public:
  struct Entry {
    model::Item item;
    model::Page page;
    std::string master;  ///< digest of the capture in force; empty: none
  };
  /// Neighbours in the list that are of one item.
  struct Group {
    std::int64_t item_number = 0;
    std::size_t first = 0;  ///< index of its first page
    std::size_t pages = 0;
  };

  /// Errors: those of the store.
  Status show(store::Store& store, store::PageFilter filter);
  Status reload(store::Store& store);
  /// Looks for more pages, where not all have been found.
  Status grow(store::Store& store);
  [[nodiscard]] bool may_grow() const noexcept { return next_.has_value(); }

  [[nodiscard]] const store::PageFilter& filter() const noexcept { return filter_; }
  [[nodiscard]] std::size_t count() const noexcept { return count_; }
  [[nodiscard]] const std::vector<Group>& groups() const noexcept { return groups_; }
  /// Entry `index` < count(), valid until the next call of a member; nullptr: it is gone.
  const Entry* at(store::Store& store, std::size_t index);
  /// Where `page` stands in the list; nullopt: not in it.
  std::optional<std::size_t> index_of(store::Store& store, const model::Page& page);

 private:
  void add(const store::ListedPage& page);
  const store::ListedPage* find(store::Store& store, std::size_t index);
  const model::Item* item(store::Store& store, std::int64_t number);

  store::PageFilter filter_;
  std::vector<Group> groups_;
  std::size_t count_ = 0;
  std::vector<store::ListedPage> found_;  ///< all of them, where they cannot be counted
  std::optional<store::PageCursor> next_;
  std::map<std::pair<std::int64_t, std::size_t>, std::vector<store::ListedPage>> read_;
  std::map<std::int64_t, model::Item> items_;
  Entry entry_;
};

/// A filter in words: `@GJ0001` an item, `#12a` what the label begins with, `:accepted` a state (as
/// the command line or as the desk names it), the rest what the text contains.
/// Errors: NotFound (no such item), InvalidInput (no such state).
Result<store::PageFilter> filter_from(store::Store& store, std::string_view words);

}  // namespace shiqu::desk
