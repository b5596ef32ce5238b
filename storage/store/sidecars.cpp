#include "storage/store/sidecar.h"

#include "storage/base/digest.h"
#include "storage/base/file.h"
#include "storage/store/internal/rows.h"
#include "storage/store/internal/state.h"
#include "storage/store/store.h"

#include <fmt/format.h>

#include <set>

namespace shiqu::store {
namespace {

namespace fs = std::filesystem;
constexpr int kForm = 1;
constexpr std::uint64_t kSidecarLimit = 256U << 20U;
constexpr std::size_t kSegmentBytes = 16U << 20U;  // of texts; a segment ends behind it

std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json item_json(const model::Item& item) {
  return {{"id", item.id.str()},
          {"identifier", item.identifier},
          {"title", item.title},
          {"creator", item.creator},
          {"date", item.date},
          {"description", item.description},
          {"rights", item.rights},
          {"grade", model::name_of(item.grade)},
          {"created_ms", item.created_ms}};
}

Json page_json(const model::Page& page) {
  return {{"id", page.id.str()},
          {"item", page.item.str()},
          {"order", page.order},
          {"label", page.label},
          {"capture", page.capture.str()},
          {"text_state", model::name_of(page.text_state)},
          {"text_revision", page.text_revision}};
}

Json capture_json(const model::Capture& c) {
  return {{"id", c.id.str()},
          {"page", c.page.str()},
          {"source", model::name_of(c.source)},
          {"master", c.master},
          {"received", c.received},
          {"raw", c.raw},
          {"received_name", c.received_name},
          {"device", c.device},
          {"width_px", c.width_px},
          {"height_px", c.height_px},
          {"dpi", c.dpi},
          {"taken_ms", c.taken_ms},
          {"quality", model::to_json(c.quality)}};
}

/// What one segment of the journal collects, each record once.
class Segment {
 public:
  Segment(Store& store, Database& db) : store_(store), db_(db) {}
  Status take(const model::Event& event);
  [[nodiscard]] std::size_t text_bytes() const noexcept { return text_bytes_; }
  Json finish();

 private:
  Status take_text(const PageId& page, int revision);
  Status take_page(const PageId& page);
  Status take_reviews(const PageId& page);
  Status take_item(const ItemId& item);
  Status take_account(const std::string& id);

