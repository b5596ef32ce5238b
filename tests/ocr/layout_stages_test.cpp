// The stages of page analysis one by one.
#include "ocr/prepare/internal/bend.h"
#include "ocr/prepare/internal/columns.h"
#include "ocr/prepare/internal/frame.h"
#include "ocr/prepare/internal/notes.h"
#include "ocr/prepare/internal/paper.h"
#include "ocr/prepare/internal/seals.h"
#include "storage/imaging/operations.h"
#include "tests/ocr/drawing.h"

#include <doctest/doctest.h>

#include <random>

using namespace shiqu;

namespace {

ocr::LayerMasks layers_of(const imaging::Image& page) {
  return ocr::split_layers(quality::find_ink(page), 100);
}

}  // namespace

TEST_CASE("rules and frame are told from strokes of glyphs") {
  imaging::Image page = fixture::ruled_leaf(4);
  fixture::text(page, 1, 220, 10);
  const auto layers = layers_of(page);
  CHECK(layers.upright.at(200, 800));
  CHECK_FALSE(layers.text.at(200, 800));
  CHECK(layers.level.at(350, 200));
  CHECK(layers.text.at(220, 250));
  CHECK_FALSE(layers.upright.at(220, 250));
}

TEST_CASE("borders stand on the rules, also where one is missing") {
  imaging::Image page = fixture::ruled_leaf(8);
  fixture::fill(page, {494, 204, 12, 1290}, 235);
  for (int column = 0; column < 8; ++column) {
    fixture::text(page, column, 220, 15);
  }
  const auto layers = layers_of(page);
  const auto grid = ocr::find_columns(ocr::border_evidence(layers, 210, 1490, 100), 30, 300);
  CHECK(grid.ruled);
  CHECK(grid.pitch == doctest::Approx(100).epsilon(0.02));
  REQUIRE(grid.borders.size() == 9);
  for (int i = 0; i < 9; ++i) {
    CHECK(grid.borders[static_cast<std::size_t>(i)] ==
          doctest::Approx(100 + 100 * i).epsilon(0.03));
  }
}

TEST_CASE("strokes one below the other in some columns of dense text are no rules") {
  ocr::BorderEvidence evidence;
  evidence.rule.assign(1100, 0);
  evidence.text.assign(1100, 0);
  for (std::size_t column = 0; column < 16; ++column) {
    std::fill_n(evidence.text.begin() + static_cast<std::ptrdiff_t>(84 + 58 * column), 46, 1.0);
  }
  const auto line = [&](int x, double rule, double text) {
    std::fill_n(evidence.rule.begin() + x - 1, 3, rule);
    std::fill_n(evidence.text.begin() + x - 4, 9, text);
  };
  line(70, 1, 0);  // the frame
  line(1014, 1, 0);
  for (const int x : {209, 336, 478, 605, 748, 875}) {
    line(x, 0.42, 0.36);
  }
  const auto grid = ocr::find_columns(evidence, 22, 400);
  CHECK_FALSE(grid.ruled);
  CHECK(grid.pitch == doctest::Approx(58).epsilon(0.03));
}

TEST_CASE("a line through the middle divides a page into two registers") {
  imaging::Image page = fixture::ruled_leaf(6);
  fixture::fill(page, {98, 846, 604, 6});
  for (int column = 0; column < 6; ++column) {
    fixture::text(page, column, 230, 7);
    fixture::text(page, column, 880, 7);
  }
  const auto registers = ocr::find_registers(layers_of(page), 100);
  REQUIRE(registers.size() == 2);
  CHECK(registers[0].bottom <= 850);
  CHECK(registers[1].top >= 846);
  CHECK(registers[1].line_below);
}

TEST_CASE("notes are cut from the text above and below them") {
  imaging::Image page = fixture::paper({200, 1600});
  for (int i = 0; i < 4; ++i) {
    fixture::glyph(page, {58, 100 + 100 * i, 84, 84});
    fixture::glyph(page, {58, 1100 + 100 * i, 84, 84});
  }
  for (int i = 0; i < 10; ++i) {
    fixture::glyph(page, {53, 510 + 55 * i, 42, 42});
    fixture::glyph(page, {105, 510 + 55 * i, 42, 42});
  }
  const auto ink = quality::find_ink(page);
  const auto stretches = ocr::find_stretches(ink, {50, 150, 100, 1500}, 100);
  REQUIRE(stretches.size() == 3);
  CHECK_FALSE(stretches[0].notes);
  CHECK(stretches[1].notes);
  CHECK(stretches[1].middle == doctest::Approx(100).epsilon(0.05));
  CHECK(stretches[1].first >= 484);
  CHECK(stretches[1].last <= 1100);
  CHECK_FALSE(stretches[2].notes);
}

