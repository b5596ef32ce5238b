#include "storage/base/clock.h"
#include "storage/store/internal/rows.h"
#include "storage/store/internal/state.h"
#include "storage/store/store.h"

#include <fmt/format.h>

namespace shiqu::store {
namespace {

model::StoredObject object_of(const Query& row) {
  return {row.text(0), static_cast<std::uint64_t>(row.integer(1)), row.text(2)};
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
  SHIQU_TRY(
      insert.bind(page.id.str()).bind(page.item.str()).bind(page.order).bind(page.label).run());
  return index_label(db, page);
}

/// A new page at the end of the item, or the page that is shot again.
Result<model::Page> page_for(Database& db, const NewCapture& fresh) {
  if (fresh.page) {
    SHIQU_TRY_ASSIGN(Query row, db.query(std::string(kPageColumns) + "WHERE id = ?", "read page"));
    return one(row.bind(fresh.page->str()), page_of, "read page", fresh.page->str());
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
  KeptObjects objects;
  SHIQU_TRY_ASSIGN(objects.master, state_->take_over(fresh.master));
  SHIQU_TRY_ASSIGN(objects.received, state_->take_over(fresh.received));
  if (fresh.raw) {
    SHIQU_TRY_ASSIGN(objects.raw, state_->take_over(*fresh.raw));
  }
  SHIQU_TRY_ASSIGN(Transaction transaction, Transaction::begin(state_->db));
  SHIQU_TRY_ASSIGN(const KeptCapture kept, state_->record_capture(by, fresh, objects));
  SHIQU_TRY(state_->write_capture_sidecar(by, kept.capture));
  SHIQU_TRY(transaction.commit());
  return kept;
}

Result<KeptCapture> Store::State::record_capture(const Session& by, const NewCapture& fresh,
                                                 const KeptObjects& objects) {
  SHIQU_TRY_ASSIGN(const model::Page page, page_for(db, fresh));
  model::Capture capture = fresh.capture;
  capture.id = CaptureId::make();
  capture.page = page.id;
  capture.master = objects.master.digest;
  capture.received = objects.received.digest;
  capture.raw = objects.raw ? objects.raw->digest : "";
  SHIQU_TRY(insert_object(db, objects.master));
  SHIQU_TRY(insert_object(db, objects.received));
  if (objects.raw) {
    SHIQU_TRY(insert_object(db, *objects.raw));
  }
  SHIQU_TRY(insert_capture(db, capture));
  SHIQU_TRY(put_in_force(db, capture));
  SHIQU_TRY(append(by, "capture.kept", page.id.str(),
                   {{"capture", capture.id.str()},
                    {"item", fresh.item.str()},
                    {"page_order", page.order},
                    {"master", capture.master},
                    {"received", capture.received},
                    {"raw", capture.raw},
                    {"device", capture.device},
                    {"quality", model::name_of(capture.quality.verdict())},
                    {"reshoot", fresh.page.has_value()}}));
  return KeptCapture{capture.id, page.id, page.order, capture.master};
}

Result<KeptCapture> Store::adopt_page(const Session& by, const ItemId& item,
                                      const ForeignPage& fresh,
                                      const std::optional<PageId>& page_id) {
  SHIQU_TRY(state_->require(by, model::Role::Lead, "import page"));
  SHIQU_TRY_ASSIGN(const model::StoredObject master, state_->take_over(fresh.master));
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
  SHIQU_TRY(state_->write_capture_sidecar(by, capture.id));
  SHIQU_TRY(transaction.commit());
  return KeptCapture{capture.id, page.id, page.order, capture.master};
}

Result<std::string> Store::keep_evidence(const Session& by, const SpooledFile& file,
                                         const std::string& action, const std::string& subject,
                                         Json detail) {
  SHIQU_TRY(state_->require(by, model::Role::Lead, action));
  SHIQU_TRY_ASSIGN(const model::StoredObject object, state_->take_over(file));
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

Result<std::vector<model::StoredObject>> Store::objects(const std::string& after, int limit) {
  SHIQU_TRY_ASSIGN(Query rows,
                   state_->db.query("SELECT digest, size, media_type FROM object WHERE digest > ? "
                                    "ORDER BY digest LIMIT ?",
                                    "list objects"));
  return collect(rows.bind(after).bind(limit), object_of);
}

Result<std::int64_t> Store::object_count() {
  return state_->db.integer("SELECT count(*) FROM object", "count objects");
}

Result<model::StoredObject> Store::object(const std::string& digest) {
  SHIQU_TRY_ASSIGN(Query row,
                   state_->db.query("SELECT digest, size, media_type FROM object WHERE digest = ?",
                                    "read object"));
  return one(row.bind(digest), object_of, "read object", digest);
}

}  // namespace shiqu::store
