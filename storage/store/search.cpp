#include "storage/store/search.h"

#include "storage/store/internal/rows.h"
#include "storage/store/internal/state.h"
#include "storage/store/internal/text_index.h"
#include "storage/store/store.h"

#include "storage/base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace shiqu::store {
namespace {

constexpr int kMostLookedAt = 250;  // pages in one call: what a person does not notice waiting

/// A page that may have what is looked for.
struct Candidate {
  model::Page page;
  std::string item_identifier;
  std::string item_title;
  model::PageText text;
};

/// Takes the terms of the text that was in force out of the index. They are made again from its
/// revision, which never changes.
Status forget(Database& db, const PageId& page, std::int64_t place) {
  std::string terms;
  {
    SHIQU_TRY_ASSIGN(
        Query old, db.query("SELECT t.body FROM text_indexed x JOIN text_revision t ON t.page = ? "
                            "AND t.revision = x.revision WHERE x.place = ?",
                            "index text"));
    SHIQU_TRY_ASSIGN(const bool any, old.bind(page.str()).bind(place).next());
    if (!any) {
      return {};
    }
    SHIQU_TRY(write_late_index(db));  // it may be among them
    const auto text = unpack_body(old.bytes(0), "page " + page.str());
    terms = text ? terms_of(row_of(*text).characters) : std::string();
  }
  SHIQU_TRY_ASSIGN(Query remove,
                   db.query("INSERT INTO text_gram(text_gram, rowid, gram) VALUES('delete', ?, ?)",
                            "index text"));
  return remove.bind(place).bind(terms).run();
}

bool passes(const Candidate& one, const PageFilter& filter) {
  return (!filter.state || one.page.text_state == *filter.state) &&
         contains(one.page.label, filter.label, filter.variants) &&
         (contains(one.item_identifier, filter.item_name, filter.variants) ||
          contains(one.item_title, filter.item_name, filter.variants));
}

/// A page that does not pass `filter` comes without its text.
Result<Candidate> read_candidate(Database& db, std::int64_t place,
                                 const PageFilter* filter = nullptr) {
  SHIQU_TRY_ASSIGN(
      Query row,
      db.query("SELECT p.id, p.item, p.ord, p.label, p.capture, p.text_state, p.text_revision, "
               "i.identifier, i.title, t.body FROM item_place n JOIN item i ON i.id = n.item "
               "JOIN page p ON p.item = n.item AND p.ord = ? "
               "JOIN text_revision t ON t.page = p.id AND t.revision = p.text_revision "
               "WHERE n.number = ?",
               "search"));
  row.bind(place & kMostPages).bind(place >> kPlaceBits);
  SHIQU_TRY_ASSIGN(const bool found, row.next());
  if (!found) {
    return fail(ErrorCode::Corrupt, "search", fmt::format("place {}", place),
                "the index names a page without a text");
  }
  Candidate out;
  out.page = page_of(row);
  out.item_identifier = row.text(7);
  out.item_title = row.text(8);
  if (filter != nullptr && !passes(out, *filter)) {
    return out;
  }
  SHIQU_TRY_ASSIGN(out.text, unpack_body(row.bytes(9), "page " + out.page.id.str()));
  return out;
}

/// Characters `first` … of the row, as parts of lines with their boxes.
std::vector<TextSpan> spans_of(const model::PageText& text, const Row& row, std::size_t first,
                               std::size_t count) {
  std::vector<TextSpan> out;
  for (std::size_t i = first; i < first + count; ++i) {
    const model::Line& line = text.lines[row.line[i]];
    if (out.empty() || out.back().line_index != row.line[i]) {
      out.push_back({line.id, row.line[i], row.character[i], 0, {}});
    }
    TextSpan& span = out.back();
    span.count = row.character[i] + 1 - span.first;
    if (row.character[i] < line.glyphs.size()) {
      span.boxes.push_back(line.glyphs[row.character[i]].box);
    } else if (span.boxes.empty()) {
      span.boxes.push_back(line.box);
    }
  }
  return out;
}

void add_hits(const Candidate& page, const std::u32string& needle, const Variants& variants,
              std::vector<SearchHit>& hits) {
  const Row row = row_of(page.text);
  for (const std::size_t at : places_of(needle, row, variants)) {
    SearchHit hit;
    hit.item = page.page.item;
    hit.item_identifier = page.item_identifier;
    hit.item_title = page.item_title;
    hit.page = page.page.id;
    hit.page_order = page.page.order;
    hit.page_label = page.page.label;
    hit.spans = spans_of(page.text, row, at, needle.size());
    hit.line = hit.spans.front().line;
    hit.text = page.text.lines[hit.spans.front().line_index].text;
    hits.push_back(std::move(hit));
  }
}

/// Places of pages that may have the needle, behind `after`, of one item or of all.
Result<Query> candidates(Database& db, const std::string& expression, std::int64_t after,
                         std::optional<std::int64_t> item_number) {
  std::int64_t before = std::numeric_limits<std::int64_t>::max();
  if (item_number) {
    after = std::max(after, place_of(*item_number, 0));
    before = place_of(*item_number + 1, 0);
  }
  SHIQU_TRY_ASSIGN(Query rows,
                   db.query("SELECT rowid FROM text_gram WHERE text_gram MATCH ? AND rowid > ? "
                            "AND rowid < ? ORDER BY rowid",
                            "search"));
  rows.bind(expression).bind(after).bind(before);
  return rows;
}

}  // namespace