TEST_CASE("two glyphs that each have a left and a right part are no note") {
  imaging::Image page = fixture::paper({200, 1600});
  const auto parted = [&](int y, int middle) {  // parts that meet at `middle`
    fixture::glyph(page, {58, y, middle - 60, 84});
    fixture::glyph(page, {middle + 3, y, 139 - middle, 84});
  };
  for (int i = 0; i < 4; ++i) {
    fixture::glyph(page, {58, 100 + 100 * i, 84, 84});
    fixture::glyph(page, {58, 700 + 100 * i, 84, 84});
  }
  parted(500, 104);
  parted(600, 97);
  const auto ink = quality::find_ink(page);
  for (const auto& stretch : ocr::find_stretches(ink, {50, 150, 100, 1500}, 100)) {
    CHECK_FALSE(stretch.notes);
  }
}

TEST_CASE("a note of two rows is one by the gap down its middle") {
  imaging::Image page = fixture::paper({200, 1600});
  for (int i = 0; i < 4; ++i) {
    fixture::glyph(page, {58, 100 + 100 * i, 84, 84});
    fixture::glyph(page, {58, 700 + 100 * i, 84, 84});
  }
  for (int i = 0; i < 2; ++i) {
    fixture::glyph(page, {54, 510 + 80 * i, 40, 50});
    fixture::glyph(page, {106, 510 + 80 * i, 40, 50});
  }
  const auto ink = quality::find_ink(page);
  const auto stretches = ocr::find_stretches(ink, {50, 150, 100, 1500}, 100);
  REQUIRE(stretches.size() == 3);
  CHECK(stretches[1].notes);
}

TEST_CASE("one row of a note is one where the note comes from the column before or goes on after") {
  imaging::Image page = fixture::paper({500, 1600});
  const auto row = [&](int left, int y) {
    fixture::glyph(page, {left + 4, y, 40, 40});
    fixture::glyph(page, {left + 56, y, 40, 40});
  };
  const auto text = [&](int left, int first, int count) {
    for (int i = 0; i < count; ++i) {
      fixture::glyph(page, {left + 8, first + 100 * i, 84, 84});
    }
  };
  // From the right: a note down to the foot; its last row at the head of the next column.
  text(350, 100, 8);
  for (int i = 0; i < 10; ++i) {
    row(350, 930 + 55 * i);
  }
  row(200, 100);
  text(200, 180, 13);
  text(50, 100, 14);
  const auto ink = quality::find_ink(page);
  const auto cut = [&](int left, int last) {
    const ocr::ColumnBox box{left, left + 100, 90, last};
    return ocr::NotedColumn{box, ocr::find_stretches(ink, box, 100)};
  };
  std::vector<ocr::NotedColumn> columns{cut(350, 1480), cut(200, 1480), cut(50, 1500)};
  REQUIRE(columns[0].stretches.back().notes);
  REQUIRE(columns[1].stretches.size() == 1);
  ocr::carry_notes(ink, columns, 100);
  REQUIRE(columns[1].stretches.size() == 2);
  CHECK(columns[1].stretches[0].notes);
  CHECK(columns[1].stretches[0].last <= 142);
  CHECK(columns[1].stretches[0].middle == doctest::Approx(250).epsilon(0.03));
  CHECK(columns[1].stretches[1].first >= 170);
  CHECK(columns[2].stretches.size() == 1);

  // The same row after a column without a note may be one glyph of two parts.
  std::vector<ocr::NotedColumn> alone{cut(200, 1480), cut(50, 1500)};
  ocr::carry_notes(ink, alone, 100);
  CHECK(alone[0].stretches.size() == 1);
}

TEST_CASE("borders are traced along bent rules") {
  imaging::Image flat = fixture::ruled_leaf(6);
  for (int column = 0; column < 6; ++column) {
    fixture::text(flat, column, 220, 15);
  }
  ocr::Bend bow;
  bow.xs = {0, 800};
  for (int y = 0; y <= 1650; y += 165) {
    bow.ys.push_back(y);
  }
  for (int border = 0; border < 2; ++border) {
    for (const double y : bow.ys) {
      const double from_middle = (y - 825) / 825;
      bow.shifts.push_back(14 * (from_middle * from_middle - 0.5));
    }
  }
  const imaging::Image bent = ocr::straightened(flat, bow);
  const auto layers = layers_of(bent);
  const auto grid = ocr::find_columns(ocr::border_evidence(layers, 210, 1490, 100), 30, 300);
  const auto found = ocr::trace_borders(layers, grid, 210, 1490);
  REQUIRE_FALSE(found.shifts.empty());
  const double top = found.shift_at(400, 260) - found.shift_at(400, 850);
  const double wanted = -(bow.shift_at(400, 260) - bow.shift_at(400, 850));
  // A rule is a few pixels wide: the trace keeps to its nearer side.
  CHECK(std::abs(top - wanted) <= 4);
  CHECK(std::abs(top) >= 2);
}
