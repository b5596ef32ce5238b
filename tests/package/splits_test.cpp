#include "storage/package/splits.h"

#include "storage/imaging/operations.h"
#include "storage/package/gates.h"
#include "storage/package/outliers.h"
#include "tests/package/archive.h"

#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <random>
#include <set>

using namespace shiqu;
using namespace shiqu::package;

using test::need;
using test::tools;
using Archive = test::PackagedArchive;

namespace {

std::vector<SplitItem> some_items(int count) {
  std::vector<SplitItem> out;
  for (int i = 0; i < count; ++i) {
    out.push_back({ItemId::make(), "GJ" + std::to_string(1000 + i), 10 + i % 7, {}, {}, false});
  }
  return out;
}

std::map<std::string, std::string> sides_of(const std::vector<SplitItem>& items) {
  std::map<std::string, std::string> out;
  for (const SplitItem& item : items) {
    out.emplace(item.identifier, item.side);
  }
  return out;
}

/// A leaf with columns of random strokes inside a frame; `shift` moves everything on it, as when
/// it is photographed again.
imaging::Image leaf(unsigned seed, int shift = 0, double light = 1) {
  std::mt19937 random(seed);
  imaging::Image page(imaging::PixelFormat::Gray8, {480, 640});
  std::fill(page.bytes().begin(), page.bytes().end(), static_cast<std::uint8_t>(220 * light));
  const auto ink = [&](int x, int y, int width, int height) {
    for (int row = y + shift; row < y + shift + height; ++row) {
      for (int column = x + shift; column < x + shift + width; ++column) {
        page.row(row)[static_cast<std::size_t>(column)] = static_cast<std::uint8_t>(40 * light);
      }
    }
  };
  ink(30, 30, 420, 3);
  ink(30, 600, 420, 3);
  for (int column = 0; column < 9; ++column) {
    for (int place = 0; place < 18; ++place) {
      for (int stroke = 0; stroke < 5; ++stroke) {
        const int x = 36 + 46 * column + static_cast<int>(random() % 24);
        const int y = 40 + 31 * place + static_cast<int>(random() % 20);
        ink(x, y, 3 + static_cast<int>(random() % 12), 2 + static_cast<int>(random() % 5));
      }
    }
  }
  return page;
}

PageId keep(Archive& archive, const ItemId& item, const imaging::Image& image) {
  const auto spool = [&](const char* name, const std::string& note) {
    imaging::MasterTags tags;
    tags.software = note;
    need(imaging::write_master(archive.store.spool() / name, image, tags));
    return store::SpooledFile{archive.store.spool() / name, "image/tiff"};
  };
  store::NewCapture fresh;
  fresh.item = item;
  fresh.capture.width_px = image.width();
  fresh.capture.height_px = image.height();
  fresh.master = spool("m.tif", "shiqu");
  fresh.received = spool("r.tif", "device");
  const auto kept = need(archive.store.keep(archive.lead, fresh));
  need(answer_fingerprint(fingerprint_request(archive.store, kept.master), [](const Json&) {}));
  return kept.page;
}

ItemId add_item(Archive& archive, const std::string& identifier, model::Grade grade) {
  model::Item item;
  item.identifier = identifier;
  item.title = "漢書";
  item.rights = "CC0";
  item.grade = grade;
  return need(archive.store.add_item(archive.lead, item));
}

}  // namespace

TEST_CASE("sides depend on the seed and on nothing else") {
  std::vector<SplitItem> first = some_items(60);
  std::vector<SplitItem> second = first;
  std::reverse(second.begin(), second.end());
  need(choose_sides(first, {}, {}, 7));
  need(choose_sides(second, {}, {}, 7));
  CHECK(sides_of(first) == sides_of(second));
  std::vector<SplitItem> other = some_items(60);
  need(choose_sides(other, {}, {}, 8));
  CHECK(sides_of(first) != sides_of(other));
}