Result<std::int64_t> number_of(Database& db, const ItemId& item) {
  SHIQU_TRY_ASSIGN(Query row,
                   db.query("SELECT number FROM item_place WHERE item = ?", "find item"));
  return one(
      row.bind(item.str()), [](const Query& q) { return q.integer(0); }, "find item", item.str());
}

Result<std::int64_t> place_in(Database& db, const model::Page& page) {
  if (page.order > kMostPages) {
    return fail(ErrorCode::Unsupported, "index text", fmt::format("page {}", page.order),
                fmt::format("an item has at most {} pages", kMostPages));
  }
  SHIQU_TRY_ASSIGN(const std::int64_t number, number_of(db, page.item));
  return place_of(number, page.order);
}

Status renew_index(Database& db, const model::Page& page, int revision,
                   const model::PageText& text) {
  SHIQU_TRY_ASSIGN(const std::int64_t place, place_in(db, page));
  SHIQU_TRY(forget(db, page.id, place));
  SHIQU_TRY(add_to_index(db, IndexTable::Texts, place, terms_of(row_of(text).characters)));
  SHIQU_TRY_ASSIGN(Query note,
                   db.query("INSERT OR REPLACE INTO text_indexed VALUES(?, ?)", "index text"));
  return note.bind(place).bind(revision).run();
}

Result<std::int64_t> unindexed_pages(Database& db) {
  return db.integer(
      "SELECT count(*) FROM item_place n JOIN page p ON p.item = n.item "
      "LEFT JOIN text_indexed x ON x.place = ((n.number << 20) | p.ord) "
      "WHERE p.text_revision <> coalesce(x.revision, 0)",
      "check index of texts");
}

Result<SearchResult> Store::search(const SearchQuery& query) {
  SearchResult out;
  const std::u32string needle = row_of(query.needle);
  if (needle.empty()) {
    return out;
  }
  std::optional<std::int64_t> number;
  if (query.item) {
    SHIQU_TRY_ASSIGN(number, item_number(*query.item));
  }
  Database& db = state_->db;
  SHIQU_TRY_ASSIGN(Query places,
                   candidates(db, expression_for(needle, query.variants), query.after, number));
  for (int looked_at = 1;; ++looked_at) {
    SHIQU_TRY_ASSIGN(const bool any, places.next());
    if (!any) {
      out.next = 0;
      return out;
    }
    out.next = places.integer(0);
    SHIQU_TRY_ASSIGN(const Candidate page, read_candidate(db, out.next));
    add_hits(page, needle, query.variants, out.hits);
    if (looked_at >= kMostLookedAt || std::ssize(out.hits) >= query.limit) {
      return out;
    }
  }
}

Result<PageSlice> pages_with_text(Store& store, Database& db, const PageFilter& filter,
                                  std::int64_t after, int limit) {
  PageSlice out;
  const std::u32string needle = row_of(filter.text);
  std::optional<std::int64_t> number;
  if (filter.item) {
    SHIQU_TRY_ASSIGN(number, store.item_number(*filter.item));
  }
  SHIQU_TRY_ASSIGN(Query places,
                   candidates(db, expression_for(needle, filter.variants), after, number));
  for (int looked_at = 1;; ++looked_at) {
    SHIQU_TRY_ASSIGN(const bool any, places.next());
    if (!any) {
      return out;
    }
    const std::int64_t place = places.integer(0);
    SHIQU_TRY_ASSIGN(const Candidate page, read_candidate(db, place, &filter));
    if (passes(page, filter) && !places_of(needle, row_of(page.text), filter.variants).empty()) {
      const auto capture = store.capture(page.page.capture);
      out.pages.push_back({page.page, place >> kPlaceBits, capture ? capture->master : ""});
    }
    if (looked_at >= kMostLookedAt || std::ssize(out.pages) >= limit) {
      out.next = PageCursor{place};
      return out;
    }
  }
}

Result<TextIndexSize> Store::text_index_size() {
  TextIndexSize out;
  SHIQU_TRY_ASSIGN(out.pages, state_->db.integer("SELECT count(*) FROM text_indexed", "count"));
  SHIQU_TRY_ASSIGN(out.bytes,
                   state_->db.integer("SELECT coalesce(sum(length(block)), 0) FROM text_gram_data",
                                      "measure index of texts"));
  return out;
}

Status Store::rebuild_text_index() {
  SHIQU_TRY(register_text_functions(state_->db));
  SHIQU_TRY_ASSIGN(Transaction transaction, Transaction::begin(state_->db));
  SHIQU_TRY(state_->db.execute(
      "INSERT INTO text_gram(text_gram) VALUES('delete-all');"
      "DELETE FROM text_indexed;"
      "INSERT INTO text_indexed SELECT (n.number << 20) | p.ord, p.text_revision "
      "FROM item_place n JOIN page p ON p.item = n.item WHERE p.text_revision > 0;"
      "INSERT INTO text_gram(rowid, gram) SELECT (n.number << 20) | p.ord, shiqu_terms(t.body) "
      "FROM item_place n JOIN page p ON p.item = n.item "
      "JOIN text_revision t ON t.page = p.id AND t.revision = p.text_revision ORDER BY 1",
      "rebuild index of texts"));
  SHIQU_TRY(rebuild_names(state_->db));
  return transaction.commit();
}

}  // namespace shiqu::store
