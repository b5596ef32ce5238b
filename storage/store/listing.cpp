#include "storage/store/listing.h"

#include "storage/store/internal/rows.h"
#include "storage/store/internal/state.h"
#include "storage/store/internal/text_index.h"
#include "storage/store/store.h"

#include <algorithm>

namespace shiqu::store {
namespace {

using model::TextState;

constexpr int kMostLookedAt = 500;  // rows in one call
constexpr const char* kListedColumns =
    "SELECT id, item, ord, label, capture, text_state, text_revision, coalesce((SELECT master FROM "
    "capture c WHERE c.id = page.capture), '') FROM page ";

std::string key_of(std::optional<TextState> state) {
  return state ? std::string(model::name_of(*state)) : std::string();
}

ListedPage listed_of(const Query& row, std::int64_t number) {
  return {page_of(row), number, row.text(7)};
}

Result<PageCounts> counts_of(Database& db, std::int64_t number) {
  PageCounts out;
  for (std::size_t i = 0; i < out.by_state.size(); ++i) {
    SHIQU_TRY_ASSIGN(
        Query row,
        db.query("SELECT pages FROM page_count WHERE state = ? AND number = ?", "count pages"));
    SHIQU_TRY_ASSIGN(const bool any,
                     row.bind(model::name_of(static_cast<TextState>(i))).bind(number).next());
    out.by_state[i] = any ? row.integer(0) : 0;
  }
  return out;
}

Result<ItemId> item_of_number(Database& db, std::int64_t number) {
  SHIQU_TRY_ASSIGN(Query row,
                   db.query("SELECT item FROM item_place WHERE number = ?", "find item"));
  return one(
      row.bind(number), [](const Query& q) { return ItemId(q.text(0)); }, "find item",
      std::to_string(number));
}

/// Pages of `item` behind page `after`.
Result<Query> pages_behind(Database& db, const ItemId& item, std::optional<TextState> state,
                           int after) {
  if (!state) {
    SHIQU_TRY_ASSIGN(Query rows, db.query(std::string(kListedColumns) +
                                              "WHERE item = ? AND ord > ? ORDER BY ord",
                                          "list pages"));
    rows.bind(item.str()).bind(after);
    return rows;
  }
  SHIQU_TRY_ASSIGN(Query rows,
                   db.query(std::string(kListedColumns) +
                                "WHERE item = ? AND text_state = ? AND ord > ? ORDER BY ord",
                            "list pages"));
  rows.bind(item.str()).bind(model::name_of(*state)).bind(after);
  return rows;
}

/// A list in the order of the archive while it is made.
struct Listing {
  Database& db;
  const PageFilter& filter;
  int limit = 0;
  int looked_at = 0;
  PageSlice out;

  [[nodiscard]] bool full() const {
    return std::ssize(out.pages) >= limit || looked_at >= kMostLookedAt;
  }

  /// Pages of one item behind page `after`.
  Status take(std::int64_t number, const ItemId& item, int after) {
    SHIQU_TRY_ASSIGN(Query rows, pages_behind(db, item, filter.state, after));
    while (!full()) {
      SHIQU_TRY_ASSIGN(const bool row, rows.next());
      if (!row) {
        return {};
      }
      ++looked_at;
      ListedPage page = listed_of(rows, number);
      out.next = PageCursor{place_of(number, page.page.order)};
      if (contains(page.page.label, filter.label, filter.variants)) {
        out.pages.push_back(std::move(page));
      }
    }
    return {};
  }
};

Result<bool> has_name(Store& store, const PageFilter& filter, const ItemId& id) {
  if (filter.item_name.empty()) {
    return true;
  }
  SHIQU_TRY_ASSIGN(const model::Item item, store.item(id));
  return is_called(item, filter.item_name, filter.variants);
}

/// The first item from `number` on that has pages of that state.
Result<std::optional<std::int64_t>> item_from(Database& db, const PageFilter& filter,
                                              std::int64_t number) {
  SHIQU_TRY_ASSIGN(Query row,
                   db.query("SELECT number FROM page_count WHERE state = ? AND number >= ? AND "
                            "pages > 0 ORDER BY number LIMIT 1",
                            "list items"));
  SHIQU_TRY_ASSIGN(const bool any, row.bind(key_of(filter.state)).bind(number).next());
  return any ? std::optional(row.integer(0)) : std::nullopt;
}

Result<bool> has_pages(Database& db, const PageFilter& filter, std::int64_t number) {
  SHIQU_TRY_ASSIGN(
      Query row,
      db.query("SELECT pages FROM page_count WHERE state = ? AND number = ?", "count pages"));
  SHIQU_TRY_ASSIGN(const bool any, row.bind(key_of(filter.state)).bind(number).next());
  return any && row.integer(0) > 0;
}

/// Items one after the other; those that may be called so are asked for many at a time.
class Items {
 public:
  Items(Database& db, const PageFilter& filter) : db_(db), filter_(filter) {}

