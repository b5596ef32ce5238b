#include "storage/base/crypto.h"
#include "storage/base/digest.h"
#include "storage/base/file.h"
#include "storage/base/random.h"
#include "storage/base/text.h"
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

const Json& list_of(const Json& content, const char* key) {
  static const Json none = Json::array();
  const auto found = content.find(key);
  return found != content.end() && found->is_array() ? *found : none;
}

std::string word(const Json& json, const char* key) {
  return get_or<std::string>(json, key, "");
}

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

/// Where a sidecar stands among the others; contents are read again in that order, one at a time.
struct Place {
  std::int64_t at = 0;  ///< first entry of a segment, entry of a capture
  std::string path;
};

class Replayer {
 public:
  Replayer(Store& store, Database& db, const fs::path& folder)
      : store_(store), db_(db), folder_(folder) {}

  Status sort(const std::vector<std::string>& paths);
  Status segments();
  Status captures();
  Status settle_pages();
  /// Captures that no entry speaks of.
  [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& unjournalled() const {
    return unjournalled_;
  }
  ReplayReport report;

 private:
  void lose(std::string kind, std::string subject, std::string why) {
    report.lost.push_back({std::move(kind), std::move(subject), std::move(why)});
  }
  Result<int> count(const char* sql, const std::string& key);
  Status watch(const std::string& path, const std::string& kind, const std::string& capture,
               std::int64_t last_entry);
  Status take_event(const model::Event& event);
  Status take_item(const Json& item);
  Status take_page(const Json& page, bool in_force);
  Status take_account(const Json& account);
  Status take_text(const Json& text);
  Status take_review(const Json& review);
  Status take_records(const Json& content);
  Status take_capture(const Sidecar& sidecar);
  Status insert_capture(const Json& content);
  Result<bool> never_acknowledged(const Json& content);
  Status settle_text(const PageId& page, int revision);

  Store& store_;
  Database& db_;
  fs::path folder_;
  std::vector<Place> segments_;
  std::vector<Place> captures_;
  std::vector<std::pair<std::string, std::string>> unjournalled_;  ///< page, capture
  std::int64_t last_ = 0;
  std::string head_ = std::string(64, '0');
  bool chain_holds_ = true;
  std::string secret_;  ///< of accounts whose own is not known: nobody knows it
};

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
  SHIQU_TRY_ASSIGN(Query insert,
                   db_.query("INSERT INTO event(sequence, at_ms, agent, action, "
                             "subject, detail, previous, hash) VALUES(?,?,?,?,?,?,?,?)",
                             "rebuild journal"));
  SHIQU_TRY(insert.bind(event.sequence)
                .bind(event.at_ms)
                .bind(event.agent)
                .bind(event.action)
                .bind(event.subject)
                .bind(event.detail)
                .bind(event.previous)
                .bind(event.hash)
                .run());
  last_ = event.sequence;
  head_ = event.hash;
  ++report.entries;
  return {};
}

Status Replayer::take_item(const Json& item) {
  SHIQU_TRY_ASSIGN(const int known,
                   count("SELECT count(*) FROM item WHERE id = ?", word(item, "id")));
  SHIQU_TRY_ASSIGN(
      Query insert,
      db_.query("INSERT INTO item(id, identifier, title, creator, date, description, rights, "
                "grade, created_ms) VALUES(?,?,?,?,?,?,?,?,?) ON CONFLICT(id) DO UPDATE SET "
                "title = excluded.title, creator = excluded.creator, date = excluded.date, "
                "description = excluded.description, rights = excluded.rights, "
                "grade = excluded.grade",
                "rebuild item"));
  for (const char* key :
       {"id", "identifier", "title", "creator", "date", "description", "rights", "grade"}) {
    insert.bind(word(item, key));
  }
  SHIQU_TRY(insert.bind(get_or<std::int64_t>(item, "created_ms", 0)).run());
  report.items += known == 0 ? 1 : 0;
  return {};
}

/// `in_force`: the record says where the text stands, a capture's only where its page belongs.
Status Replayer::take_page(const Json& page, bool in_force) {
  const std::string id = word(page, "id");
  int order = get_or<int>(page, "order", 0);
  SHIQU_TRY_ASSIGN(const int known, count("SELECT count(*) FROM page WHERE id = ?", id));
  if (known == 0) {
    SHIQU_TRY_ASSIGN(Query taken, db_.query("SELECT count(*), (SELECT coalesce(max(ord), 0) FROM "
                                            "page WHERE item = ?1) FROM page WHERE item = ?1 AND "
                                            "ord = ?2",
                                            "rebuild page"));
    SHIQU_TRY(taken.bind(word(page, "item")).bind(order).next());
    if (taken.integer(0) > 0) {
      lose("page order", id,
           fmt::format("page {} of its item is another page: it stands last", order));
      order = static_cast<int>(taken.integer(1)) + 1;
    }
    SHIQU_TRY_ASSIGN(
        Query insert,
        db_.query("INSERT INTO page(id, item, ord, label) VALUES(?,?,?,?)", "rebuild page"));
    SHIQU_TRY(insert.bind(id).bind(word(page, "item")).bind(order).bind(word(page, "label")).run());
    ++report.pages;
  }
  if (!in_force) {
    return {};
  }
  SHIQU_TRY_ASSIGN(Query update, db_.query("UPDATE page SET label = ?, text_state = ?, "
                                           "text_revision = ? WHERE id = ?",
                                           "rebuild page"));
  return update.bind(word(page, "label"))
      .bind(word(page, "text_state"))
      .bind(get_or<int>(page, "text_revision", 0))
      .bind(id)
      .run();
}

