#include "storage/base/clock.h"
#include "storage/store/internal/rows.h"
#include "storage/store/internal/state.h"
#include "storage/store/store.h"

namespace shiqu::store {
namespace {

Status check_item(const model::Item& item) {
  if (item.identifier.empty() || item.title.empty()) {
    return fail(ErrorCode::InvalidInput, "store item", item.identifier,
                "identifier and title are needed");
  }
  return {};
}

Json item_json(const model::Item& item) {
  return {{"identifier", item.identifier},
          {"title", item.title},
          {"creator", item.creator},
          {"date", item.date},
          {"description", item.description},
          {"rights", item.rights},
          {"grade", model::name_of(item.grade)}};
}

Status insert_item(Database& db, const model::Item& item) {
  SHIQU_TRY_ASSIGN(Query insert, db.query("INSERT INTO item VALUES(?,?,?,?,?,?,?,?,?)",
                                          "add item " + item.identifier));
  return insert.bind(item.id.str())
      .bind(item.identifier)
      .bind(item.title)
      .bind(item.creator)
      .bind(item.date)
      .bind(item.description)
      .bind(item.rights)
      .bind(model::name_of(item.grade))
      .bind(item.created_ms)
      .run();
}

}  // namespace

Result<ItemId> Store::add_item(const Session& by, const model::Item& item) {
  SHIQU_TRY(state_->require(by, model::Role::Operator, "add item"));
  SHIQU_TRY_ASSIGN(Transaction transaction, Transaction::begin(state_->db));
  SHIQU_TRY_ASSIGN(const ItemId id, state_->record_item(by, item));
  SHIQU_TRY(transaction.commit());
  return id;
}

Result<ItemId> Store::State::record_item(const Session& by, const model::Item& item) {
  SHIQU_TRY(check_item(item));
  model::Item fresh = item;
  fresh.id = ItemId::make();
  fresh.created_ms = now_unix_ms();
  SHIQU_TRY(insert_item(db, fresh));
  SHIQU_TRY(index_item(db, fresh));
  SHIQU_TRY(append(by, "item.added", fresh.id.str(), item_json(item)));
  return fresh.id;
}

Status Store::adopt_item(const Session& by, const model::Item& item) {
  SHIQU_TRY(state_->require(by, model::Role::Lead, "import item"));
  SHIQU_TRY(check_item(item));
  if (!is_uuid(item.id.str())) {
    return fail(ErrorCode::InvalidInput, "import item", item.identifier, "it has no id");
  }
  model::Item fresh = item;
  fresh.created_ms = now_unix_ms();
  SHIQU_TRY_ASSIGN(Transaction transaction, Transaction::begin(state_->db));
  SHIQU_TRY(insert_item(state_->db, fresh));
  SHIQU_TRY(index_item(state_->db, fresh));
  SHIQU_TRY(state_->append(by, "item.adopted", item.id.str(), item_json(item)));
  return transaction.commit();
}

Status Store::update_item(const Session& by, const model::Item& item) {
  SHIQU_TRY(state_->require(by, model::Role::Annotator, "change item"));
  SHIQU_TRY(check_item(item));
  SHIQU_TRY_ASSIGN(Transaction transaction, Transaction::begin(state_->db));
  SHIQU_TRY_ASSIGN(const model::Item before, this->item(item.id));
  if (before.grade != item.grade || before.rights != item.rights) {
    SHIQU_TRY(state_->require(by, model::Role::Lead, "change grade or rights"));
  }
  if (before.identifier != item.identifier) {
    return fail(ErrorCode::InvalidInput, "change item", item.identifier,
                "identifiers never change");
  }
  SHIQU_TRY_ASSIGN(
      Query update,
      state_->db.query("UPDATE item SET title=?, creator=?, date=?, description=?, rights=?, "
                       "grade=? WHERE id=?",
                       "change item " + item.identifier));
  SHIQU_TRY(update.bind(item.title)
                .bind(item.creator)
                .bind(item.date)
                .bind(item.description)
                .bind(item.rights)
                .bind(model::name_of(item.grade))
                .bind(item.id.str())
                .run());
  SHIQU_TRY(index_item_again(state_->db, before, item));
  SHIQU_TRY(state_->append(by, "item.changed", item.id.str(),
                           {{"before", item_json(before)}, {"after", item_json(item)}}));
  return transaction.commit();
}

Result<model::Item> Store::item(const ItemId& id) {
  SHIQU_TRY_ASSIGN(Query row,
                   state_->db.query(std::string(kItemColumns) + "WHERE id = ?", "read item"));
  return one(row.bind(id.str()), item_of, "read item", id.str());
}

Result<model::Item> Store::item_named(const std::string& identifier) {
  SHIQU_TRY_ASSIGN(
      Query row, state_->db.query(std::string(kItemColumns) + "WHERE identifier = ?", "read item"));
  return one(row.bind(identifier), item_of, "find item", identifier);
}

Result<std::vector<model::Page>> Store::pages(const ItemId& item) {
  SHIQU_TRY_ASSIGN(
      Query rows,
      state_->db.query(std::string(kPageColumns) + "WHERE item = ? ORDER BY ord", "list pages"));
  return collect(rows.bind(item.str()), page_of);
}

Result<model::Page> Store::page(const PageId& id) {
  return state_->page(id);
}

Result<model::Page> Store::State::page(const PageId& id) {
  SHIQU_TRY_ASSIGN(Query row, db.query(std::string(kPageColumns) + "WHERE id = ?", "read page"));
  return one(row.bind(id.str()), page_of, "read page", id.str());
}

Result<model::Page> Store::page_at(const ItemId& item, int order) {
  SHIQU_TRY_ASSIGN(
      Query row,
      state_->db.query(std::string(kPageColumns) + "WHERE item = ? AND ord = ?", "read page"));
  return one(row.bind(item.str()).bind(order), page_of, "read page", std::to_string(order));
}

}  // namespace shiqu::store
