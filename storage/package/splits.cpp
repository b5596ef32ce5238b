#include "storage/package/splits.h"

#include "storage/base/digest.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

namespace shiqu::package {
namespace {

/// Union-find: the root of each index names its group.
class Groups {
 public:
  explicit Groups(std::size_t count) : parent_(count) {
    std::iota(parent_.begin(), parent_.end(), std::size_t{0});
  }
  std::size_t root(std::size_t i) {
    while (parent_[i] != i) {
      parent_[i] = parent_[parent_[i]];
      i = parent_[i];
    }
    return i;
  }
  void join(std::size_t a, std::size_t b) { parent_[root(a)] = root(b); }

 private:
  std::vector<std::size_t> parent_;
};

struct Group {
  std::string name;
  std::string side;
  std::int64_t pages = 0;
  std::vector<std::size_t> members;
};

std::size_t side_index(std::string_view side) {
  return static_cast<std::size_t>(std::find(kSides.begin(), kSides.end(), side) - kSides.begin());
}

Result<std::vector<Group>> gather(const std::vector<SplitItem>& items, Groups& groups) {
  std::map<std::size_t, Group> by_root;
  for (std::size_t i = 0; i < items.size(); ++i) {
    Group& group = by_root[groups.root(i)];
    const SplitItem& item = items[i];
    group.name = group.members.empty() ? item.identifier : std::min(group.name, item.identifier);
    group.pages += item.pages;
    group.members.push_back(i);
    if (!item.side.empty() && !group.side.empty() && item.side != group.side) {
      return fail(
          ErrorCode::Conflict, "choose sides", item.identifier,
          fmt::format("near-duplicates stand on the sides {} and {}", group.side, item.side));
    }
    group.side = item.side.empty() ? group.side : item.side;
  }
  std::vector<Group> out;
  for (auto& [root, group] : by_root) {
    out.push_back(std::move(group));
  }
  return out;
}

/// The side that lacks most pages; the first of equals.
std::size_t neediest(const std::array<std::int64_t, 3>& have, std::int64_t total,
                     const SplitShares& shares) {
  const int parts = std::accumulate(shares.parts.begin(), shares.parts.end(), 0);
  std::size_t best = kSides.size();
  double most = 0;
  for (std::size_t side = 0; side < kSides.size(); ++side) {
    if (shares.parts.at(side) <= 0) {
      continue;
    }
    const double missing = static_cast<double>(total) * shares.parts.at(side) / parts -
                           static_cast<double>(have.at(side));
    if (best == kSides.size() || missing > most) {
      best = side;
      most = missing;
    }
  }
  return best;
}

}  // namespace

Status choose_sides(std::vector<SplitItem>& items,
                    const std::vector<std::pair<std::size_t, std::size_t>>& links,
                    const SplitShares& shares, std::int64_t seed) {
  const bool sound =
      std::all_of(shares.parts.begin(), shares.parts.end(),
                  [](int part) { return part >= 0 && part <= 1000000; }) &&
      std::any_of(shares.parts.begin(), shares.parts.end(), [](int part) { return part > 0; });
  if (!sound) {
    return fail(ErrorCode::InvalidInput, "choose sides", "shares");
  }
  Groups joined(items.size());
  for (const auto& [a, b] : links) {
    joined.join(a, b);
  }
  SHIQU_TRY_ASSIGN(std::vector<Group> groups, gather(items, joined));
  std::map<std::string, Group*> order;  // by a digest that the seed shuffles
  std::array<std::int64_t, 3> have{};
  std::int64_t total = 0;
  for (Group& group : groups) {
    total += group.pages;
    order.emplace(sha256_hex(fmt::format("{}:{}", seed, group.name)), &group);
    if (!group.side.empty()) {
      have.at(side_index(group.side)) += group.pages;
    }
  }
  for (auto& [digest, group] : order) {
    if (group->side.empty()) {
      const std::size_t side = neediest(have, total, shares);
      group->side = std::string(kSides.at(side));
      have.at(side) += group->pages;
    }
    for (const std::size_t member : group->members) {
      items[member].chosen = items[member].side.empty();
      items[member].side = group->side;
      items[member].group = group->name;
    }
  }
  return {};
}

Result<SplitBasis> split_basis(store::Store& store) {
  SplitBasis out;
  constexpr int kAtOnce = 1000;
  std::map<ItemId, std::size_t> index;
  std::int64_t after = 0;
  while (true) {
    SHIQU_TRY_ASSIGN(const auto items, store.list_items(after, kAtOnce));
    if (items.empty()) {
      break;
    }
    for (const store::ListedItem& one : items) {
      index.emplace(one.item.id, out.items.size());
      out.items.push_back({one.item.id, one.item.identifier, 0, {}, {}, false});
    }
    after = items.back().number;
  }
  SHIQU_TRY_ASSIGN(const auto splits, store.splits());
  for (const store::SplitRecord& split : splits) {
    out.items.at(index.at(split.item)).side = split.side;
  }
  SHIQU_TRY_ASSIGN(out.pages, compared_pages(store));
  for (const ComparedPage& page : out.pages) {
    ++out.items.at(index.at(page.item)).pages;
    out.not_compared += page.print ? 0 : 1;
  }
  out.duplicates = duplicates_among(out.pages);
  std::set<std::pair<std::size_t, std::size_t>> links;
  for (const Pair& pair : out.duplicates) {
    const std::size_t a = index.at(out.pages[pair.a].item);
    const std::size_t b = index.at(out.pages[pair.b].item);
    if (a != b) {
      links.emplace(std::min(a, b), std::max(a, b));
    }
  }
  out.links.assign(links.begin(), links.end());
  return out;
}

namespace {

/// Items that are to get a side; the others keep theirs, or stay without.
Result<std::vector<bool>> wanted_items(const SplitBasis& basis,
                                       const std::vector<std::string>& identifiers) {
  std::vector<bool> wanted(basis.items.size(), identifiers.empty());
  for (const std::string& identifier : identifiers) {
    const auto found = std::find_if(basis.items.begin(), basis.items.end(),
                                    [&](const auto& one) { return one.identifier == identifier; });
    if (found == basis.items.end()) {
      return fail(ErrorCode::NotFound, "split", identifier);
    }
    wanted[static_cast<std::size_t>(found - basis.items.begin())] = true;
  }
  return wanted;
}

}  // namespace

Result<std::vector<SplitItem>> plan_split(const SplitBasis& basis, const SplitWish& wish) {
  SHIQU_TRY_ASSIGN(const std::vector<bool> wanted, wanted_items(basis, wish.items));
  std::vector<SplitItem> items;
  std::map<std::size_t, std::size_t> places;  // in the basis → among those that take part
  for (std::size_t i = 0; i < basis.items.size(); ++i) {
    SplitItem item = basis.items[i];
    if (wanted[i] && wish.renew) {
      item.side.clear();
    }
    if (wanted[i] || !item.side.empty()) {
      places.emplace(i, items.size());
      items.push_back(std::move(item));
    }
  }
  std::vector<std::pair<std::size_t, std::size_t>> links;
  for (const auto& [a, b] : basis.links) {
    const auto at = places.find(a);
    const auto other = places.find(b);
    if (at != places.end() && other != places.end()) {
      links.emplace_back(at->second, other->second);
    }
  }
  SHIQU_TRY(choose_sides(items, links, wish.shares, wish.seed));
  return items;
}

std::vector<store::SplitRecord> split_records(const std::vector<SplitItem>& items,
                                              std::int64_t seed) {
  std::vector<store::SplitRecord> records;
  records.reserve(items.size());
  for (const SplitItem& item : items) {
    records.push_back({item.id, item.side, item.group, seed, 0});
  }
  return records;
}

}  // namespace shiqu::package