TEST_CASE("the sides get their shares of the pages") {
  std::vector<SplitItem> items = some_items(200);
  need(choose_sides(items, {}, {}, 1));
  std::map<std::string, double> pages;
  double total = 0;
  for (const SplitItem& item : items) {
    pages[item.side] += static_cast<double>(item.pages);
    total += static_cast<double>(item.pages);
    CHECK(item.chosen);
  }
  CHECK(pages["train"] / total == doctest::Approx(0.8).epsilon(0.02));
  CHECK(pages["validation"] / total == doctest::Approx(0.1).epsilon(0.1));
  CHECK(pages["test"] / total == doctest::Approx(0.1).epsilon(0.1));
}

TEST_CASE("linked items stay together, also over several links") {
  std::vector<SplitItem> items = some_items(40);
  need(choose_sides(items, {{0, 10}, {10, 20}, {30, 20}}, {}, 3));
  CHECK(items[0].side == items[30].side);
  CHECK(items[10].side == items[20].side);
  CHECK(items[0].side == items[20].side);
  CHECK(items[30].group == "GJ1000");
  CHECK(items[5].group == "GJ1005");
}

TEST_CASE("an item that has a side keeps it, and its likes follow") {
  std::vector<SplitItem> items = some_items(20);
  items[4].side = "test";
  need(choose_sides(items, {{4, 9}}, {}, 1));
  CHECK(items[4].side == "test");
  CHECK_FALSE(items[4].chosen);
  CHECK(items[9].side == "test");
  CHECK(items[9].chosen);
  std::vector<SplitItem> torn = some_items(3);
  torn[0].side = "train";
  torn[1].side = "test";
  CHECK(choose_sides(torn, {{0, 1}}, {}, 1).error().code == ErrorCode::Conflict);
}

TEST_CASE("a side without a share gets nothing, and no share at all is refused") {
  std::vector<SplitItem> items = some_items(30);
  need(choose_sides(items, {}, {{9, 0, 1}}, 1));
  CHECK(std::none_of(items.begin(), items.end(),
                     [](const SplitItem& item) { return item.side == "validation"; }));
  CHECK(choose_sides(items, {}, {{0, 0, 0}}, 1).error().code == ErrorCode::InvalidInput);
  CHECK(choose_sides(items, {}, {{5, -1, 1}}, 1).error().code == ErrorCode::InvalidInput);
}

TEST_CASE("a leaf photographed again looks alike, another leaf of the same layout does not") {
  const Fingerprint one = need(fingerprint_of(leaf(1)));
  CHECK(look_alike(one, need(fingerprint_of(leaf(1, 4)))));
  CHECK(look_alike(one, need(fingerprint_of(leaf(1, 0, 0.8)))));
  CHECK(look_alike(one, need(fingerprint_of(imaging::resize(leaf(1), {360, 480})))));
  for (unsigned seed = 2; seed < 8; ++seed) {
    CHECK_FALSE(look_alike(one, need(fingerprint_of(leaf(seed)))));
  }
  CHECK(one.ink_share > 0.05);
  CHECK(one.ink_share < 0.5);
  imaging::Image blank(imaging::PixelFormat::Gray8, {480, 640});
  std::fill(blank.bytes().begin(), blank.bytes().end(), std::uint8_t{220});
  const Fingerprint empty = need(fingerprint_of(blank));
  CHECK_FALSE(look_alike(empty, empty));
}

