// Typed regions beside the lines: seals, figures, tables, notes above the frame.
#include "tests/ocr/regions.h"
#include "ocr/prepare/page.h"
#include "ocr/press/press.h"
#include "ocr/press/text_source.h"
#include "storage/imaging/operations.h"
#include "tests/ocr/drawing.h"
#include "tests/ocr/layout_truth.h"
#include "tests/ocr/pressed.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

using namespace shiqu;
using fixture::agreement;
using fixture::boxes_of;
using model::RegionKind;

TEST_CASE("text and centre strip are regions around their areas") {
  const auto page = fixture::lightly_aged({}, 1);
  const auto made = ocr::prepare_page(page.image);
  REQUIRE(made);
  const auto text = boxes_of(*made, RegionKind::Text);
  REQUIRE(text.size() == 1);
  for (const ocr::ReadingArea& area : made->areas) {
    if (area.kind == model::LineKind::Column) {
      const RectPx box = made->on_page(area.box);
      CHECK(intersection(box, text[0]) == box);
    }
  }
  CHECK(boxes_of(*made, RegionKind::CentreStrip).size() == 1);
}

TEST_CASE("a figure amid the columns is a region and is not read") {
  for (std::uint64_t seed = 11; seed <= 14; ++seed) {
    ocr::PressOptions options;
    options.figure = true;
    const auto page = fixture::lightly_aged(options, seed);
    REQUIRE(page.truth.regions.size() == 1);
    const auto made = ocr::prepare_page(page.image);
    REQUIRE(made);
    const auto found = boxes_of(*made, RegionKind::Figure);
    CAPTURE(seed);
    REQUIRE(found.size() == 1);
    CHECK(agreement(found[0], page.truth.regions[0].box) > 0.9);
    for (const ocr::ReadingArea& area : made->areas) {
      const RectPx box = made->on_page(area.box);
      CHECK(intersection(box, page.truth.regions[0].box).width * 4 < box.width);
    }
    const auto score = fixture::score_layout(fixture::true_page_of(page.truth), *made);
    CHECK(score.recall() >= 0.8);
    CHECK(score.order_errors == 0);
  }
}

TEST_CASE("notes above the frame are marginalia right to left and not mixed into the columns") {
  int found_lines = 0;
  int lines = 0;
  for (std::uint64_t seed = 21; seed <= 24; ++seed) {
    ocr::PressOptions options;
    options.head_notes = 4;
    options.seal = false;
    const auto page = fixture::lightly_aged(options, seed);
    REQUIRE(page.truth.regions.size() == 1);
    const auto made = ocr::prepare_page(page.image);
    REQUIRE(made);
    CAPTURE(seed);
    const auto found = boxes_of(*made, RegionKind::HeadNote);
    REQUIRE(found.size() == 1);
    CHECK(agreement(found[0], page.truth.regions[0].box) > 0.8);
    std::vector<RectPx> notes;
    for (const ocr::ReadingArea& area : made->areas) {
      const RectPx box = made->on_page(area.box);
      if (area.kind == model::LineKind::Marginalia) {
        notes.push_back(box);
      } else {
        CHECK(intersection(box, page.truth.regions[0].box).empty());
      }
    }
    for (const model::Line& line : page.truth.lines) {
      if (line.kind == model::LineKind::Marginalia) {
        ++lines;
        found_lines += std::any_of(notes.begin(), notes.end(), [&](const RectPx& box) {
          return agreement(box, line.box) > 0.6;
        });
      }
    }
    CHECK(std::is_sorted(notes.begin(), notes.end(),
                         [](const RectPx& a, const RectPx& b) { return a.x > b.x; }));
  }
  MESSAGE(found_lines, " of ", lines, " head notes");
  CHECK(found_lines * 10 >= lines * 8);
}

TEST_CASE("rules in both directions are a table whose cells are read column by column") {
  imaging::Image page = fixture::ruled_leaf(6);
  for (const int y : {300, 700, 1100}) {  // a row of headings and three rows of text
    fixture::fill(page, {98, y, 604, 4});
  }
  for (int column = 0; column < 6; ++column) {
    fixture::text(page, column, 218, 1);
    for (const int y : {330, 730, 1130}) {
      fixture::text(page, column, y, 2 + column % 3);
    }
  }
  const auto made = ocr::prepare_page(page);
  REQUIRE(made);
  const auto tables = boxes_of(*made, RegionKind::Table);
  REQUIRE(tables.size() == 1);
  CHECK(agreement(tables[0], {96, 196, 608, 1308}) > 0.95);
  REQUIRE(made->areas.size() == 24);
  for (std::size_t i = 0; i < 24; ++i) {
    const int column = 5 - static_cast<int>(i) / 4;
    const int row = static_cast<int>(i) % 4;
    const RectPx& box = made->areas[i].box;
    CHECK(box.x >= 100 + 100 * column - 4);
    CHECK(box.right() <= 204 + 100 * column);
    CHECK(box.y >= (row == 0 ? 200 : 300 + 400 * (row - 1)));
    CHECK(box.bottom() <= (row == 3 ? 1500 : 304 + 400 * row));
  }
}

