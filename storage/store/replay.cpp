#include "storage/base/crypto.h"
#include "storage/base/digest.h"
#include "storage/base/file.h"
#include "storage/base/random.h"
#include "storage/base/text.h"
#include "storage/store/internal/replayer.h"
#include "storage/store/internal/rows.h"
#include "storage/store/internal/state.h"
#include "storage/store/internal/text_index.h"
#include "storage/store/store.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace shiqu::store {
namespace {

namespace fs = std::filesystem;

model::Event event_from(const Json& row) {
  model::Event event;
  const bool whole =
      row.is_array() && row.size() == 8 && row[0].is_number_integer() &&
      row[1].is_number_integer() &&
      std::all_of(row.begin() + 2, row.end(), [](const Json& one) { return one.is_string(); });
  if (whole) {
    event.sequence = row[0].get<std::int64_t>();
    event.at_ms = row[1].get<std::int64_t>();
    event.agent = row[2].get<std::string>();
    event.action = row[3].get<std::string>();
    event.subject = row[4].get<std::string>();
    event.detail = row[5].get<std::string>();
    event.previous = row[6].get<std::string>();
    event.hash = row[7].get<std::string>();
  }
  return event;
}

}  // namespace

Result<int> Replayer::count(const char* sql, const std::string& key) {
  SHIQU_TRY_ASSIGN(Query row, db_.query(sql, "rebuild catalogue"));
  SHIQU_TRY(row.bind(key).next());
  return static_cast<int>(row.integer(0));
}

Status Replayer::sort(const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    const auto sidecar = read_sidecar(folder_, path);
    if (!sidecar) {
      lose("sidecar", path, sidecar.error().text());
      continue;
    }
    if (sidecar->kind == "journal") {
      segments_.push_back({get_or<std::int64_t>(sidecar->content, "first", 0), path});
    } else {
      captures_.push_back({get_or<std::int64_t>(sidecar->content, "entry", 0), path});
    }
  }
  const auto earlier = [](const Place& a, const Place& b) {
    return a.at != b.at ? a.at < b.at : a.path < b.path;
  };
  std::sort(segments_.begin(), segments_.end(), earlier);
  std::sort(captures_.begin(), captures_.end(), earlier);
  SHIQU_TRY_ASSIGN(last_, store_.last_sequence());
  if (last_ > 0) {
    SHIQU_TRY_ASSIGN(const Head head, store_.journal_head());
    head_ = head.hash;
  }
  return {};
}

/// The sidecar is a file of this archive from now on.
Status Replayer::watch(const std::string& path, const std::string& kind, const std::string& capture,
                       std::int64_t last_entry) {
  SHIQU_TRY_ASSIGN(const std::string bytes, read_file(folder_ / path, 256U << 20U));
  SHIQU_TRY_ASSIGN(Query file, db_.query("INSERT INTO fixity(path, digest, size) VALUES(?,?,?) ON "
                                         "CONFLICT DO NOTHING",
                                         "rebuild catalogue"));
  SHIQU_TRY(
      file.bind(path).bind(sha256_hex(bytes)).bind(static_cast<std::int64_t>(bytes.size())).run());
  SHIQU_TRY_ASSIGN(Query row, db_.query("INSERT INTO sidecar(path, kind, capture, last_entry) "
                                        "VALUES(?,?,?,?) ON CONFLICT DO NOTHING",
                                        "rebuild catalogue"));
  return row.bind(path).bind(kind).bind(capture).bind(last_entry).run();
}

Status Replayer::take_event(const model::Event& event) {
  if (event.sequence <= last_ || !chain_holds_) {
    return {};
  }
  if (event.sequence != last_ + 1 || event.previous != head_ || event_hash(event) != event.hash) {
    chain_holds_ = false;
    lose("journal", std::to_string(last_ + 1),
         fmt::format("entry {} does not follow entry {}: it and all behind it are not taken over",
                     event.sequence, last_));
    return {};
  }
  SHIQU_TRY(insert_event(db_, event));
  last_ = event.sequence;
  head_ = event.hash;
  ++report.entries;
  return {};
}

