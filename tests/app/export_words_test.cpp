#include "ui/app/export_words.h"

#include "storage/package/duplicates.h"
#include "storage/package/package.h"

#include <doctest/doctest.h>

using namespace shiqu;

TEST_CASE("what holds a page back is said of that page, not in the words of the package") {
  package::PackagePlan plan;
  plan.item.id = ItemId::make();
  package::PackagedPage page;
  page.page.id = PageId::make();
  page.page.text_state = model::TextState::Submitted;
  page.capture.width_px = 1200;
  page.capture.height_px = 1800;
  page.marked = 2;
  plan.pages.push_back(page);
  package::Duplicate twin;
  twin.page = "0001";
  twin.other_item = ItemId::make();
  twin.other_identifier = "GJ0009";
  twin.other_page = 4;
  plan.duplicates.push_back(twin);
  const auto words = [&](const char* gate) {
    return app::offence_words(plan, {gate, page.page.id.str(), "0001", "a sentence", false});
  };
  CHECK(words("personal_data") == "2 marked regions");
  CHECK(words("text_of_other_image") == "the master has 1200 × 1800 px");
  CHECK(words("split_leak") == "looks like page 4 of GJ0009");
  CHECK(words("master_not_tiff") == "a sentence");
  plan.pages.front().redacted.resize(2);
  CHECK(words("personal_data") == "marked on an earlier frame: mark it on this one");
  plan.duplicates.clear();
  CHECK(words("split_leak") == "a sentence");
}
