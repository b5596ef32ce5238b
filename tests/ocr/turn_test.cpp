// Pages that were scanned on their side or upside down.
#include "ocr/prepare/turn.h"
#include "ocr/prepare/page.h"
#include "ocr/press/press.h"
#include "ocr/press/text_source.h"
#include "ocr/recognise.h"
#include "storage/imaging/codecs.h"
#include "storage/imaging/operations.h"
#include "tests/ocr/drawing.h"
#include "tests/ocr/pressed.h"

#include <doctest/doctest.h>

#include <array>

using namespace shiqu;
using ocr::LineAxis;

namespace {

/// Columns of five glyphs, each with a heavy foot, from the top of a ruled leaf.
imaging::Image leaf() {
  imaging::Image page = fixture::ruled_leaf(6);
  for (int column = 0; column < 6; ++column) {
    for (int i = 0; i < 5; ++i) {
      fixture::glyph(page, {118 + 100 * column, 220 + 80 * i, 64, 64});
      fixture::fill(page, {118 + 100 * column, 262 + 80 * i, 64, 22});
    }
  }
  return page;
}

/// Sees five glyphs and is sure of them where feet are below, in a column.
class FootEngine : public ocr::Engine {
 public:
  explicit FootEngine(double sure = 0.95) : sure_(sure) {}
  std::string_view name() const override { return "feet"; }
  std::string version(const ocr::EngineSettings&) const override { return "feet 1"; }
  Result<ocr::AreaReading> read(const imaging::Image& image, const ocr::EngineSettings&,
                                std::stop_token) override {
    ++columns;
    model::Line line;
    line.box = {form().paper_px, form().paper_px, image.width() - 2 * form().paper_px,
                image.height() - 2 * form().paper_px};
    for (int i = 0; i < 5; ++i) {
      line.text += "中";
      line.glyphs.push_back({"中", line.box, feet_below(image) ? sure_ : 0.2, {}});
    }
    return ocr::AreaReading{{std::move(line)}, image.size(), {}, {}};
  }
  int columns = 0;

 private:
  /// The last dark row of the cutting belongs to a foot: many dark rows end there.
  static bool feet_below(const imaging::Image& image) {
    const auto dark = [&](int y) {
      const auto row = image.row(y);
      return std::count_if(row.begin(), row.end(), [](auto level) { return level < 120; }) >
             image.width() / 2;
    };
    int y = image.height() - 1;
    while (y > 0 && !dark(y)) {
      --y;
    }
    int thick = 0;
    while (y - thick > 0 && dark(y - thick)) {
      ++thick;
    }
    return thick > 10 && image.height() > 2 * image.width();
  }
  double sure_;
};

}  // namespace

TEST_CASE("rules tell whether a page lies on its side") {
  for (const std::uint64_t seed : {1U, 2U}) {
    const auto page = fixture::lightly_aged({}, seed);
    for (int turns = 0; turns < 4; ++turns) {
      const auto axis =
          ocr::axis_of(ocr::measure_turn(imaging::rotate_quarters(page.image, turns)));
      CHECK(axis == (turns % 2 == 0 ? LineAxis::Upright : LineAxis::Level));
    }
  }
}

TEST_CASE("without rules the gaps tell it, and what tells nothing leaves every turn") {
  CHECK(ocr::axis_of({0, 0, 1.2, 0.5}) == LineAxis::Upright);
  CHECK(ocr::axis_of({0.5, 1.5, 0.4, 1.3}) == LineAxis::Level);
  CHECK(ocr::axis_of({5, 4, 1, 1}) == LineAxis::Unclear);
  CHECK(ocr::turns_to_try(LineAxis::Upright) == std::vector<int>{0, 2});
  CHECK(ocr::turns_to_try(LineAxis::Level) == std::vector<int>{1, 3});
  CHECK(ocr::turns_to_try(LineAxis::Unclear).size() == 4);
}

TEST_CASE("a page is turned only for a reading that is far more certain") {
  using Trials = std::vector<ocr::TurnTrial>;
  CHECK(ocr::chosen_turn(Trials{{0, 60, 0.2}, {2, 60, 0.9}}) == 2);
  CHECK(ocr::chosen_turn(Trials{{0, 60, 0.6}, {2, 60, 0.7}}) == 0);
  CHECK(ocr::chosen_turn(Trials{{0, 60, 0.1}, {2, 60, 0.5}}) == 0);
  CHECK(ocr::chosen_turn(Trials{{0, 60, 0.1}, {2, 3, 0.99}}) == 0);
  CHECK(ocr::chosen_turn(Trials{{1, 60, 0.2}, {3, 60, 0.8}}) == 3);
  CHECK(ocr::chosen_turn(Trials{}) == 0);
  CHECK(ocr::reads_well({0, 40, 0.9}));
  CHECK_FALSE(ocr::reads_well({0, 2, 0.9}));
}

