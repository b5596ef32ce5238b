#include "storage/package/duplicates.h"

#include <doctest/doctest.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <random>
#include <tuple>

using namespace shiqu;
using namespace shiqu::package;

namespace {

using Found = std::vector<std::tuple<std::size_t, std::size_t, bool, int>>;

/// By the definition: each page with each.
Found each_with_each(const std::vector<ComparedPage>& pages, const std::vector<bool>& wanted) {
  Found out;
  for (std::size_t a = 0; a < pages.size(); ++a) {
    for (std::size_t b = a + 1; b < pages.size(); ++b) {
      if (!wanted.empty() && !wanted[a] && !wanted[b]) {
        continue;
      }
      if (pages[a].master == pages[b].master || pages[a].received == pages[b].received) {
        out.emplace_back(a, b, true, 0);
      } else if (pages[a].print && pages[b].print && look_alike(*pages[a].print, *pages[b].print)) {
        out.emplace_back(a, b, false, bits_apart(*pages[a].print, *pages[b].print));
      }
    }
  }
  return out;
}

Found facts_of(const std::vector<Pair>& pairs) {
  Found out;
  for (const Pair& pair : pairs) {
    out.emplace_back(pair.a, pair.b, pair.exact, pair.bits_apart);
  }
  return out;
}

class Archive {
 public:
  explicit Archive(unsigned seed) : random_(seed) {}

  Fingerprint fresh() {
    Fingerprint out;
    out.contrast = 20;
    for (std::uint64_t& word : out.bits) {
      word = random_();
    }
    out.bits[3] &= ~(std::uint64_t{1} << 63U);  // the 256th bit is never set
    return out;
  }
  /// Differs in exactly so many bits.
  Fingerprint like(Fingerprint print, int bits) {
    for (int flipped = 0; flipped < bits;) {
      const unsigned at = number(kFingerprintBits);
      std::uint64_t& word = changed_.bits.at(at / 64);
      const std::uint64_t bit = std::uint64_t{1} << (at % 64);
      if ((word & bit) == 0) {
        word |= bit;
        print.bits.at(at / 64) ^= bit;
        ++flipped;
      }
    }
    changed_ = {};
    return print;
  }
  unsigned number(std::size_t below) { return static_cast<unsigned>(random_() % below); }
  ComparedPage page(std::optional<Fingerprint> print) {
    ++count_;
    return {ItemId::make(),
            PageId::make(),
            count_,
            fmt::format("m{}", count_),
            fmt::format("r{}", count_),
            print};
  }

 private:
  std::mt19937_64 random_;
  Fingerprint changed_;
  int count_ = 0;
};

}  // namespace

TEST_CASE("the search for duplicates finds what comparing each page with each finds") {
  for (unsigned seed = 0; seed < 20; ++seed) {
    Archive archive(seed);
    std::vector<ComparedPage> pages;
    std::vector<bool> wanted;
    while (pages.size() < 400) {
      const bool repeat = !pages.empty() && archive.number(2) == 0;
      const ComparedPage* model = repeat ? &pages[archive.number(pages.size())] : nullptr;
      std::optional<Fingerprint> print = archive.fresh();
      if (model != nullptr && model->print) {
        // Around the limit, where a search that cuts corners loses some.
        print = archive.like(*model->print, static_cast<int>(30 + archive.number(25)));
      }
      if (archive.number(20) == 0) {
        print->contrast = 1;
      }
      ComparedPage page = archive.page(archive.number(20) == 0 ? std::nullopt : print);
      if (model != nullptr && archive.number(10) == 0) {
        page.master = model->master;
      }
      if (model != nullptr && archive.number(10) == 0) {
        page.received = model->received;
      }
      pages.push_back(page);
      wanted.push_back(archive.number(5) == 0);
    }
    const Found all = each_with_each(pages, {});
    CHECK(all.size() > 50);
    CHECK(facts_of(duplicates_among(pages)) == all);
    CHECK(facts_of(duplicates_among(pages, wanted)) == each_with_each(pages, wanted));
  }
}

TEST_CASE("a likeness whose bits are spread evenly over the parts of the print is found") {
  Archive archive(1);
  for (int turn = 0; turn < 200; ++turn) {
    const Fingerprint one = archive.fresh();
    Fingerprint other = one;
    // 46 bits, three in each of 14 parts and two in each of two: the worst case of the index.
    for (unsigned part = 0; part < 16; ++part) {
      const unsigned first = archive.number(4);
      for (unsigned k = 0; k < (part % 8 == 7 ? 2U : 3U); ++k) {
        other.bits.at(part / 4) ^= std::uint64_t{1} << (part % 4 * 16 + first + 5 * k);
      }
    }
    REQUIRE(bits_apart(one, other) == kNearDuplicateBits);
    CHECK(duplicates_among({archive.page(one), archive.page(other)}).size() == 1);
  }
}

TEST_CASE("a picture that stands many times in books is paired with the first of each book") {
  Archive archive(3);
  const std::array<ItemId, 3> items = {ItemId::make(), ItemId::make(), ItemId::make()};
  std::vector<ComparedPage> pages;
  std::vector<bool> wanted;
  for (std::size_t i = 0; i < 3000; ++i) {
    pages.push_back(archive.page(std::nullopt));
    pages.back().item = items.at(i % 3);
    pages.back().master = "slip";
    wanted.push_back(i % 3 == 1);
  }
  // Each of 3,000 with three firsts; those of the firsts themselves are counted once.
  CHECK(duplicates_among(pages).size() == 3U * 2997U + 3U);
  const std::vector<Pair> own = duplicates_among(pages, wanted);
  for (const std::size_t item : {0U, 1U, 2U}) {
    CHECK(std::count_if(own.begin(), own.end(), [&](const Pair& pair) {
            return pair.a == item && pair.b % 3 == 1;
          }) >= 999);
  }
}
