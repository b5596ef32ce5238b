#pragma once

#include "storage/model/catalogue.h"
#include "storage/store/search.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace shiqu::store {

/// Pages by the state of their text.
struct PageCounts {
  std::array<std::int64_t, 6> by_state{};  ///< index: model::TextState
  [[nodiscard]] std::int64_t of(model::TextState state) const {
    return by_state.at(static_cast<std::size_t>(state));
  }
  [[nodiscard]] std::int64_t all() const noexcept {
    std::int64_t sum = 0;
    for (const std::int64_t one : by_state) {
      sum += one;
    }
    return sum;
  }
};

struct ListedItem {
  model::Item item;
  std::int64_t number = 0;  ///< its place among the items, from 1; never changes
  PageCounts pages;
};

struct ItemCount {
  std::int64_t number = 0;
  std::int64_t pages = 0;
};

struct ListedPage {
  model::Page page;
  std::int64_t item_number = 0;
  std::string master;  ///< digest of the capture in force; empty: none
};

/// All conditions hold together; empty ones hold always.
struct PageFilter {
  std::optional<ItemId> item;
  std::optional<model::TextState> state;
  std::string item_name;  ///< what identifier or title of its item contains, anywhere
  std::string label;      ///< what the page's label contains, anywhere
  std::string text;       ///< what its text in force contains, as in SearchQuery
  Variants variants;      ///< of all three; white space and case of ASCII count for nothing
  /// True if pages can be counted and reached by their number: no words.
  [[nodiscard]] bool is_countable() const noexcept {
    return item_name.empty() && label.empty() && text.empty();
  }
};

/// Where a list goes on. Lists are in the order of the archive.
struct PageCursor {
  std::int64_t place = 0;
};

struct PageSlice {
  std::vector<ListedPage> pages;
  std::optional<PageCursor> next;  ///< nullopt: all was looked at
};

}  // namespace shiqu::store