TEST_CASE("glosses beside the text are marginalia of their own and not read into the columns") {
  int found_glosses = 0;
  int glosses = 0;
  for (std::uint64_t seed = 31; seed <= 36; ++seed) {
    ocr::PressOptions options;
    options.glosses = 4;
    options.seal = false;
    const auto page = fixture::lightly_aged(options, seed);
    const auto made = ocr::prepare_page(page.image);
    REQUIRE(made);
    CAPTURE(seed);
    const auto found = boxes_of(*made, RegionKind::Gloss);
    for (const model::Region& region : page.truth.regions) {
      REQUIRE(region.kind == RegionKind::Gloss);
      ++glosses;
      const auto match = std::find_if(found.begin(), found.end(), [&](const RectPx& box) {
        return agreement(box, region.box) > 0.6;
      });
      if (match == found.end()) {
        continue;
      }
      ++found_glosses;
      for (const ocr::ReadingArea& area : made->areas) {  // painted over where it is not meant
        const RectPx box = made->on_page(area.box);
        if (area.kind != model::LineKind::Column ||
            intersection(box, *match).width * 2 < match->width) {
          continue;
        }
        CHECK(std::any_of(area.blank.begin(), area.blank.end(), [&](const RectPx& blank) {
          return agreement(made->on_page(blank), *match) > 0.5;
        }));
      }
    }
    CHECK(std::all_of(found.begin(), found.end(), [&](const RectPx& box) {
      return std::any_of(
          page.truth.regions.begin(), page.truth.regions.end(),
          [&](const model::Region& region) { return agreement(box, region.box) > 0.4; });
    }));
  }
  MESSAGE(found_glosses, " of ", glosses, " glosses");
  CHECK(found_glosses * 10 >= glosses * 8);
}

TEST_CASE("no glosses are seen where there are none") {
  for (std::uint64_t seed = 41; seed <= 48; ++seed) {
    const auto page = fixture::lightly_aged({}, seed);
    const auto made = ocr::prepare_page(page.image);
    REQUIRE(made);
    CAPTURE(seed);
    CHECK(boxes_of(*made, RegionKind::Gloss).empty());
    CHECK(std::none_of(made->areas.begin(), made->areas.end(),
                       [](const ocr::ReadingArea& area) { return area.level; }));
  }
}

TEST_CASE("a line of horizontal text above the frame is an area of its own before the columns") {
  for (std::uint64_t seed = 51; seed <= 56; ++seed) {
    ocr::PressOptions options;
    options.head_line = "增廣唐詩合解";
    options.seal = false;
    const auto page = fixture::lightly_aged(options, seed);
    const auto truth = std::find_if(
        page.truth.lines.begin(), page.truth.lines.end(),
        [](const model::Line& line) { return line.kind == model::LineKind::Horizontal; });
    REQUIRE(truth != page.truth.lines.end());
    const auto made = ocr::prepare_page(page.image);
    REQUIRE(made);
    CAPTURE(seed);
    REQUIRE(!made->areas.empty());
    CHECK(made->areas.front().level);
    CHECK(made->areas.front().kind == model::LineKind::Horizontal);
    CHECK(agreement(made->on_page(made->areas.front().box), truth->box) > 0.6);
    CHECK(std::count_if(made->areas.begin(), made->areas.end(),
                        [](const ocr::ReadingArea& area) { return area.level; }) == 1);
  }
}

TEST_CASE("horizontal text inside the frame is read where it stands between the columns") {
  struct Place {
    const char* band;
    int row;
    bool rules;
  };
  for (const Place& place :
       {Place{"增廣唐詩合解", 0, true}, Place{"增廣唐詩合解卷二", 7, true},
        Place{"增廣唐詩合解卷二\n五言古詩", 7, true}, Place{"蘅塘退士手編註疏", 16, true},
        Place{"增廣唐詩合解卷二", 7, false}}) {
    ocr::PressOptions options;
    options.band = place.band;
    options.band_row = place.row;
    options.rules = place.rules;
    options.seal = false;
    for (std::uint64_t seed = 61; seed <= 62; ++seed) {
      const auto page = fixture::lightly_aged(options, seed);
      const auto made = ocr::prepare_page(page.image);
      REQUIRE(made);
      CAPTURE(place.band);
      CAPTURE(place.row);
      CAPTURE(seed);
      std::vector<std::size_t> level;
      for (std::size_t i = 0; i < made->areas.size(); ++i) {
        if (made->areas[i].level) {
          level.push_back(i);
        }
      }
      std::size_t next = 0;
      for (const model::Line& line : page.truth.lines) {
        if (line.kind != model::LineKind::Horizontal) {
          continue;
        }
        REQUIRE(next < level.size());
        const ocr::ReadingArea& area = made->areas[level[next]];
        CHECK(agreement(made->on_page(area.box), line.box) > 0.6);
        // The columns above it are read before it, those below after it.
        for (std::size_t k = 0; k < made->areas.size(); ++k) {
          const ocr::ReadingArea& other = made->areas[k];
          if (other.kind != model::LineKind::Horizontal &&
              other.kind != model::LineKind::CentreStrip &&
              other.kind != model::LineKind::Marginalia) {
            CHECK((k < level[next]) == (other.box.y < area.box.y));
          }
        }
        ++next;
      }
      CHECK(next == level.size());
    }
  }
}

