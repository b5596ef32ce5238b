#pragma once

#include "storage/package/duplicates.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace shiqu::package {

inline constexpr std::array<std::string_view, 3> kSides = {"train", "validation", "test"};

/// Parts of all pages that the sides should get; only their ratio counts, 0: nothing goes there.
struct SplitShares {
  std::array<int, 3> parts = {80, 10, 10};  ///< in the order of kSides
};

/// An item on its way to a side.
struct SplitItem {
  ItemId id;
  std::string identifier;
  std::int64_t pages = 0;
  std::string side;     ///< given: it stays there; empty: to be chosen
  std::string group;    ///< filled in: smallest identifier of those that stay together
  bool chosen = false;  ///< filled in: the side was chosen now
};

/// Gives every item without a side one. Items that are linked (near-duplicates) and what is linked
/// to those stay together; a group with an item that has a side follows it. Groups come in the
/// order of SHA-256("SEED:GROUP"), each goes where most pages are missing: the same items, links,
/// shares and seed give the same sides. `links`: pairs of indexes into `items`.
/// Errors: InvalidInput (no share above 0), Conflict (a group whose items have different sides).
Status choose_sides(std::vector<SplitItem>& items,
                    const std::vector<std::pair<std::size_t, std::size_t>>& links,
                    const SplitShares& shares, std::int64_t seed);

/// What `shiqu split` works on: all items of the archive, and their duplicates.
struct SplitBasis {
  std::vector<SplitItem> items;  ///< with the sides that they have
  std::vector<ComparedPage> pages;
  std::vector<Pair> duplicates;
  std::vector<std::pair<std::size_t, std::size_t>> links;  ///< between items, each once
  std::int64_t not_compared = 0;                           ///< pages without a fingerprint
};
Result<SplitBasis> split_basis(store::Store& store);

/// What is to be put on sides.
struct SplitWish {
  std::vector<std::string> items;  ///< identifiers; empty: all
  SplitShares shares;
  std::int64_t seed = 1;
  bool renew = false;  ///< those that have a side get one anew
};
/// The wished items with their sides, and those that have one already: they take part, for what
/// stays together must. Errors: NotFound (an item), those of choose_sides.
Result<std::vector<SplitItem>> plan_split(const SplitBasis& basis, const SplitWish& wish);
/// As the archive stores them (Store::assign_splits).
std::vector<store::SplitRecord> split_records(const std::vector<SplitItem>& items,
                                              std::int64_t seed);

}  // namespace shiqu::package