  Store& store_;
  Database& db_;
  std::size_t text_bytes_ = 0;
  std::set<std::string> seen_;
  Json events_ = Json::array();
  Json texts_ = Json::array();
  Json reviews_ = Json::array();
  Json items_ = Json::array();
  Json pages_ = Json::array();
  Json accounts_ = Json::array();
};

Status Segment::take(const model::Event& event) {
  events_.push_back({event.sequence, event.at_ms, event.agent, event.action, event.subject,
                     event.detail, event.previous, event.hash});
  if (event.action.starts_with("text.")) {
    const bool decision = event.action == "text.submitted" || event.action == "text.accepted" ||
                          event.action == "text.returned";
    const Json detail = Json::parse(event.detail, nullptr, false);
    if (!decision) {  // a decision is about a text that came before it
      SHIQU_TRY(take_text(PageId(event.subject), get_or<int>(detail, "revision", 0)));
    }
    SHIQU_TRY(take_reviews(PageId(event.subject)));
    return take_page(PageId(event.subject));
  }
  if (event.action.starts_with("item.")) {
    return take_item(ItemId(event.subject));
  }
  if (event.action.starts_with("user.")) {
    return take_account(event.subject);
  }
  return event.action == "capture.kept" ? take_page(PageId(event.subject)) : Status{};
}

Status Segment::take_text(const PageId& page, int revision) {
  if (!seen_.insert(fmt::format("t{}/{}", page.str(), revision)).second) {
    return {};
  }
  const auto text = store_.text_revision(page, revision);
  if (!text) {
    return text.error().code == ErrorCode::NotFound ? Status{} : fail(text.error());
  }
  SHIQU_TRY_ASSIGN(Query row, db_.query("SELECT base FROM text_revision WHERE page = ? AND "
                                        "revision = ?",
                                        "read text"));
  SHIQU_TRY(row.bind(page.str()).bind(revision).next());
  Json body = model::to_json(text->text);
  text_bytes_ += text_of(body).size();
  texts_.push_back({{"page", page.str()},
                    {"revision", revision},
                    {"author", text->author},
                    {"by_person", text->by_person},
                    {"at_ms", text->at_ms},
                    {"note", text->note},
                    {"base", row.integer(0)},
                    {"body", std::move(body)}});
  return {};
}

Status Segment::take_reviews(const PageId& page) {
  SHIQU_TRY_ASSIGN(const std::vector<model::Review> reviews, store_.reviews(page));
  for (const model::Review& one : reviews) {
    if (seen_.insert(fmt::format("r{}/{}/{}", page.str(), one.revision, one.at_ms)).second) {
      reviews_.push_back({{"page", page.str()},
                          {"revision", one.revision},
                          {"accepted", one.accepted},
                          {"reviewer", one.reviewer},
                          {"reason", one.reason},
                          {"at_ms", one.at_ms}});
    }
  }
  return {};
}

Status Segment::take_page(const PageId& id) {
  if (!seen_.insert("p" + id.str()).second) {
    return {};
  }
  const auto page = store_.page(id);
  if (!page) {
    return page.error().code == ErrorCode::NotFound ? Status{} : fail(page.error());
  }
  pages_.push_back(page_json(*page));
  return take_item(page->item);
}

Status Segment::take_item(const ItemId& id) {
  if (!seen_.insert("i" + id.str()).second) {
    return {};
  }
  const auto item = store_.item(id);
  if (!item) {
    return item.error().code == ErrorCode::NotFound ? Status{} : fail(item.error());
  }
  items_.push_back(item_json(*item));
  return {};
}

/// Without the secret: it stays in the catalogue alone.
Status Segment::take_account(const std::string& id) {
  if (!seen_.insert("u" + id).second) {
    return {};
  }
  SHIQU_TRY_ASSIGN(const std::vector<model::User> users, store_.users());
  for (const model::User& user : users) {
    if (user.id.str() == id || user.name == id) {
      accounts_.push_back({{"id", id},
                           {"name", user.name},
                           {"display_name", user.display_name},
                           {"role", model::name_of(user.role)},
                           {"active", user.active}});
    }
  }
  return {};
}

Json Segment::finish() {
  return {{"events", std::move(events_)},   {"texts", std::move(texts_)},
          {"reviews", std::move(reviews_)}, {"items", std::move(items_)},
          {"pages", std::move(pages_)},     {"accounts", std::move(accounts_)}};
}

}  // namespace

std::string sidecar_path(const std::string& digest) {
  return "sidecars/" + digest.substr(0, 2) + "/" + digest.substr(2) + ".json";
}

Result<Sidecar> parse_sidecar(const std::string& path, std::string_view bytes) {
  if (sidecar_path(sha256_hex(bytes)) != path) {
    return fail(ErrorCode::Corrupt, "read sidecar", path, "its bytes are not those of its name");
  }
  Sidecar out;
  out.name = path;
  out.content = Json::parse(bytes, nullptr, false);
  out.kind = get_or<std::string>(out.content, "kind", "");
  const bool known = out.kind == "capture" || out.kind == "journal";
  if (!known || get_or<int>(out.content, "shiqu_sidecar", 0) != kForm) {
    return fail(ErrorCode::Corrupt, "read sidecar", path, "not a sidecar of a form known here");
  }
  return out;
}

Result<Sidecar> read_sidecar(const fs::path& folder, const std::string& path) {
  SHIQU_TRY_ASSIGN(const std::string bytes, read_file(folder / path, kSidecarLimit));
  return parse_sidecar(path, bytes);
}

Status Store::State::write_sidecar(const std::string& kind, const Json& content,
                                   const std::string& capture, std::int64_t last_entry) {
  const std::string bytes = text_of(content);
  const std::string digest = sha256_hex(bytes);
  const std::string path = sidecar_path(digest);
  const fs::path file = folder / path;
  SHIQU_TRY(make_folders(file.parent_path()));
  std::error_code ignored;
  if (!fs::exists(file)) {
    SHIQU_TRY(write_new_file(file, bytes));
    fs::permissions(file, fs::perms::owner_read | fs::perms::group_read, ignored);
  }
  SHIQU_TRY_ASSIGN(Query watch, db.query("INSERT INTO fixity(path, digest, size) VALUES(?,?,?) "
                                         "ON CONFLICT DO NOTHING",
                                         "store sidecar"));
  SHIQU_TRY(watch.bind(path).bind(digest).bind(static_cast<std::int64_t>(bytes.size())).run());
  SHIQU_TRY_ASSIGN(Query row, db.query("INSERT INTO sidecar(path, kind, capture, last_entry) "
                                       "VALUES(?,?,?,?) ON CONFLICT DO NOTHING",
                                       "store sidecar"));
  return row.bind(path).bind(kind).bind(capture).bind(last_entry).run();
}

Status Store::State::write_capture_sidecar(const Session& by, const CaptureId& id) {
  const auto row_of = [&](const std::string& sql, const std::string& key,
                          auto make) -> Result<decltype(make(std::declval<Query&>()))> {
    SHIQU_TRY_ASSIGN(Query row, db.query(sql, "read for sidecar"));
    return one(row.bind(key), make, "read for sidecar", key);
  };
  SHIQU_TRY_ASSIGN(const model::Capture capture,
                   row_of(std::string(kCaptureColumns) + "WHERE id = ?", id.str(), capture_of));
  SHIQU_TRY_ASSIGN(const model::Page page,
                   row_of(std::string(kPageColumns) + "WHERE id = ?", capture.page.str(), page_of));
  SHIQU_TRY_ASSIGN(const model::Item item,
                   row_of(std::string(kItemColumns) + "WHERE id = ?", page.item.str(), item_of));
  Json objects = Json::array();
  for (const std::string& digest : {capture.master, capture.received, capture.raw}) {
    if (!digest.empty()) {
      SHIQU_TRY_ASSIGN(
          Json object,
          row_of("SELECT digest, size, media_type, kept_ms FROM object WHERE digest = ?", digest,
                 [](const Query& row) {
                   return Json{{"digest", row.text(0)},
                               {"size", row.integer(1)},
                               {"media_type", row.text(2)},
                               {"kept_ms", row.integer(3)}};
                 }));
      objects.push_back(std::move(object));
    }
  }
  SHIQU_TRY_ASSIGN(
      Query kept,
      db.query("SELECT max(sequence) FROM event WHERE subject = ? AND action = 'capture.kept' "
               "AND json_extract(detail, '$.capture') = ?",
               "read for sidecar"));
  SHIQU_TRY(kept.bind(page.id.str()).bind(id.str()).next());
  const std::int64_t entry = kept.integer(0);
  SHIQU_TRY_ASSIGN(Query first,
                   db.query("SELECT hash FROM event WHERE sequence = 1", "read for sidecar"));
  SHIQU_TRY_ASSIGN(const bool named, first.next());
  SHIQU_TRY_ASSIGN(Query title,
                   db.query("SELECT value FROM archive WHERE key = 'title'", "read for sidecar"));
  SHIQU_TRY_ASSIGN(const bool titled, title.next());
  const Json content = {{"shiqu_sidecar", kForm},
                        {"kind", "capture"},
                        {"archive", named ? first.text(0) : ""},
                        {"title", titled ? title.text(0) : ""},
                        {"written_by", model::text_of(by.agent())},
                        {"entry", entry},
                        {"item", item_json(item)},
                        {"page", page_json(page)},
                        {"capture", capture_json(capture)},
                        {"objects", std::move(objects)}};
  return write_sidecar("capture", content, id.str(), entry);
}

fs::path Store::sidecars() const {
  return state_->folder / "sidecars";
}

Result<std::int64_t> Store::sealed_entries() {
  return state_->db.integer(
      "SELECT coalesce(max(last_entry), 0) FROM sidecar WHERE kind = 'journal'", "read sidecars");
}

Result<int> Store::seal_journal(std::int64_t least, std::int64_t most) {
  int written = 0;
  while (true) {
    SHIQU_TRY_ASSIGN(Transaction transaction, Transaction::begin(state_->db));
    SHIQU_TRY_ASSIGN(const std::int64_t sealed, sealed_entries());
    SHIQU_TRY_ASSIGN(const std::int64_t last, last_sequence());
    if (last - sealed < std::max<std::int64_t>(least, 1)) {
      return written;
    }
    SHIQU_TRY_ASSIGN(const std::vector<model::Event> waiting,
                     events(sealed, static_cast<int>(std::min(most, last - sealed))));
    Segment segment(*this, state_->db);
    std::int64_t end = sealed;
    std::string head;
    for (const model::Event& event : waiting) {
      if (event.sequence != end + 1) {
        return fail(ErrorCode::Corrupt, "seal journal", fmt::format("entry {}", end + 1),
                    "it is missing");
      }
      SHIQU_TRY(segment.take(event));
      end = event.sequence;
      head = event.hash;
      if (segment.text_bytes() > kSegmentBytes) {
        break;
      }
    }
    Json content = segment.finish();
    SHIQU_TRY_ASSIGN(const Head now, journal_head());
    SHIQU_TRY_ASSIGN(const std::string title_words, title());
    content["shiqu_sidecar"] = kForm;
    content["kind"] = "journal";
    content["archive"] = now.archive;
    content["title"] = title_words;
    content["first"] = sealed + 1;
    content["last"] = end;
    content["head"] = head;
    SHIQU_TRY(state_->write_sidecar("journal", content, "", end));
    SHIQU_TRY(transaction.commit());
    ++written;
  }
}

Result<int> Store::write_missing_sidecars() {
  int written = 0;
  while (true) {
    SHIQU_TRY_ASSIGN(Transaction transaction, Transaction::begin(state_->db));
    std::vector<std::string> bare;
    {
      SHIQU_TRY_ASSIGN(Query rows,
                       state_->db.query("SELECT c.id FROM capture c LEFT JOIN sidecar s ON "
                                        "s.capture = c.id WHERE s.path IS NULL LIMIT 200",
                                        "look for missing sidecars"));
      SHIQU_TRY_ASSIGN(bare, collect(rows, [](const Query& row) { return row.text(0); }));
    }
    for (const std::string& id : bare) {
      SHIQU_TRY(state_->write_capture_sidecar(Session::for_program(), CaptureId(id)));
    }
    if (bare.empty()) {
      return written;
    }
    SHIQU_TRY(transaction.commit());
    written += static_cast<int>(bare.size());
  }
}

}  // namespace shiqu::store
