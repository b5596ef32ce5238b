#pragma once

#include "storage/store/internal/database.h"
#include "storage/store/store.h"

#include <string>
#include <utility>
#include <vector>

namespace shiqu::store {

/// All rows of a bound query, each turned into a record by `make`.
template <class Make>
auto collect(Query& rows, Make make) -> Result<std::vector<decltype(make(rows))>> {
  std::vector<decltype(make(rows))> out;
  while (true) {
    SHIQU_TRY_ASSIGN(const bool row, rows.next());
    if (!row) {
      return out;
    }
    out.push_back(make(rows));
  }
}

/// The only row of a bound query. Errors: NotFound.
template <class Make>
auto one(Query& rows, Make make, const char* what, const std::string& subject)
    -> Result<decltype(make(rows))> {
  SHIQU_TRY_ASSIGN(const bool row, rows.next());
  if (!row) {
    return fail(ErrorCode::NotFound, what, subject);
  }
  return make(rows);
}

inline constexpr const char* kItemColumns =
    "SELECT id, identifier, title, creator, date, description, rights, grade, created_ms FROM "
    "item ";
model::Item item_of(const Query& row);

inline constexpr const char* kPageColumns =
    "SELECT id, item, ord, label, capture, text_state, text_revision FROM page ";
model::Page page_of(const Query& row);

inline constexpr const char* kCaptureColumns =
    "SELECT id, page, source, master, received, raw, received_name, device, width, height, dpi, "
    "taken_ms, quality, superseded FROM capture ";
model::Capture capture_of(const Query& row);

inline constexpr const char* kEventColumns =
    "SELECT sequence, at_ms, agent, action, subject, detail, previous, hash FROM event ";
model::Event event_of(const Query& row);
/// Adds an entry as it is; only inside a transaction.
Status insert_event(Database& db, const model::Event& event);

inline constexpr const char* kCheckpointColumns =
    "SELECT sequence, head, at_ms, key, signature, reason FROM checkpoint ";
/// Without the name of the archive.
Head checkpoint_of(const Query& row);

}  // namespace shiqu::store
