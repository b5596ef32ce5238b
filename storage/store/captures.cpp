#include "storage/base/clock.h"
#include "storage/base/digest.h"
#include "storage/base/file.h"
#include "storage/store/internal/rows.h"
#include "storage/store/internal/state.h"
#include "storage/store/store.h"

#include <fmt/format.h>

#include <system_error>

namespace shiqu::store {
namespace {

namespace fs = std::filesystem;

model::StoredObject object_of(const Query& row) {
  return {row.text(0), static_cast<std::uint64_t>(row.integer(1)), row.text(2)};
}

/// Moves a spooled file to its name in objects/. A file that is there already with the same bytes
/// serves as well (two equal frames are one object); one with other bytes is damage.
Result<model::StoredObject> place(const Store& store, const SpooledFile& spooled) {
  model::StoredObject object;
  object.media_type = spooled.media_type;
  SHIQU_TRY_ASSIGN(object.digest, file_digest_hex(spooled.file, DigestKind::Sha256));
  std::error_code error;
  object.size_bytes = fs::file_size(spooled.file, error);
  const fs::path target = store.object_path(object.digest);
  SHIQU_TRY(make_folders(target.parent_path()));
  if (!fs::exists(target)) {
    SHIQU_TRY(move_into_place(spooled.file, target));
    fs::permissions(target, fs::perms::owner_read | fs::perms::group_read, error);
    return object;
  }
  SHIQU_TRY_ASSIGN(const std::string present, file_digest_hex(target, DigestKind::Sha256));
  if (present != object.digest) {
    return fail(ErrorCode::Corrupt, "keep object", target.string(), "the stored file was altered");
  }
  fs::remove(spooled.file, error);
  return object;
}

Status insert_object(Database& db, const model::StoredObject& object) {
  SHIQU_TRY_ASSIGN(
      Query insert,
      db.query("INSERT INTO object VALUES(?,?,?,?) ON CONFLICT DO NOTHING", "keep object"));
  return insert.bind(object.digest)
      .bind(static_cast<std::int64_t>(object.size_bytes))
      .bind(object.media_type)
      .bind(now_unix_ms())
      .run();
}

/// A new page at the end of its item; `order` is filled in.
Status insert_page(Database& db, model::Page& page) {
  SHIQU_TRY_ASSIGN(
      Query last, db.query("SELECT coalesce(max(ord), 0) FROM page WHERE item = ?", "number page"));
  SHIQU_TRY(last.bind(page.item.str()).next());
  page.order = static_cast<int>(last.integer(0)) + 1;
  SHIQU_TRY_ASSIGN(Query insert,
                   db.query("INSERT INTO page(id, item, ord, label) VALUES(?,?,?,?)", "add page"));
  return insert.bind(page.id.str()).bind(page.item.str()).bind(page.order).bind(page.label).run();
}

/// A new page at the end of the item, or the page that is shot again.
Result<model::Page> page_for(Database& db, Store& store, const NewCapture& fresh) {
  if (fresh.page) {
    return store.page(*fresh.page);
  }
  model::Page page;
  page.id = PageId::make();
  page.item = fresh.item;
  page.label = fresh.page_label;
  SHIQU_TRY(insert_page(db, page));
  return page;
}

/// The id that a foreign record has, unless it has none or it is taken here.
template <class Kind, class Read>
Kind id_or_new(const Kind& wanted, Read read) {
  return is_uuid(wanted.str()) && !read(wanted) ? wanted : Kind::make();
}

Status insert_capture(Database& db, const model::Capture& c) {
  SHIQU_TRY_ASSIGN(Query insert, db.query("INSERT INTO capture VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,0)",
                                          "keep capture"));
  insert.bind(c.id.str())
      .bind(c.page.str())
      .bind(model::name_of(c.source))
      .bind(c.master)
      .bind(c.received);
  if (c.raw.empty()) {
    insert.bind_null();
  } else {
    insert.bind(c.raw);
  }
  return insert.bind(c.received_name)
      .bind(c.device)
      .bind(c.width_px)
      .bind(c.height_px)
      .bind(c.dpi)
      .bind(c.taken_ms)
      .bind(model::to_json(c.quality).dump())
      .run();
}

/// The capture comes into force; what was in force before is superseded, never removed.
Status put_in_force(Database& db, const model::Capture& capture) {
  SHIQU_TRY_ASSIGN(Query older,
                   db.query("UPDATE capture SET superseded = 1 WHERE page = ? AND id <> ?",
                            "supersede capture"));
  SHIQU_TRY(older.bind(capture.page.str()).bind(capture.id.str()).run());
  SHIQU_TRY_ASSIGN(Query page,
                   db.query("UPDATE page SET capture = ? WHERE id = ?", "put capture in force"));
  return page.bind(capture.id.str()).bind(capture.page.str()).run();
}

}  // namespace

Result<KeptCapture> Store::keep(const Session& by, const NewCapture& fresh) {
  SHIQU_TRY_ASSIGN(const model::StoredObject master, place(*this, fresh.master));
  SHIQU_TRY_ASSIGN(const model::StoredObject received, place(*this, fresh.received));
  std::optional<model::StoredObject> raw;
  if (fresh.raw) {
    SHIQU_TRY_ASSIGN(raw, place(*this, *fresh.raw));
  }
  Database& db = state_->db;
  SHIQU_TRY_ASSIGN(Transaction transaction, Transaction::begin(db));
  SHIQU_TRY_ASSIGN(const model::Page page, page_for(db, *this, fresh));
  model::Capture capture = fresh.capture;
  capture.id = CaptureId::make();
  capture.page = page.id;
  capture.master = master.digest;
  capture.received = received.digest;
  capture.raw = raw ? raw->digest : "";
  SHIQU_TRY(insert_object(db, master));
  SHIQU_TRY(insert_object(db, received));
  if (raw) {
    SHIQU_TRY(insert_object(db, *raw));
  }
  SHIQU_TRY(insert_capture(db, capture));
  SHIQU_TRY(put_in_force(db, capture));
  SHIQU_TRY(state_->append(by, "capture.kept", page.id.str(),
                           {{"capture", capture.id.str()},
                            {"item", fresh.item.str()},
                            {"page_order", page.order},
                            {"master", capture.master},
                            {"received", capture.received},
                            {"raw", capture.raw},
                            {"device", capture.device},
                            {"quality", model::name_of(capture.quality.verdict())},
                            {"reshoot", fresh.page.has_value()}}));
  SHIQU_TRY(transaction.commit());
  return KeptCapture{capture.id, page.id, page.order, capture.master};
}

Result<KeptCapture> Store::adopt_page(const Session& by, const ItemId& item,
                                      const ForeignPage& fresh,
                                      const std::optional<PageId>& page_id) {
  SHIQU_TRY(state_->require(by, model::Role::Lead, "import page"));
  SHIQU_TRY_ASSIGN(const model::StoredObject master, place(*this, fresh.master));
  Database& db = state_->db;
  SHIQU_TRY_ASSIGN(Transaction transaction, Transaction::begin(db));
  model::Page page;
  if (page_id) {
    SHIQU_TRY_ASSIGN(page, this->page(*page_id));
  } else {
    page.id =
        id_or_new(fresh.page.id, [&](const PageId& id) { return this->page(id).has_value(); });
    page.item = item;
    page.label = fresh.page.label;
    SHIQU_TRY(insert_page(db, page));
  }
  model::Capture capture = fresh.capture;
  const std::string received = capture.received;
  capture.id =
      id_or_new(capture.id, [&](const CaptureId& id) { return this->capture(id).has_value(); });
  capture.page = page.id;
  capture.master = master.digest;
  capture.received = master.digest;  // what the device gave stays where it was kept
  capture.raw.clear();
  SHIQU_TRY(insert_object(db, master));
  SHIQU_TRY(insert_capture(db, capture));
  SHIQU_TRY(put_in_force(db, capture));
  SHIQU_TRY(state_->append(by, "capture.adopted", page.id.str(),
                           {{"capture", capture.id.str()},
                            {"item", page.item.str()},
                            {"page_order", page.order},
                            {"master", capture.master},
                            {"received_there", received},
                            {"device", capture.device},
                            {"reshoot", page_id.has_value()}}));
  SHIQU_TRY(transaction.commit());
  return KeptCapture{capture.id, page.id, page.order, capture.master};
}

Result<std::string> Store::keep_evidence(const Session& by, const SpooledFile& file,
                                         const std::string& action, const std::string& subject,
                                         Json detail) {
  SHIQU_TRY(state_->require(by, model::Role::Lead, action));
  SHIQU_TRY_ASSIGN(const model::StoredObject object, place(*this, file));
  SHIQU_TRY_ASSIGN(Transaction transaction, Transaction::begin(state_->db));
  SHIQU_TRY(insert_object(state_->db, object));
  detail["object"] = object.digest;
  SHIQU_TRY(state_->append(by, action, subject, detail));
  SHIQU_TRY(transaction.commit());
  return object.digest;
}

Result<model::Capture> Store::capture(const CaptureId& id) {
  SHIQU_TRY_ASSIGN(Query row,
                   state_->db.query(std::string(kCaptureColumns) + "WHERE id = ?", "read capture"));
  return one(row.bind(id.str()), capture_of, "read capture", id.str());
}

Result<std::vector<model::Capture>> Store::captures(const PageId& page) {
  SHIQU_TRY_ASSIGN(Query rows,
                   state_->db.query(std::string(kCaptureColumns) + "WHERE page = ? ORDER BY id",
                                    "list captures"));
  return collect(rows.bind(page.str()), capture_of);
}

Result<std::int64_t> Store::capture_count(model::CaptureSource source) {
  SHIQU_TRY_ASSIGN(Query row, state_->db.query("SELECT count(*) FROM capture WHERE source = ?",
                                               "count captures"));
  SHIQU_TRY(row.bind(model::name_of(source)).next());
  return row.integer(0);
}

Result<std::vector<model::StoredObject>> Store::objects() {
  SHIQU_TRY_ASSIGN(Query rows,
                   state_->db.query("SELECT digest, size, media_type FROM object ORDER BY digest",
                                    "list objects"));
  return collect(rows, object_of);
}

Result<model::StoredObject> Store::object(const std::string& digest) {
  SHIQU_TRY_ASSIGN(Query row,
                   state_->db.query("SELECT digest, size, media_type FROM object WHERE digest = ?",
                                    "read object"));
  return one(row.bind(digest), object_of, "read object", digest);
}

}  // namespace shiqu::store
