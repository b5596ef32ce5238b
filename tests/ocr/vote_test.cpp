#include "ocr/vote.h"

#include "storage/base/text.h"
#include "tests/ocr/drawing.h"

#include <doctest/doctest.h>

#include <utility>

using namespace shiqu;

namespace {

model::Line line(std::u32string_view text, double confidence) {
  model::Line out;
  for (const char32_t character : text) {
    out.glyphs.push_back({to_utf8(character), {}, confidence, {}});
    out.text += to_utf8(character);
  }
  out.confidence = confidence;
  return out;
}

class FixedEngine : public ocr::Engine {
 public:
  FixedEngine(std::string name, model::Line answer, ocr::ColumnForm form)
      : name_(std::move(name)), answer_(std::move(answer)), form_(form) {}
  std::string_view name() const override { return name_; }
  std::string version(const ocr::EngineSettings&) const override { return name_ + " 1"; }
  ocr::ColumnForm form() const override { return form_; }
  Result<ocr::AreaReading> read(const imaging::Image& image, const ocr::EngineSettings&,
                                std::stop_token) override {
    sizes.push_back(image.size());
    return ocr::AreaReading{{answer_}, image.size(), {}, {}};
  }
  std::vector<SizePx> sizes;

 private:
  std::string name_;
  model::Line answer_;
  ocr::ColumnForm form_;
};

constexpr ocr::VoteRatios kRatios{4, 0.5, 0.25};

}  // namespace

TEST_CASE("agreement raises the confidence of a character and disagreement lowers it") {
  model::Line first = line(U"子日", 0.5);
  ocr::vote(first, line(U"子曰", 0.1), kRatios);
  CHECK(first.text == "子日");
  CHECK(first.glyphs[0].confidence == doctest::Approx(0.8));      // odds 1 : 1 → 4 : 1
  CHECK(first.glyphs[1].confidence == doctest::Approx(1.0 / 3));  // 1 : 1 → 1 : 2
  CHECK(first.confidence == doctest::Approx((0.8 + 1.0 / 3) / 2));
}

TEST_CASE("another reading comes first among the alternatives, once, and they stay nine") {
  model::Line first = line(U"日", 0.5);
  first.glyphs[0].alternatives = {"目", "曰", "月", "白", "旦", "旧", "田", "由", "甲"};
  ocr::vote(first, line(U"曰", 0.9), kRatios);
  CHECK(first.glyphs[0].alternatives.front() == "曰");
  CHECK(first.glyphs[0].alternatives.size() == 9);
  ocr::vote(first, line(U"門", 0.9), kRatios);
  CHECK(first.glyphs[0].alternatives.front() == "門");
  CHECK(first.glyphs[0].alternatives.size() == 9);
}

TEST_CASE("a second reader that misses or adds characters does not shift the others") {
  model::Line first = line(U"學而時習之", 0.5);
  ocr::vote(first, line(U"學時習之乎", 0.5), kRatios);
  CHECK(first.glyphs[0].confidence == doctest::Approx(0.8));
  CHECK(first.glyphs[1].confidence == doctest::Approx(0.2));
  for (std::size_t i = 2; i < 5; ++i) {
    CHECK(first.glyphs[i].confidence == doctest::Approx(0.8));
  }
}

TEST_CASE("only doubtful lines are read twice, the second time in the form of the second reader") {
  FixedEngine sure("sure", line(U"子曰", 0.95), {48, 0, true});
  FixedEngine doubtful("doubtful", line(U"子曰", 0.6), {48, 0, true});
  FixedEngine second("second", line(U"子曰", 0.9), {62, 8, false});
  const imaging::Image column = fixture::paper({48, 480});
  const auto one = ocr::make_voting_engine(sure, second, kRatios);
  REQUIRE(one->read(column, {}, {}));
  CHECK(second.sizes.empty());
  const auto two = ocr::make_voting_engine(doubtful, second, kRatios);
  CHECK(two->name() == "doubtful+second");
  CHECK(two->version({}) == "doubtful 1 + second 1");
  const auto read = two->read(column, {}, {});
  REQUIRE(read);
  REQUIRE(second.sizes.size() == 1);
  CHECK(second.sizes[0].width == 62 + 16);
  CHECK(second.sizes[0].height == 620 + 16);
  CHECK(read->lines.front().glyphs[0].confidence == doctest::Approx(6.0 / 7));
}

TEST_CASE("columns decided together are voted on once, with what the second reader said before") {
  class TogetherEngine : public FixedEngine {
   public:
    using FixedEngine::FixedEngine;
    Result<ocr::AreaReading> read(const imaging::Image& image, const ocr::EngineSettings& settings,
                                  std::stop_token stop) override {
      SHIQU_TRY_ASSIGN(ocr::AreaReading out, FixedEngine::read(image, settings, std::move(stop)));
      out.places.resize(settings.language ? 1 : 0);
      return out;
    }
    Status read_together(std::span<ocr::AreaReading* const> columns,
                         const ocr::EngineSettings& settings) override {
      for (ocr::AreaReading* const column : columns) {
        column->lines = {settings.language ? line(U"子日", 0.5) : std::move(column->lines.front())};
      }
      return {};
    }
  };
  TogetherEngine first("first", line(U"子曰", 0.6), {48, 0, true});
  FixedEngine second("second", line(U"子曰", 0.9), {62, 8, false});
  const auto both = ocr::make_voting_engine(first, second, kRatios);
  for (const bool language : {true, false}) {
    ocr::EngineSettings settings;
    settings.language = language;
    auto reading = both->read(fixture::paper({48, 480}), settings, {});
    REQUIRE(reading);
    ocr::AreaReading* const column = &*reading;
    REQUIRE(both->read_together({&column, 1}, settings));
    const auto& glyphs = reading->lines.front().glyphs;
    CHECK(glyphs[0].confidence == doctest::Approx(language ? 0.8 : 6.0 / 7));
    CHECK(glyphs[1].text == (language ? "日" : "曰"));
    CHECK(glyphs[1].confidence == doctest::Approx(language ? 1.0 / 3 : 6.0 / 7));
  }
  CHECK(second.sizes.size() == 2);
}
