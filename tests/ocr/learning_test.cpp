#include "ocr/learning.h"
#include "tests/support/ok.h"

#include <doctest/doctest.h>

#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <vector>

using namespace shiqu;
using namespace shiqu::ocr;

namespace {

using Words = std::vector<std::string>;

const Words kClassical{"子曰", "學而", "時習", "不亦", "說乎", "有朋", "遠方", "來者"};
const Words kGarden{"蘅蕪", "瀟湘", "怡紅", "稻香", "綴錦", "秋爽", "藕香", "暖香"};

/// `count` lines of ten words, the same for the same seed.
Words lines_of(const Words& words, int count, unsigned seed) {
  std::mt19937 random(seed);
  Words out;
  for (int i = 0; i < count; ++i) {
    std::string line;
    for (int k = 0; k < 10; ++k) {
      line += words[random() % words.size()];
    }
    out.push_back(std::move(line));
  }
  return out;
}

LanguageModel general() {
  Words lines = lines_of(kClassical, 400, 1);
  const Words some = lines_of(kGarden, 10, 2);
  lines.insert(lines.end(), some.begin(), some.end());
  return LanguageModel::learn(lines);
}

std::vector<LearningPage> pages_of(const Words& words, int items, int pages_each) {
  std::vector<LearningPage> out;
  for (int i = 0; i < items * pages_each; ++i) {
    out.push_back(
        {fmt::format("GJ{}", i / pages_each), lines_of(words, 20, 100 + static_cast<unsigned>(i))});
  }
  return out;
}

}  // namespace

TEST_CASE("a station whose books differ from the general language gains by its own") {
  const auto learnt = learn_language(pages_of(kGarden, 6, 1), general());
  REQUIRE_OK(learnt);
  CHECK(learnt->characters == 6 * 20 * 20);
  CHECK(learnt->items == 6);
  REQUIRE(learnt->trials.size() == 8);
  CHECK(learnt->trials.front().share == 0);
  CHECK(learnt->trials.back().share == doctest::Approx(0.7));
  for (const ShareTrial& trial : learnt->trials) {
    CHECK(learnt->best.perplexity <= trial.perplexity);
  }
  CHECK(learnt->best.share > 0);
  CHECK(learnt->gains());
  CHECK(learnt->model.knows(U'蘅'));
}

TEST_CASE("a station whose text the general language knows as well gains nothing") {
  const auto learnt = learn_language(pages_of(kClassical, 6, 1), general());
  REQUIRE_OK(learnt);
  CHECK_FALSE(learnt->gains());
}

TEST_CASE("what stands in one item only does not count as foretold: items are never torn apart") {
  std::vector<LearningPage> pages;
  for (int page = 0; page < 6; ++page) {
    const bool first = page < 3;
    pages.push_back({first ? "GJ1" : "GJ2",
                     Words(30, first ? "蘅蕪苑瀟湘館怡紅院稻香村" : "龍首琴雁足燈犀角杯鷓鴣斑")});
  }
  const auto torn = learn_language(std::vector(pages.begin(), pages.begin() + 3), general(), 1);
  REQUIRE_OK(torn);
  CHECK_FALSE(torn->by_item);
  CHECK(torn->gains());
  const auto whole = learn_language(pages, general());
  REQUIRE_OK(whole);
  CHECK(whole->by_item);
  CHECK(whole->parts == 2);
  CHECK_FALSE(whole->gains());
}

TEST_CASE("text is split into five parts, or fewer when there are not as many items or pages") {
  CHECK(learn_language(pages_of(kGarden, 9, 1), general())->parts == 5);
  CHECK(learn_language(pages_of(kGarden, 3, 4), general())->parts == 3);
  const auto one_item = learn_language(pages_of(kGarden, 1, 7), general());
  CHECK(one_item->parts == 5);
  CHECK_FALSE(one_item->by_item);
}

TEST_CASE("too little text is refused with both counts, and so is a single page") {
  const auto little = learn_language(pages_of(kGarden, 2, 1), general());
  REQUIRE_FALSE(little);
  CHECK(little.error().code == ErrorCode::InvalidInput);
  CHECK(little.error().subject == "800 characters");
  CHECK(little.error().native.find("2000") != std::string::npos);
  CHECK(learn_language(pages_of(kGarden, 2, 1), general(), 800));
  CHECK_FALSE(learn_language({}, general(), 0));
  const std::vector<LearningPage> page{{"GJ1", lines_of(kGarden, 200, 5)}};
  const auto single = learn_language(page, general());
  REQUIRE_FALSE(single);
  CHECK(single.error().code == ErrorCode::InvalidInput);
}