TEST_CASE("areas of a page that was turned lie where they are on the page as given") {
  const imaging::Image page = leaf();
  const auto upright = ocr::prepare_page(page);
  REQUIRE(upright);
  REQUIRE(upright->areas.size() == 6);
  for (int turns = 1; turns < 4; ++turns) {
    const imaging::Image given = imaging::rotate_quarters(page, -turns);
    const auto made = ocr::prepare_page(given, ocr::PageForm{turns, false});
    REQUIRE(made);
    CHECK(made->quarter_turns == turns);
    REQUIRE(made->areas.size() == 6);
    const RectPx whole{0, 0, given.width(), given.height()};
    for (std::size_t i = 0; i < 6; ++i) {
      CHECK(made->areas[i].box == upright->areas[i].box);
      const RectPx there = made->on_page(made->areas[i].box);
      CHECK(intersection(there, whole) == there);
      // The same ink stands there, turned.
      const imaging::Image again =
          imaging::rotate_quarters(imaging::crop(imaging::to_gray8(given), there), turns);
      const imaging::Image wanted = imaging::crop(page, upright->areas[i].box);
      REQUIRE(again.size() == wanted.size());
      CHECK(std::equal(again.bytes().begin(), again.bytes().end(), wanted.bytes().begin()));
    }
  }
}

TEST_CASE("a page on its side or upside down is read upright, right to left") {
  const imaging::Image page = leaf();
  for (int turns = 0; turns < 4; ++turns) {
    FootEngine engine;
    const imaging::Image given = imaging::rotate_quarters(page, -turns);
    const auto read = ocr::recognise_page(given, engine, {});
    REQUIRE(read);
    REQUIRE(read->lines.size() == 6);
    CHECK(read->width_px == given.width());
    CHECK(read->lines[0].glyphs[0].confidence == doctest::Approx(0.95));
    // The first column stands at the right of the upright page.
    const RectPx first = read->lines.front().box;
    const RectPx last = read->lines.back().box;
    const std::array<bool, 4> in_order{first.x > last.x, first.y < last.y,
                                       first.x<last.x, first.y> last.y};
    CHECK(in_order[static_cast<std::size_t>(turns)]);
  }
}

TEST_CASE("a page of horizontal lines without rules is read line by line from above") {
  // Feet are at the left when lines are stood on end: what the engine is sure of.
  class LineEngine : public FootEngine {
   public:
    Result<ocr::AreaReading> read(const imaging::Image& image, const ocr::EngineSettings& settings,
                                  std::stop_token stop) override {
      if (image.height() <= 2 * image.width()) {
        return FootEngine::read(image, settings, std::move(stop));
      }
      int left = 0;
      int right = 0;
      for (int y = 0; y < image.height(); ++y) {
        const auto row = image.row(y);
        const auto dark = [](std::uint8_t level) { return level < 120; };
        left += static_cast<int>(std::count_if(row.begin(), row.begin() + image.width() / 2, dark));
        right += static_cast<int>(std::count_if(row.begin() + image.width() / 2, row.end(), dark));
      }
      model::Line line;
      line.box = {8, 8, image.width() - 16, image.height() - 16};
      for (int i = 0; i < 5; ++i) {
        line.text += "中";
        line.glyphs.push_back({"中", line.box, left > right * 1.1 ? 0.95 : 0.2, {}});
      }
      return ocr::AreaReading{{std::move(line)}, image.size(), {}, {}};
    }
  };
  imaging::Image page = fixture::paper({900, 1300});
  for (int row = 0; row < 9; ++row) {
    for (int i = 0; i < 10; ++i) {
      const int x = 70 + 76 * i + row % 3 * 17;  // glyphs of the lines stand not below each other
      fixture::glyph(page, {x, 100 + 120 * row + 5 * i % 13, 56, 47});
      fixture::fill(page, {x + 8, 136 + 120 * row, 44, 24});
    }
  }
  CHECK(ocr::axis_of(ocr::measure_turn(page)) == LineAxis::Level);
  LineEngine engine;
  const auto read = ocr::recognise_page(page, engine, {});
  REQUIRE(read);
  REQUIRE(read->lines.size() == 9);
  for (std::size_t i = 0; i < 9; ++i) {
    const model::Line& line = read->lines[i];
    CHECK(line.kind == model::LineKind::Horizontal);
    CHECK(line.box.width > 600);
    CHECK(std::abs(line.box.y - (100 + 120 * static_cast<int>(i))) <= 8);
  }
}

TEST_CASE("a page that reads well is read once; one that reads badly anyhow stays as it lies") {
  FootEngine sure;
  REQUIRE(ocr::recognise_page(leaf(), sure, {}));
  CHECK(sure.columns == 6);
  FootEngine doubtful(0.25);
  const auto read = ocr::recognise_page(leaf(), doubtful, {});
  REQUIRE(read);
  REQUIRE(read->lines.size() == 6);
  CHECK(read->lines.front().box.x > read->lines.back().box.x);
}

TEST_CASE("no real page lies on its side") {
  int pages = 0;
  for (const char* set : {"siku_jmml", "zongmu", "kanripo_pages", "tripitaka"}) {
    std::error_code missing;
    for (const auto& entry : std::filesystem::directory_iterator(fixture::shared(set), missing)) {
      if (entry.path().extension() != ".png" && entry.path().extension() != ".jpg") {
        continue;
      }
      const auto image = imaging::decode_file(entry.path());
      REQUIRE(image);
      CHECK(ocr::axis_of(ocr::measure_turn(image->image)) == LineAxis::Upright);
      CHECK(ocr::axis_of(ocr::measure_turn(imaging::rotate_quarters(image->image, 1))) !=
            LineAxis::Upright);
      ++pages;
    }
  }
  if (pages == 0) {
    MESSAGE("SKIPPED: no shared pages at ", fixture::shared("").string());
  }
}
