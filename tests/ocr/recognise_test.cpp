#include "ocr/recognise.h"
#include "storage/base/text.h"
#include "tests/ocr/drawing.h"

#include <doctest/doctest.h>

#include <span>
#include <string>
#include <utility>
#include <vector>

using namespace shiqu;

namespace {

/// Finds the drawn glyphs of a cutting by its rows of ink and calls each "中".
class RowEngine : public ocr::Engine {
 public:
  std::string_view name() const override { return "rows"; }
  std::string version(const ocr::EngineSettings&) const override { return "rows 1"; }
  Result<ocr::AreaReading> read(const imaging::Image& image, const ocr::EngineSettings&,
                                std::stop_token) override {
    widths.push_back(image.width());
    model::Line line;
    int start = -1;
    for (int y = 0; y < image.height(); ++y) {
      const auto row = image.row(y);
      const auto ink =
          std::count_if(row.begin(), row.end(), [](auto level) { return level < 120; });
      if (ink > 4 && start < 0) {
        start = y;
      } else if (ink <= 4 && start >= 0) {
        line.glyphs.push_back({"中", {0, start, image.width(), y - start}, 0.5, {}});
        line.text += "中";
        line.box = bounding_box(line.box, line.glyphs.back().box);
        start = -1;
      }
    }
    return ocr::AreaReading{{std::move(line)}, image.size(), {}, {}};
  }

  std::vector<int> widths;
};

imaging::Image leaf_with_text() {
  imaging::Image page = fixture::ruled_leaf(6);
  for (int column = 0; column < 6; ++column) {
    fixture::text(page, column, 220, column + 3);
  }
  return page;
}

}  // namespace

TEST_CASE("lines of a page come right to left with boxes on the page") {
  RowEngine engine;
  const auto read = ocr::recognise_page(leaf_with_text(), engine, {});
  REQUIRE(read);
  CHECK(read->producer == "rows 1");
  CHECK(read->width_px == 800);
  REQUIRE(read->lines.size() == 6);
  for (std::size_t i = 0; i < 6; ++i) {
    const model::Line& line = read->lines[i];
    CHECK(is_uuid(line.id.str()));
    REQUIRE(line.glyphs.size() == 8 - i);
    const RectPx drawn{618 - 100 * static_cast<int>(i), 220, 64, 64};
    const RectPx found = line.glyphs[0].box;
    CHECK(std::abs(found.y - drawn.y) <= 4);
    CHECK(std::abs(found.bottom() - drawn.bottom()) <= 4);
    CHECK(found.x <= drawn.x);
    CHECK(found.right() >= drawn.right());
    CHECK(intersection(line.box, {0, 0, 800, 1650}) == line.box);
  }
}

TEST_CASE("columns reach the engine at one width, whatever the size of the page") {
  RowEngine engine;
  REQUIRE(ocr::recognise_page(leaf_with_text(), engine, {}));
  for (const int width : engine.widths) {
    CHECK(width >= 60);
    CHECK(width <= 90);
  }
}

TEST_CASE("what shines through in the blank rows of a column does not reach the engine") {
  class GhostEngine : public RowEngine {
   public:
    Result<ocr::AreaReading> read(const imaging::Image& image, const ocr::EngineSettings& settings,
                                  std::stop_token stop) override {
      for (const std::uint8_t level : image.bytes()) {
        ghosts += level > 185 && level < 200 ? 1 : 0;
      }
      return RowEngine::read(image, settings, std::move(stop));
    }
    std::int64_t ghosts = 0;
  };
  imaging::Image page = fixture::ruled_leaf(6);
  for (int column = 0; column < 6; ++column) {
    fixture::text(page, column, 220, 3);
    fixture::text(page, column, 1180, 2);
  }
  GhostEngine clean;
  REQUIRE(ocr::recognise_page(page, clean, {}));
  for (int y = 620; y < 1000; ++y) {  // pale strokes of the other side, between title and author
    std::fill_n(page.row(y).begin() + 330, 40, std::uint8_t{190});
  }
  GhostEngine engine;
  const auto read = ocr::recognise_page(page, engine, {});
  REQUIRE(read);
  REQUIRE(read->lines.size() == 6);
  CHECK(read->lines[3].glyphs.size() == 5);
  CHECK(engine.ghosts <= clean.ghosts);
}

TEST_CASE("progress counts areas up to their number") {
  RowEngine engine;
  std::vector<std::pair<int, int>> seen;
  REQUIRE(ocr::recognise_page(leaf_with_text(), engine, {}, {},
                              [&](int done, int total) { seen.emplace_back(done, total); }));
  REQUIRE(seen.size() == 7);
  CHECK(seen.front() == std::pair(0, 6));
  CHECK(seen.back() == std::pair(6, 6));
}

TEST_CASE("reading stops between areas") {
  RowEngine engine;
  std::stop_source stop;
  std::size_t before = 0;
  const auto read =
      ocr::recognise_page(leaf_with_text(), engine, {}, stop.get_token(), [&](int done, int) {
        if (done == 2) {
          before = engine.widths.size();
          stop.request_stop();
        }
      });
  REQUIRE_FALSE(read);
  CHECK(read.error().code == ErrorCode::Cancelled);
  CHECK(before >= 2);
  CHECK(engine.widths.size() == before);
}

TEST_CASE("horizontal pages are read as one area at their own scale") {
  RowEngine engine;
  ocr::EngineSettings settings;
  settings.vertical = false;
  const auto read = ocr::recognise_page(leaf_with_text(), engine, settings);
  REQUIRE(read);
  REQUIRE(read->lines.size() == 1);
  CHECK(read->lines[0].kind == model::LineKind::Horizontal);
}

TEST_CASE("an engine may decide again when it knows all columns of a text, notes apart from it") {
  class RereadingEngine : public RowEngine {
   public:
    Status read_together(std::span<ocr::AreaReading* const> columns,
                         const ocr::EngineSettings&) override {
      texts.push_back(columns.size());
      for (ocr::AreaReading* const column : columns) {
        for (model::Line& line : column->lines) {
          line.text = "國" + line.text.substr(std::string("中").size());
          line.glyphs.front().text = "國";
        }
      }
      return {};
    }
    std::vector<std::size_t> texts;
  };
  RereadingEngine engine;
  const auto read = ocr::recognise_page(leaf_with_text(), engine, {});
  REQUIRE(read);
  CHECK(engine.texts == std::vector<std::size_t>{6});
  REQUIRE(read->lines.size() == 6);
  for (const model::Line& line : read->lines) {
    CHECK(line.glyphs.front().text == "國");
    CHECK(line.text.substr(0, std::string("國").size()) == "國");
  }
}
