#include "storage/base/clock.h"
#include "storage/store/internal/rows.h"
#include "storage/store/internal/state.h"
#include "storage/store/store.h"

#include <algorithm>

namespace shiqu::store {
namespace {

SplitRecord split_of(const Query& row) {
  return {ItemId(row.text(0)), row.text(1), row.text(2), row.integer(3), row.integer(4)};
}

constexpr const char* kSplitColumns = "SELECT item, side, grp, seed, at_ms FROM split ";

bool is_side(const std::string& side) {
  return side == "train" || side == "validation" || side == "test";
}

}  // namespace

Status Store::assign_splits(const Session& by, const std::vector<SplitRecord>& wanted) {
  SHIQU_TRY(state_->require(by, model::Role::Lead, "assign sides of data sets"));
  Database& db = state_->db;
  SHIQU_TRY_ASSIGN(Transaction transaction, Transaction::begin(db));
  SHIQU_TRY_ASSIGN(const std::vector<SplitRecord> before, splits());
  for (const SplitRecord& one : wanted) {
    if (!is_side(one.side)) {
      return fail(ErrorCode::InvalidInput, "assign side", one.side);
    }
    SHIQU_TRY(item(one.item));
    const auto old = std::lower_bound(
        before.begin(), before.end(), one.item.str(),
        [](const SplitRecord& record, const std::string& id) { return record.item.str() < id; });
    const bool same = old != before.end() && old->item == one.item && old->side == one.side &&
                      old->group == one.group;
    if (same) {
      continue;
    }
    SHIQU_TRY_ASSIGN(Query insert,
                     db.query("INSERT OR REPLACE INTO split VALUES(?,?,?,?,?)", "assign side"));
    SHIQU_TRY(insert.bind(one.item.str())
                  .bind(one.side)
                  .bind(one.group)
                  .bind(one.seed)
                  .bind(now_unix_ms())
                  .run());
    SHIQU_TRY(state_->append(by, "split.assigned", one.item.str(),
                             {{"side", one.side}, {"group", one.group}, {"seed", one.seed}}));
  }
  return transaction.commit();
}

Result<std::vector<SplitRecord>> Store::splits() {
  SHIQU_TRY_ASSIGN(Query rows,
                   state_->db.query(std::string(kSplitColumns) + "ORDER BY item", "list sides"));
  return collect(rows, split_of);
}

Result<std::vector<PageMaster>> Store::masters_in_force() {
  SHIQU_TRY_ASSIGN(Query rows,
                   state_->db.query("SELECT p.item, p.id, p.ord, c.master, c.received FROM page p "
                                    "JOIN capture c ON c.id = p.capture ORDER BY p.item, p.ord",
                                    "list masters"));
  return collect(rows, [](const Query& row) {
    return PageMaster{ItemId(row.text(0)), PageId(row.text(1)), static_cast<int>(row.integer(2)),
                      row.text(3), row.text(4)};
  });
}

}  // namespace shiqu::store