TEST_CASE("duplicates are found in all items, and the plan holds back what would leak") {
  Archive archive;
  const ItemId other = add_item(archive, "GJ0002", model::Grade::Restricted);
  keep(archive, archive.item, leaf(1));
  keep(archive, archive.item, leaf(2));
  keep(archive, other, leaf(3));
  keep(archive, other, leaf(2, 3));  // the second leaf, photographed again
  keep(archive, other, leaf(1));     // the same bytes
  SplitBasis basis = need(split_basis(archive.store));
  CHECK(basis.not_compared == 0);
  REQUIRE(basis.links.size() == 1);
  REQUIRE(basis.duplicates.size() == 2);
  need(choose_sides(basis.items, basis.links, {}, 1));
  CHECK(basis.items[0].side == basis.items[1].side);

  PlanOptions options;
  options.allow = {"unreviewed"};
  need(archive.store.assign_splits(
      archive.lead, {{archive.item, "test", "GJ0001", 5, 0}, {other, "test", "GJ0001", 5, 0}}));
  const PackagePlan kept = archive.plan(options);
  CHECK_FALSE(kept.refused());
  CHECK(kept.split == "test");
  CHECK(kept.split_facts.assigned);
  CHECK(kept.split_facts.group_items == 2);
  REQUIRE(kept.duplicates.size() == 2);
  CHECK(kept.duplicates[0].exact);
  CHECK(kept.duplicates[0].other_page == 3);
  CHECK_FALSE(kept.duplicates[1].exact);
  CHECK(kept.duplicates[1].bits_apart <= kNearDuplicateBits);

  const auto made = need(write_package(archive.store, archive.lead, kept, tools(),
                                       archive.dir.path() / "out", archive.key));
  const Json dedup = need(parse_json(test::get(made.bag.folder / "data/reports/dedup.json")));
  REQUIRE(dedup["duplicates"].size() == 2);
  CHECK(dedup["duplicates"][0]["item"].is_null());  // it may not be named: restricted
  const Json split = need(parse_json(test::get(made.bag.folder / "data/reports/split.json")));
  CHECK(split["side"] == "test");
  CHECK(split["seed"] == 5);
  CHECK(test::get(made.bag.folder / "data/reports/dedup.json").find("GJ0002") == std::string::npos);

  need(archive.store.assign_splits(archive.lead, {{other, "train", "GJ0002", 5, 0}}));
  const PackagePlan torn = archive.plan(options);
  CHECK(torn.refused());
  for (const GateState& gate : gate_states(torn.findings)) {
    const bool leak = gate.rule->name == "split_leak";
    CHECK((gate.state() == "closed") == leak);
    CHECK((!leak || gate.offenders.size() == 2));
  }
}

TEST_CASE("sides are kept with an entry of the journal, by a lead alone") {
  Archive archive;
  CHECK(archive.store.assign_splits(archive.second, {{archive.item, "test", "GJ0001", 1, 0}})
            .error()
            .code == ErrorCode::Denied);
  CHECK(archive.store.assign_splits(archive.lead, {{archive.item, "exam", "GJ0001", 1, 0}})
            .error()
            .code == ErrorCode::InvalidInput);
  need(archive.store.assign_splits(archive.lead, {{archive.item, "test", "GJ0001", 1, 0}}));
  const auto events = need(archive.store.events_about({archive.item.str()}));
  CHECK(events.back().action == "split.assigned");
  need(archive.store.assign_splits(archive.lead, {{archive.item, "test", "GJ0001", 1, 0}}));
  CHECK(need(archive.store.events_about({archive.item.str()})).size() == events.size());
  CHECK(need(archive.store.splits()).size() == 1);
}

TEST_CASE("a page that stands out is named with measure and median") {
  std::vector<PackagedPage> pages;
  for (int i = 0; i < 12; ++i) {
    PackagedPage page;
    page.number = "000" + std::to_string(i);
    page.capture.width_px = 4000 + i;
    page.capture.height_px = 6000;
    page.page.text_revision = 1;
    page.characters = 180 + i % 4;
    page.confidence = 0.95;
    page.ink_share = 0.1 + 0.001 * i;
    pages.push_back(page);
  }
  CHECK(find_outliers(pages).empty());
  pages[3].characters = 12;
  pages[5].confidence = 0.4;
  pages[7].capture.width_px = 9000;
  pages[9].ink_share = 0.6;
  const auto found = find_outliers(pages);
  std::set<std::string> names;
  for (const Outlier& one : found) {
    names.insert(one.measure + " " + one.page);
    CHECK(std::abs(one.deviations) > kOutlierDeviations);
  }
  CHECK(names == std::set<std::string>{"pixels 0007", "ink_share 0009", "confidence 0005",
                                       "characters 0003"});
  pages.resize(kLeastPages - 1);
  CHECK(find_outliers(pages).empty());
}