Status Replayer::segments() {
  for (const Place& place : segments_) {
    SHIQU_TRY_ASSIGN(const Sidecar sidecar, read_sidecar(folder_, place.path));
    const Json& content = sidecar.content;
    const auto last = get_or<std::int64_t>(content, "last", 0);
    SHIQU_TRY(watch(place.path, "journal", "", last));
    if (last <= last_) {
      continue;  // the catalogue has it all
    }
    for (const Json& row : list_of(content, "events")) {
      SHIQU_TRY(take_event(event_from(row)));
    }
    SHIQU_TRY(take_records(content));
  }
  return {};
}

/// True when the journal reaches behind the capture and does not know it: its keep() was cut off
/// before the commit, nobody was told of it, and its page may have been taken again.
Result<bool> Replayer::never_acknowledged(const Json& content) {
  const auto entry = get_or<std::int64_t>(content, "entry", 0);
  if (entry == 0 || entry > last_) {
    return false;
  }
  SHIQU_TRY_ASSIGN(Query row,
                   db_.query("SELECT count(*) FROM event WHERE sequence = ? AND action = "
                             "'capture.kept' AND json_extract(detail, '$.capture') = ?",
                             "rebuild capture"));
  SHIQU_TRY(row.bind(entry).bind(word(content["capture"], "id")).next());
  return row.integer(0) == 0;
}

Status Replayer::insert_capture(const Json& content) {
  for (const Json& object : list_of(content, "objects")) {
    SHIQU_TRY_ASSIGN(Query insert,
                     db_.query("INSERT INTO object(digest, size, media_type, kept_ms) "
                               "VALUES(?,?,?,?) ON CONFLICT DO NOTHING",
                               "rebuild object"));
    SHIQU_TRY(insert.bind(word(object, "digest"))
                  .bind(get_or<std::int64_t>(object, "size", 0))
                  .bind(word(object, "media_type"))
                  .bind(get_or<std::int64_t>(object, "kept_ms", 0))
                  .run());
  }
  const Json& c = content["capture"];
  SHIQU_TRY_ASSIGN(
      Query insert,
      db_.query("INSERT INTO capture(id, page, source, master, received, raw, received_name, "
                "device, width, height, dpi, taken_ms, quality) "
                "VALUES(?,?,?,?,?,nullif(?,''),?,?,?,?,?,?,?)",
                "rebuild capture"));
  for (const char* key :
       {"id", "page", "source", "master", "received", "raw", "received_name", "device"}) {
    insert.bind(word(c, key));
  }
  const auto quality = c.find("quality");
  SHIQU_TRY(insert.bind(get_or<int>(c, "width_px", 0))
                .bind(get_or<int>(c, "height_px", 0))
                .bind(get_or<double>(c, "dpi", 0))
                .bind(get_or<std::int64_t>(c, "taken_ms", 0))
                .bind(quality == c.end() ? std::string("{}") : quality->dump())
                .run());
  ++report.captures;
  return {};
}

Status Replayer::take_capture(const Sidecar& sidecar) {
  const Json& content = sidecar.content;
  const std::string id = content.contains("capture") ? word(content["capture"], "id") : "";
  if (id.empty() || !content.contains("item") || !content.contains("page")) {
    lose("sidecar", sidecar.name, "members are missing");
    return {};
  }
  SHIQU_TRY_ASSIGN(const bool orphan, never_acknowledged(content));
  if (orphan) {
    lose("capture", id, "it was cut off before it was kept, and never shown as kept");
    return {};
  }
  SHIQU_TRY_ASSIGN(const int known, count("SELECT count(*) FROM capture WHERE id = ?", id));
  const auto entry = get_or<std::int64_t>(content, "entry", 0);
  if (known == 0) {
    SHIQU_TRY_ASSIGN(const int item,
                     count("SELECT count(*) FROM item WHERE id = ?", word(content["item"], "id")));
    if (item == 0) {  // a segment's is newer
      SHIQU_TRY(take_item(content["item"]));
    }
    SHIQU_TRY(take_page(content["page"], false));
    SHIQU_TRY(insert_capture(content));
    if (entry > last_ || entry == 0) {
      unjournalled_.emplace_back(word(content["page"], "id"), id);
    }
  }
  // What comes later is in force.
  SHIQU_TRY_ASSIGN(Query older, db_.query("UPDATE capture SET superseded = (id <> ?1) WHERE page = "
                                          "?2",
                                          "rebuild capture"));
  SHIQU_TRY(older.bind(id).bind(word(content["page"], "id")).run());
  SHIQU_TRY_ASSIGN(Query page,
                   db_.query("UPDATE page SET capture = ? WHERE id = ?", "rebuild capture"));
  SHIQU_TRY(page.bind(id).bind(word(content["page"], "id")).run());
  return watch(sidecar.name, "capture", id, entry);
}