TEST_CASE("horizontal text in the place of some columns is read between those beside it") {
  struct Place {
    const char* band;
    int row;
    int columns;
    bool rules;
  };
  int lines = 0;
  int found = 0;
  int surplus = 0;
  int in_order = 0;
  for (const Place& place :
       {Place{"增廣唐詩合\n五言古詩上", 0, 5, true},
        Place{"唐詩三百首\n五言古詩上\n蘅塘退士編", 6, 5, true}, Place{"增廣唐詩", 8, 4, true},
        Place{"蘅塘退士編註\n唐詩合解卷二", 12, 6, true},
        Place{"增廣唐詩合解\n五言古詩卷二", 6, 6, false}}) {
    ocr::PressOptions options;
    options.band = place.band;
    options.band_row = place.row;
    options.band_columns = place.columns;
    options.rules = place.rules;
    options.seal = false;
    for (std::uint64_t seed = 81; seed <= 84; ++seed) {
      const auto page = fixture::lightly_aged(options, seed);
      const auto made = ocr::prepare_page(page.image);
      REQUIRE(made);
      int level = 0;
      for (const ocr::ReadingArea& area : made->areas) {
        level += area.level ? 1 : 0;
      }
      int hits = 0;
      for (const model::Line& line : page.truth.lines) {
        if (line.kind != model::LineKind::Horizontal) {
          continue;
        }
        ++lines;
        const auto at =
            std::find_if(made->areas.begin(), made->areas.end(), [&](const ocr::ReadingArea& area) {
              return area.level && agreement(made->on_page(area.box), line.box) > 0.6;
            });
        if (at == made->areas.end()) {
          continue;
        }
        ++hits;
        // Before it what stands on its right or above it, after it what stands on its left or
        // below.
        const auto before = [&](const ocr::ReadingArea& other) {
          const int middle = other.box.x + other.box.width / 2;
          return middle > at->box.right() ||
                 (middle > at->box.x && other.box.bottom() <= at->box.y);
        };
        const bool good =
            std::all_of(made->areas.begin(), made->areas.end(), [&](const auto& other) {
              const bool column = other.kind == model::LineKind::Column ||
                                  other.kind == model::LineKind::NoteRight ||
                                  other.kind == model::LineKind::NoteLeft;
              return !column || before(other) == (&other < &*at);
            });
        in_order += good ? 1 : 0;
      }
      found += hits;
      surplus += level - hits;
      MESSAGE(place.band, " ", seed, ": ", hits, " found, ", level - hits, " surplus");
    }
  }
  MESSAGE(found, " of ", lines, " lines, ", in_order, " in their place, ", surplus, " surplus");
  CHECK(found * 10 >= lines * 9);
  CHECK(in_order == found);
  CHECK(surplus == 0);
}

TEST_CASE("title and number of the leaf in the centre strip are areas of their own") {
  int found = 0;
  int lines = 0;
  for (std::uint64_t seed = 71; seed <= 76; ++seed) {
    ocr::PressOptions options;
    options.seal = false;
    options.strip_title = "唐詩三百首";
    options.page_number = 25;
    const auto page = fixture::lightly_aged(options, seed);
    const auto made = ocr::prepare_page(page.image);
    REQUIRE(made);
    int areas = 0;
    for (const ocr::ReadingArea& area : made->areas) {
      areas += area.kind == model::LineKind::CentreStrip ? 1 : 0;
    }
    CAPTURE(seed);
    CHECK(areas <= 3);  // specks may look like a third
    for (const model::Line& line : page.truth.lines) {
      if (line.kind == model::LineKind::CentreStrip) {
        ++lines;
        found += std::any_of(made->areas.begin(), made->areas.end(), [&](const auto& area) {
          const RectPx box = made->on_page(area.box);
          return area.kind == model::LineKind::CentreStrip &&
                 std::abs(box.y - line.box.y) < line.box.width &&
                 std::abs(box.bottom() - line.box.bottom()) < line.box.width;
        });
      }
    }
  }
  MESSAGE(found, " of ", lines, " parts of centre strips");
  CHECK(found * 10 >= lines * 8);
}
