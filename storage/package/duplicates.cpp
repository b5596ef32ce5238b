#include "storage/package/duplicates.h"

#include "storage/package/internal/near_index.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <unordered_map>

namespace shiqu::package {
namespace {

bool same_bytes(const ComparedPage& a, const ComparedPage& b) {
  return a.master == b.master || a.received == b.received;
}

class Search {
 public:
  Search(const std::vector<ComparedPage>& pages, const std::vector<bool>& wanted)
      : pages_(pages), wanted_(wanted) {}

  /// Pages with one digest stand together; what has both in common is found twice.
  void exact() {
    for (const auto digest : {&ComparedPage::master, &ComparedPage::received}) {
      std::unordered_map<std::string_view, std::vector<std::size_t>> groups;
      for (std::size_t i = 0; i < pages_.size(); ++i) {
        groups[pages_[i].*digest].push_back(i);
      }
      for (const auto& [value, members] : groups) {
        pair_up(members);
      }
    }
  }

  void near() {
    std::vector<const Fingerprint*> prints;
    for (const ComparedPage& page : pages_) {
      prints.push_back(page.print && has_contrast(*page.print) ? &*page.print : nullptr);
    }
    NearIndex index(std::move(prints));
    for (std::size_t a = 0; a < pages_.size(); ++a) {
      if (is_wanted(a)) {
        // Of two wanted pages the first one finds the other.
        index.each_near(a, wanted_.empty() ? a : 0, [&](std::size_t b, int bits) {
          if ((b > a || !is_wanted(b)) && !same_bytes(pages_[a], pages_[b])) {
            found_.push_back({std::min(a, b), std::max(a, b), false, bits});
          }
        });
      }
    }
  }

  std::vector<Pair> take() {
    const auto place = [](const Pair& pair) { return std::pair(pair.a, pair.b); };
    std::sort(found_.begin(), found_.end(),
              [&](const Pair& x, const Pair& y) { return place(x) < place(y); });
    found_.erase(std::unique(found_.begin(), found_.end(),
                             [&](const Pair& x, const Pair& y) { return place(x) == place(y); }),
                 found_.end());
    return std::move(found_);
  }

 private:
  [[nodiscard]] bool is_wanted(std::size_t i) const { return wanted_.empty() || wanted_[i]; }

  /// Each with the first of each item: a slip for a missing leaf may stand a thousand times in a
  /// book, and a million pairs tell no more.
  void pair_up(const std::vector<std::size_t>& members) {
    std::map<ItemId, std::size_t> firsts;
    for (const std::size_t one : members) {
      firsts.emplace(pages_[one].item, one);
    }
    for (const std::size_t one : members) {
      for (const auto& [item, first] : firsts) {
        if (first != one && (is_wanted(one) || is_wanted(first))) {
          found_.push_back({std::min(one, first), std::max(one, first), true, 0});
        }
      }
    }
  }

  const std::vector<ComparedPage>& pages_;
  const std::vector<bool>& wanted_;
  std::vector<Pair> found_;
};

}  // namespace

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
  Search search(pages, wanted);
  search.exact();
  search.near();
  return search.take();
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