Status Replayer::captures() {
  for (const Place& place : captures_) {
    SHIQU_TRY_ASSIGN(const Sidecar sidecar, read_sidecar(folder_, place.path));
    SHIQU_TRY(take_capture(sidecar));
  }
  return {};
}

/// The text in force is one that is there, and search knows its lines.
Status Replayer::settle_text(const PageId& page, int revision) {
  SHIQU_TRY_ASSIGN(Query best, db_.query("SELECT coalesce(max(revision), 0) FROM text_revision "
                                         "WHERE page = ? AND revision <= ?",
                                         "rebuild text"));
  SHIQU_TRY(best.bind(page.str()).bind(revision).next());
  const int found = static_cast<int>(best.integer(0));
  if (found != revision) {
    lose("text", page.str(),
         found == 0 ? fmt::format("revision {} is in no segment: the page has no text", revision)
                    : fmt::format("revision {} is in no segment: {} is in force", revision, found));
    SHIQU_TRY_ASSIGN(Query update,
                     db_.query("UPDATE page SET text_revision = ?, text_state = ? WHERE id = ?",
                               "rebuild text"));
    SHIQU_TRY(update.bind(found).bind(found == 0 ? "none" : "drafted").bind(page.str()).run());
  }
  if (found == 0) {
    return {};
  }
  SHIQU_TRY_ASSIGN(const TextRevision text, store_.text_revision(page, found));
  SHIQU_TRY_ASSIGN(const model::Page row, store_.page(page));
  return renew_index(db_, row, found, text.text);
}

Status Replayer::settle_pages() {
  std::vector<std::pair<PageId, int>> pages;
  {
    SHIQU_TRY_ASSIGN(
        Query rows,
        db_.query("SELECT id, text_revision FROM page WHERE text_revision > 0", "rebuild text"));
    SHIQU_TRY_ASSIGN(pages, collect(rows, [](const Query& row) {
                       return std::pair(PageId(row.text(0)), static_cast<int>(row.integer(1)));
                     }));
  }
  for (const auto& [page, revision] : pages) {
    SHIQU_TRY(settle_text(page, revision));
  }
  return {};
}

Result<ReplayReport> Store::replay(const Session& by, const fs::path& folder,
                                   const std::vector<std::string>& paths) {
  Database& db = state_->db;
  SHIQU_TRY_ASSIGN(Transaction transaction, Transaction::begin(db));
  SHIQU_TRY(db.execute("PRAGMA defer_foreign_keys=ON", "rebuild catalogue"));
  Replayer replayer(*this, db, folder);
  SHIQU_TRY(replayer.sort(paths));
  SHIQU_TRY(replayer.segments());
  SHIQU_TRY(replayer.captures());
  SHIQU_TRY(replayer.settle_pages());
  SHIQU_TRY(rebuild_names(db));
  for (const auto& [page, capture] : replayer.unjournalled()) {
    SHIQU_TRY(state_->append(by, "capture.rebuilt", page, {{"capture", capture}}));
    replayer.report.lost.push_back(
        {"journal", capture, "the entry of this capture is in no segment: it was entered anew"});
  }
  SHIQU_TRY(transaction.commit());
  return std::move(replayer.report);
}

}  // namespace shiqu::store
