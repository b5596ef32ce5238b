#pragma once

#include "storage/base/channel.h"
#include "storage/package/fingerprint.h"

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace shiqu::package {

/// A page as the search for duplicates sees it.
struct ComparedPage {
  ItemId item;
  PageId id;
  int order = 0;
  std::string master;                ///< digest
  std::string received;              ///< digest of the file as the device gave it
  std::optional<Fingerprint> print;  ///< nullopt: only exact duplicates are found
};
/// All pages of the archive with the fingerprints that there are. Errors: those of the store.
Result<std::vector<ComparedPage>> compared_pages(store::Store& store);

struct Pair {
  std::size_t a = 0;
  std::size_t b = 0;   ///< a < b
  bool exact = false;  ///< the same bytes, of the masters or as received
  int bits_apart = 0;
};
/// Pairs of pages that are the same or look alike, where `wanted` holds for one of them at least;
/// all pairs when it is empty; by a, then b. Of pages with the same bytes each is paired with the
/// first of each item alone: every two items are told apart, and the list stays short. A search
/// among 100 000 pages takes seconds (internal/near_index.h).
std::vector<Pair> duplicates_among(const std::vector<ComparedPage>& pages,
                                   const std::vector<bool>& wanted = {});

/// A duplicate as a plan and a report name it.
struct Duplicate {
  std::string page;  ///< "0003", of the item that is planned
  ItemId other_item;
  std::string other_identifier;    ///< of the item it was found in
  bool other_may_be_named = true;  ///< graded, and not above the item that is planned
  int other_page = 0;
  bool exact = false;
  int bits_apart = 0;
};
/// `outside`: for a report that leaves the house; items that may not be named are null.
Json to_json(const Duplicate& duplicate, bool outside);

}  // namespace shiqu::package