Status Replayer::take_account(const Json& account) {
  if (secret_.empty()) {
    std::array<std::uint8_t, 32> random{};
    fill_random(random);
    SHIQU_TRY_ASSIGN(secret_, hash_secret(to_hex(random)));
  }
  SHIQU_TRY_ASSIGN(Query insert,
                   db_.query("INSERT INTO user(id, name, display_name, role, secret, active) "
                             "VALUES(?,?,?,?,?,0) ON CONFLICT DO NOTHING",
                             "rebuild account"));
  SHIQU_TRY_ASSIGN(const int added, insert.bind(word(account, "id"))
                                        .bind(word(account, "name"))
                                        .bind(word(account, "display_name"))
                                        .bind(word(account, "role"))
                                        .bind(secret_)
                                        .run_counting());
  if (added > 0) {
    ++report.accounts;
    lose("secret", word(account, "name"),
         "secrets are in no sidecar: the account is closed until it gets a new one");
  }
  return {};
}

Status Replayer::take_text(const Json& text) {
  SHIQU_TRY_ASSIGN(Query insert,
                   db_.query("INSERT INTO text_revision(page, revision, author, by_person, at_ms, "
                             "note, base, body) VALUES(?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING",
                             "rebuild text"));
  const auto body = text.find("body");
  const auto read = model::page_text_from_json(body == text.end() ? Json::object() : Json(*body));
  if (!read) {
    lose("text", word(text, "page"), read.error().text());
    return {};
  }
  SHIQU_TRY_ASSIGN(const std::string packed, pack_body(*read));
  SHIQU_TRY_ASSIGN(const int added, insert.bind(word(text, "page"))
                                        .bind(get_or<int>(text, "revision", 0))
                                        .bind(word(text, "author"))
                                        .bind(get_or<bool>(text, "by_person", false) ? 1 : 0)
                                        .bind(get_or<std::int64_t>(text, "at_ms", 0))
                                        .bind(word(text, "note"))
                                        .bind(get_or<int>(text, "base", 0))
                                        .bind_bytes(packed)
                                        .run_counting());
  report.texts += added;
  return {};
}

Status Replayer::take_review(const Json& review) {
  SHIQU_TRY_ASSIGN(
      Query insert,
      db_.query("INSERT INTO review(page, revision, accepted, reviewer, reason, at_ms) SELECT "
                "?1, ?2, ?3, ?4, ?5, ?6 WHERE NOT EXISTS(SELECT 1 FROM review WHERE page = ?1 AND "
                "revision = ?2 AND at_ms = ?6) AND EXISTS(SELECT 1 FROM text_revision WHERE "
                "page = ?1 AND revision = ?2)",
                "rebuild review"));
  SHIQU_TRY_ASSIGN(const int added, insert.bind(word(review, "page"))
                                        .bind(get_or<int>(review, "revision", 0))
                                        .bind(get_or<bool>(review, "accepted", false) ? 1 : 0)
                                        .bind(word(review, "reviewer"))
                                        .bind(word(review, "reason"))
                                        .bind(get_or<std::int64_t>(review, "at_ms", 0))
                                        .run_counting());
  report.reviews += added;
  return {};
}

Status Replayer::take_records(const Json& content) {
  for (const Json& item : list_of(content, "items")) {
    SHIQU_TRY(take_item(item));
  }
  for (const Json& page : list_of(content, "pages")) {
    SHIQU_TRY(take_page(page, true));
  }
  for (const Json& account : list_of(content, "accounts")) {
    SHIQU_TRY(take_account(account));
  }
  for (const Json& text : list_of(content, "texts")) {
    SHIQU_TRY(take_text(text));
  }
  for (const Json& review : list_of(content, "reviews")) {
    SHIQU_TRY(take_review(review));
  }
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

}  // namespace

Status Store::reopen_administrator(const std::string& name, std::string_view secret) {
  constexpr std::size_t kShortest = 4;
  if (name.size() < 2 || secret.size() < kShortest) {
    return fail(ErrorCode::InvalidInput, "open account", name, "name or secret is too short");
  }
  SHIQU_TRY_ASSIGN(const std::string hash, hash_secret(secret));
  Database& db = state_->db;
  SHIQU_TRY_ASSIGN(Transaction transaction, Transaction::begin(db));
  SHIQU_TRY_ASSIGN(
      const std::int64_t present,
      db.integer("SELECT count(*) FROM user WHERE role = 'administrator' AND active = 1",
                 "count administrators"));
  if (present > 0) {
    return fail(ErrorCode::Denied, "open account", name, "there is an administrator");
  }
  SHIQU_TRY_ASSIGN(
      Query row,
      db.query("INSERT INTO user(id, name, display_name, role, secret, active) "
               "VALUES(?1,?2,?2,'administrator',?3,1) ON CONFLICT(name) DO UPDATE SET "
               "role = 'administrator', secret = excluded.secret, active = 1, failures = 0",
               "open account"));
  SHIQU_TRY(row.bind(UserId::make().str()).bind(name).bind(hash).run());
  SHIQU_TRY(state_->append(Session::for_program(), "user.reopened", name,
                           {{"name", name}, {"role", "administrator"}}));
  return transaction.commit();
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
  for (const auto& [page, capture] : replayer.unjournalled()) {
    SHIQU_TRY(state_->append(by, "capture.rebuilt", page, {{"capture", capture}}));
    replayer.report.lost.push_back(
        {"journal", capture, "the entry of this capture is in no segment: it was entered anew"});
  }
  SHIQU_TRY(transaction.commit());
  return std::move(replayer.report);
}

}  // namespace shiqu::store
