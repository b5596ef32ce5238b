#include "storage/store/internal/rows.h"

namespace shiqu::store {

model::Item item_of(const Query& row) {
  model::Item item;
  item.id = ItemId(row.text(0));
  item.identifier = row.text(1);
  item.title = row.text(2);
  item.creator = row.text(3);
  item.date = row.text(4);
  item.description = row.text(5);
  item.rights = row.text(6);
  model::grade_from(row.text(7), item.grade);
  item.created_ms = row.integer(8);
  return item;
}

model::Page page_of(const Query& row) {
  model::Page page;
  page.id = PageId(row.text(0));
  page.item = ItemId(row.text(1));
  page.order = static_cast<int>(row.integer(2));
  page.label = row.text(3);
  page.capture = CaptureId(row.text(4));
  page.text_state = model::text_state_from(row.text(5));
  page.text_revision = static_cast<int>(row.integer(6));
  return page;
}

model::Capture capture_of(const Query& row) {
  model::Capture capture;
  capture.id = CaptureId(row.text(0));
  capture.page = PageId(row.text(1));
  capture.source = model::capture_source_from(row.text(2));
  capture.master = row.text(3);
  capture.received = row.text(4);
  capture.raw = row.text(5);
  capture.received_name = row.text(6);
  capture.device = row.text(7);
  capture.width_px = static_cast<int>(row.integer(8));
  capture.height_px = static_cast<int>(row.integer(9));
  capture.dpi = row.real(10);
  capture.taken_ms = row.integer(11);
  capture.quality = model::quality_from_json(Json::parse(row.text(12), nullptr, false));
  capture.superseded = row.integer(13) == 1;
  return capture;
}

model::Event event_of(const Query& row) {
  model::Event event;
  event.sequence = row.integer(0);
  event.at_ms = row.integer(1);
  event.agent = row.text(2);
  event.action = row.text(3);
  event.subject = row.text(4);
  event.detail = row.text(5);
  event.previous = row.text(6);
  event.hash = row.text(7);
  return event;
}

Status insert_event(Database& db, const model::Event& event) {
  SHIQU_TRY_ASSIGN(Query insert,
                   db.query("INSERT INTO event VALUES(?,?,?,?,?,?,?,?)", "write journal"));
  return insert.bind(event.sequence)
      .bind(event.at_ms)
      .bind(event.agent)
      .bind(event.action)
      .bind(event.subject)
      .bind(event.detail)
      .bind(event.previous)
      .bind(event.hash)
      .run();
}

Head checkpoint_of(const Query& row) {
  Head head;
  head.sequence = row.integer(0);
  head.hash = row.text(1);
  head.at_ms = row.integer(2);
  head.key = row.text(3);
  head.signature = row.text(4);
  head.reason = row.text(5);
  return head;
}

}  // namespace shiqu::store
