// Parts of what items and pages are called, in the index name_gram: a page under its place, an item
// under its number below zero (docs/adr/018-text-index.md).

#include "storage/base/text.h"
#include "storage/store/internal/rows.h"
#include "storage/store/internal/state.h"
#include "storage/store/internal/text_index.h"
#include "storage/store/store.h"

#include <algorithm>
#include <limits>

namespace shiqu::store {
namespace {

constexpr int kMostLookedAt = 500;  // rows in one call

std::string words_of(const model::Item& item) {
  return item.identifier + ' ' + item.title;
}

Status insert(Database& db, std::int64_t row, std::string_view words) {
  return add_to_index(db, IndexTable::Names, row, terms_of(row_of(words)));
}

}  // namespace

Status index_label(Database& db, const model::Page& page) {
  if (page.label.empty()) {
    return {};
  }
  SHIQU_TRY_ASSIGN(const std::int64_t place, place_in(db, page));
  return insert(db, place, page.label);
}

Status index_item(Database& db, const model::Item& item) {
  SHIQU_TRY_ASSIGN(const std::int64_t number, number_of(db, item.id));
  return insert(db, -number, words_of(item));
}

Status index_item_again(Database& db, const model::Item& before, const model::Item& item) {
  SHIQU_TRY_ASSIGN(const std::int64_t number, number_of(db, item.id));
  SHIQU_TRY(write_late_index(db));
  SHIQU_TRY_ASSIGN(Query remove,
                   db.query("INSERT INTO name_gram(name_gram, rowid, gram) VALUES('delete', ?, ?)",
                            "index name"));
  SHIQU_TRY(remove.bind(-number).bind(terms_of(row_of(words_of(before)))).run());
  return insert(db, -number, words_of(item));
}

Status rebuild_names(Database& db) {
  SHIQU_TRY(register_text_functions(db));
  return db.execute(
      "INSERT INTO name_gram(name_gram) VALUES('delete-all');"
      "INSERT INTO name_gram(rowid, gram) SELECT -n.number, shiqu_words(i.identifier || ' ' || "
      "i.title) FROM item_place n JOIN item i ON i.id = n.item ORDER BY 1;"
      "INSERT INTO name_gram(rowid, gram) SELECT (n.number << 20) | p.ord, shiqu_words(p.label) "
      "FROM item_place n JOIN page p ON p.item = n.item WHERE p.label <> '' ORDER BY 1",
      "rebuild index of names");
}

bool contains(const std::string& text, const std::string& part, const Variants& variants) {
  const std::u32string needle = row_of(part);
  Row row;
  row.characters = row_of(std::string_view(text));
  return needle.empty() || !places_of(needle, row, variants).empty();
}

bool is_called(const model::Item& item, const std::string& part, const Variants& variants) {
  return contains(item.identifier, part, variants) || contains(item.title, part, variants);
}

Result<std::vector<std::int64_t>> items_called(Database& db, const std::string& part,
                                               const Variants& variants, std::int64_t from,
                                               int limit) {
  SHIQU_TRY_ASSIGN(Query rows,
                   db.query("SELECT -rowid FROM name_gram WHERE name_gram MATCH ? AND rowid <= ? "
                            "ORDER BY rowid DESC LIMIT ?",
                            "find items"));
  rows.bind(expression_for(row_of(part), variants)).bind(-from).bind(limit);
  return collect(rows, [](const Query& row) { return row.integer(0); });
}

Result<PageSlice> pages_labelled(Database& db, const PageFilter& filter, std::int64_t after,
                                 int limit) {
  SHIQU_TRY_ASSIGN(Query rows,
                   db.query("SELECT rowid FROM name_gram WHERE name_gram MATCH ? AND rowid > ? "
                            "ORDER BY rowid",
                            "list pages"));
  rows.bind(expression_for(row_of(filter.label), filter.variants))
      .bind(std::max<std::int64_t>(after, 0));
  PageSlice out;
  for (int looked_at = 1;; ++looked_at) {
    SHIQU_TRY_ASSIGN(const bool any, rows.next());
    if (!any) {
      out.next.reset();
      return out;
    }
    const std::int64_t place = rows.integer(0);
    out.next = PageCursor{place};
    SHIQU_TRY_ASSIGN(ListedPage page, listed_page(db, place));
    if ((!filter.state || page.page.text_state == *filter.state) &&
        contains(page.page.label, filter.label, filter.variants)) {
      out.pages.push_back(std::move(page));
    }
    if (std::ssize(out.pages) >= limit || looked_at >= kMostLookedAt) {
      return out;
    }
  }
}

Result<std::vector<ListedItem>> Store::find_items(const std::string& part, const Variants& variants,
                                                  std::int64_t after, int limit) {
  if (row_of(std::string_view(part)).empty()) {
    return list_items(after, limit);
  }
  std::vector<ListedItem> out;
  while (std::ssize(out) < limit) {
    SHIQU_TRY_ASSIGN(const auto numbers,
                     items_called(state_->db, part, variants, after + 1, limit));
    if (numbers.empty()) {
      break;
    }
    for (const std::int64_t number : numbers) {
      after = number;
      SHIQU_TRY_ASSIGN(ListedItem one, listed_item(number));
      if (is_called(one.item, part, variants) && std::ssize(out) < limit) {
        out.push_back(std::move(one));
      }
    }
  }
  return out;
}

}  // namespace shiqu::store
