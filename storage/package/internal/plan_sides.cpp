#include "storage/package/internal/plan_sides.h"

#include "storage/package/names.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace shiqu::package {
namespace {

class Sides {
 public:
  Sides(store::Store& store, const std::string& wanted, PackagePlan& plan)
      : store_(store), wanted_(wanted), plan_(plan) {}

  Result<std::vector<SplitLeak>> run() {
    std::map<ItemId, std::string> sides;
    SHIQU_TRY(find_side(sides));
    SHIQU_TRY_ASSIGN(const std::vector<ComparedPage> pages, compared_pages(store_));
    plan_.compared_pages = static_cast<std::int64_t>(pages.size());
    std::vector<bool> own;
    for (const ComparedPage& page : pages) {
      own.push_back(page.item == plan_.item.id);
    }
    const std::vector<Pair> pairs = duplicates_among(pages, own);
    if (pairs.empty()) {
      return std::move(leaks_);
    }
    std::map<ItemId, model::Item> items;
    for (const Pair& pair : pairs) {
      for (const std::size_t one : {pair.a, pair.b}) {
        if (const ItemId& id = pages[one].item; !items.contains(id)) {
          SHIQU_TRY_ASSIGN(model::Item item, store_.item(id));
          items.emplace(id, std::move(item));
        }
      }
    }
    for (const Pair& pair : pairs) {
      const bool first = own[pair.a];
      add_duplicate(pages[first ? pair.a : pair.b], pages[first ? pair.b : pair.a], pair, sides,
                    items);
    }
    std::stable_sort(plan_.duplicates.begin(), plan_.duplicates.end(),
                     [](const Duplicate& a, const Duplicate& b) {
                       return std::tie(a.page, a.other_identifier, a.other_page) <
                              std::tie(b.page, b.other_identifier, b.other_page);
                     });
    return std::move(leaks_);
  }

 private:
  /// The item's side, and those of all others.
  Status find_side(std::map<ItemId, std::string>& sides) {
    SHIQU_TRY_ASSIGN(const auto splits, store_.splits());
    PlannedSplit& facts = plan_.split_facts;
    for (const store::SplitRecord& one : splits) {
      sides.emplace(one.item, one.side);
      if (one.item == plan_.item.id) {
        facts.assigned = true;
        facts.group = one.group;
        facts.seed = one.seed;
      }
    }
    if (facts.assigned) {
      facts.group_items =
          std::count_if(splits.begin(), splits.end(),
                        [&](const store::SplitRecord& one) { return one.group == facts.group; });
    }
    const auto own = sides.find(plan_.item.id);
    plan_.split = !wanted_.empty()     ? wanted_
                  : own != sides.end() ? own->second
                                       : std::string("train");
    return {};
  }

  void add_duplicate(const ComparedPage& own, const ComparedPage& other, const Pair& pair,
                     const std::map<ItemId, std::string>& sides,
                     const std::map<ItemId, model::Item>& items) {
    const model::Item& where = items.at(other.item);
    Duplicate one;
    one.page = page_number(own.order);
    one.other_item = other.item;
    one.other_identifier = where.identifier;
    one.other_may_be_named =
        where.grade != model::Grade::Ungraded && where.grade <= plan_.item.grade;
    one.other_page = other.order;
    one.exact = pair.exact;
    one.bits_apart = pair.bits_apart;
    plan_.duplicates.push_back(one);
    const auto side = sides.find(other.item);
    if (other.item != plan_.item.id && side != sides.end() && side->second != plan_.split) {
      leaks_.push_back(
          {own.id.str(), one.page,
           fmt::format("It looks like page {} of {}, which stands on the side {}; this one on {}.",
                       other.order, where.identifier, side->second, plan_.split)});
    }
  }

  store::Store& store_;
  const std::string& wanted_;
  PackagePlan& plan_;
  std::vector<SplitLeak> leaks_;
};

}  // namespace

Result<std::vector<SplitLeak>> plan_sides(store::Store& store, const std::string& wanted,
                                          PackagePlan& plan) {
  return Sides(store, wanted, plan).run();
}

}  // namespace shiqu::package