  Result<std::optional<std::int64_t>> from(std::int64_t number) {
    if (filter_.item_name.empty()) {
      return item_from(db_, filter_, number);
    }
    if (at_ == called_.size()) {
      at_ = 0;
      SHIQU_TRY_ASSIGN(
          called_, items_called(db_, filter_.item_name, filter_.variants, number, kItemsAtOnce));
    }
    return called_.empty() ? std::nullopt : std::optional(called_[at_++]);
  }

 private:
  static constexpr int kItemsAtOnce = 100;
  Database& db_;
  const PageFilter& filter_;
  std::vector<std::int64_t> called_;
  std::size_t at_ = 0;
};

Result<PageSlice> in_order(Store& store, Database& db, const PageFilter& filter, std::int64_t after,
                           int limit) {
  Listing list{db, filter, limit, 0, {}};
  Items items(db, filter);
  std::int64_t number = std::max<std::int64_t>(after >> kPlaceBits, 1);
  while (true) {
    SHIQU_TRY_ASSIGN(const std::optional<std::int64_t> found, items.from(number));
    if (!found) {
      list.out.next.reset();
      return std::move(list.out);
    }
    SHIQU_TRY_ASSIGN(const bool some, has_pages(db, filter, *found));
    if (some) {  // the cheaper question first
      const bool same = *found == (after >> kPlaceBits);
      SHIQU_TRY_ASSIGN(const ItemId id, item_of_number(db, *found));
      SHIQU_TRY_ASSIGN(const bool called, has_name(store, filter, id));
      SHIQU_TRY(called ? list.take(*found, id, same ? static_cast<int>(after & kMostPages) : 0)
                       : Status{});
    }
    if (list.full()) {
      return std::move(list.out);
    }
    number = *found + 1;
    ++list.looked_at;  // an item without such pages is work too
    list.out.next = PageCursor{place_of(number, 0)};
  }
}

}  // namespace

Result<ListedPage> listed_page(Database& db, std::int64_t place) {
  const std::int64_t number = place >> kPlaceBits;
  SHIQU_TRY_ASSIGN(Query row,
                   db.query(std::string(kListedColumns) +
                                "WHERE item = (SELECT item FROM item_place WHERE number = ?) AND "
                                "ord = ?",
                            "list pages"));
  return one(
      row.bind(number).bind(place & kMostPages),
      [number](const Query& found) { return listed_of(found, number); }, "list pages",
      std::to_string(place));
}

Result<std::int64_t> Store::item_number(const ItemId& item) {
  return number_of(state_->db, item);
}

Result<std::vector<ListedItem>> Store::list_items(std::int64_t after, int limit) {
  SHIQU_TRY_ASSIGN(
      Query rows,
      state_->db.query("SELECT i.id, i.identifier, i.title, i.creator, i.date, i.description, "
                       "i.rights, i.grade, i.created_ms, n.number FROM item_place n "
                       "JOIN item i ON i.id = n.item WHERE n.number > ? ORDER BY n.number LIMIT ?",
                       "list items"));
  rows.bind(after).bind(limit);
  std::vector<ListedItem> out;
  while (true) {
    SHIQU_TRY_ASSIGN(const bool row, rows.next());
    if (!row) {
      return out;
    }
    ListedItem item{item_of(rows), rows.integer(9), {}};
    SHIQU_TRY_ASSIGN(item.pages, counts_of(state_->db, item.number));
    out.push_back(std::move(item));
  }
}

Result<ListedItem> Store::listed_item(std::int64_t number) {
  SHIQU_TRY_ASSIGN(std::vector<ListedItem> found, list_items(number - 1, 1));
  if (found.empty() || found.front().number != number) {
    return fail(ErrorCode::NotFound, "find item", std::to_string(number));
  }
  return std::move(found.front());
}

Result<PageCounts> Store::page_counts() {
  return counts_of(state_->db, 0);
}

Result<std::vector<ItemCount>> Store::item_counts(std::optional<TextState> state) {
  SHIQU_TRY_ASSIGN(Query rows,
                   state_->db.query("SELECT number, pages FROM page_count WHERE state = ? AND "
                                    "number > 0 AND pages > 0 ORDER BY number",
                                    "count pages"));
  return collect(rows.bind(key_of(state)), [](const Query& row) {
    return ItemCount{row.integer(0), row.integer(1)};
  });
}

Result<std::vector<ListedPage>> Store::pages_of(std::int64_t number, std::optional<TextState> state,
                                                std::int64_t offset, int limit) {
  SHIQU_TRY_ASSIGN(const ItemId item, item_of_number(state_->db, number));
  // The offset goes over the index alone; the rows are read from there on.
  SHIQU_TRY_ASSIGN(
      Query first,
      state_->db.query(state ? "SELECT ord FROM page WHERE item = ? AND text_state = ? ORDER BY "
                               "ord LIMIT 1 OFFSET ?"
                             : "SELECT ord FROM page WHERE item = ? ORDER BY ord LIMIT 1 OFFSET ?",
                       "list pages"));
  first.bind(item.str());
  if (state) {
    first.bind(model::name_of(*state));
  }
  SHIQU_TRY_ASSIGN(const bool any, first.bind(offset).next());
  std::vector<ListedPage> out;
  if (!any) {
    return out;
  }
  SHIQU_TRY_ASSIGN(Query rows,
                   pages_behind(state_->db, item, state, static_cast<int>(first.integer(0)) - 1));
  while (std::ssize(out) < limit) {
    SHIQU_TRY_ASSIGN(const bool row, rows.next());
    if (!row) {
      break;
    }
    out.push_back(listed_of(rows, number));
  }
  return out;
}

Result<std::int64_t> Store::pages_before(const ItemId& item, std::optional<TextState> state,
                                         int order) {
  SHIQU_TRY_ASSIGN(
      Query row,
      state_->db.query(
          state ? "SELECT count(*) FROM page WHERE item = ? AND ord < ? AND text_state = ?"
                : "SELECT count(*) FROM page WHERE item = ? AND ord < ?",
          "count pages"));
  row.bind(item.str()).bind(order);
  if (state) {
    row.bind(model::name_of(*state));
  }
  SHIQU_TRY(row.next());
  return row.integer(0);
}

Result<PageSlice> Store::list_pages(const PageFilter& wanted, const PageCursor& after, int limit) {
  PageFilter filter = wanted;
  for (std::string* words : {&filter.item_name, &filter.label, &filter.text}) {
    if (row_of(std::string_view(*words)).empty()) {
      words->clear();  // white space alone asks for nothing
    }
  }
  if (!filter.text.empty()) {
    return pages_with_text(*this, state_->db, filter, after.place, limit);
  }
  if (!filter.item) {
    return filter.item_name.empty() && !filter.label.empty()
               ? pages_labelled(state_->db, filter, after.place, limit)
               : in_order(*this, state_->db, filter, after.place, limit);
  }
  SHIQU_TRY_ASSIGN(const bool called, has_name(*this, filter, *filter.item));
  if (!called) {
    return PageSlice{};
  }
  SHIQU_TRY_ASSIGN(const std::int64_t number, item_number(*filter.item));
  Listing list{state_->db, filter, limit, 0, {}};
  SHIQU_TRY(list.take(number, *filter.item, static_cast<int>(after.place & kMostPages)));
  if (!list.full()) {
    list.out.next.reset();
  }
  return std::move(list.out);
}

}  // namespace shiqu::store
