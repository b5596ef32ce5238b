#include "storage/package/duplicates.h"

#include <algorithm>
#include <map>

namespace shiqu::package {

Result<std::vector<ComparedPage>> compared_pages(store::Store& store) {
  SHIQU_TRY_ASSIGN(const auto masters, store.masters_in_force());
  std::vector<ComparedPage> out;
  out.reserve(masters.size());
  for (const store::PageMaster& one : masters) {
    out.push_back({one.item, one.page, one.order, one.master, one.received,
                   load_fingerprint(store, one.master)});
  }
  return out;
}

std::vector<Pair> duplicates_among(const std::vector<ComparedPage>& pages,
                                   const std::vector<bool>& wanted) {
  const auto is_wanted = [&](std::size_t i) { return wanted.empty() || wanted[i]; };
  std::vector<Pair> out;
  for (std::size_t a = 0; a < pages.size(); ++a) {
    for (std::size_t b = a + 1; b < pages.size(); ++b) {
      if (!is_wanted(a) && !is_wanted(b)) {
        continue;
      }
      const bool exact =
          pages[a].master == pages[b].master || pages[a].received == pages[b].received;
      const bool alike = !exact && pages[a].print && pages[b].print &&
                         look_alike(*pages[a].print, *pages[b].print);
      if (exact || alike) {
        out.push_back({a, b, exact, exact ? 0 : bits_apart(*pages[a].print, *pages[b].print)});
      }
    }
  }
  return out;
}

Json to_json(const Duplicate& one, bool outside) {
  Json out = {{"page", one.page},
              {"item", one.other_identifier},
              {"other_page", one.other_page},
              {"exact", one.exact},
              {"bits_apart", one.bits_apart}};
  if (outside && !one.other_may_be_named) {
    out["item"] = nullptr;
    out["other_page"] = nullptr;
  }
  return out;
}

}  // namespace shiqu::package
