// Page analysis as a whole: on pages of the press with exact truth, and on real pages with marked
// columns where they are at hand.
#include "ocr/press/press.h"
#include "ocr/press/text_source.h"
#include "storage/imaging/codecs.h"
#include "storage/imaging/operations.h"
#include "tests/ocr/drawing.h"
#include "tests/ocr/layout_truth.h"
#include "tests/ocr/pressed.h"
#include "tests/ocr/regions.h"

#include <doctest/doctest.h>

#include <fmt/format.h>

#include <algorithm>
#include <map>

using namespace shiqu;

namespace {

struct Kind {
  const char* ageing;
  ocr::Leaf leaf;
  std::uint64_t seed;
  bool rules = true;
};

std::vector<ocr::Paragraph> paragraphs(std::uint64_t seed) {
  const auto poems = ocr::tang_poems();
  REQUIRE(poems);
  return ocr::with_quoted_notes(*poems, 0.3, seed);
}

fixture::LayoutScore score_pressed(const Kind& kind, int pages) {
  fixture::LayoutScore out;
  ocr::PressOptions options;
  options.leaf = kind.leaf;
  options.rules = kind.rules;
  options.style = ocr::PressStyle::Mixed;
  options.strip_title = "石渠";
  const auto ageing = ocr::ageing_preset(kind.ageing);
  REQUIRE(ageing);
  options.ageing = *ageing;
  ocr::TextPosition position;
  const auto text = paragraphs(kind.seed);
  for (int page = 0; page < pages; ++page) {
    options.seed = kind.seed + static_cast<std::uint64_t>(page);
    options.page_number = page + 1;
    const auto pressed = ocr::press_page(options, text, position);
    REQUIRE(pressed);
    position = pressed->next;
    const auto made = ocr::prepare_page(pressed->image);
    REQUIRE(made);
    out.add(fixture::score_layout(fixture::true_page_of(pressed->truth), *made));
  }
  return out;
}

}  // namespace

TEST_CASE("columns and notes of pressed leaves are found and in order") {
  const auto score = score_pressed({"light", ocr::Leaf::Half, 40}, 4);
  MESSAGE(fmt::format("{} of {} segments, {} of {} notes", score.found, score.segments,
                      score.notes_found, score.notes));
  CHECK(score.segments > 30);
  CHECK(score.recall() >= 0.83);
  CHECK(score.false_areas == 0);
  CHECK(score.order_errors == 0);
}

TEST_CASE("columns and notes of unfolded leaves are found on both sides of the centre strip") {
  const auto score = score_pressed({"light", ocr::Leaf::Full, 60}, 2);
  MESSAGE(fmt::format("{} of {} segments, {} of {} notes", score.found, score.segments,
                      score.notes_found, score.notes));
  CHECK(score.recall() >= 0.9);
  CHECK(score.order_errors == 0);
}

TEST_CASE("notes are found without rules as well as with them") {
  const auto score = score_pressed({"light", ocr::Leaf::Half, 300, false}, 4);
  MESSAGE(fmt::format("{} of {} segments, {} of {} notes", score.found, score.segments,
                      score.notes_found, score.notes));
  CHECK(score.notes > 10);
  CHECK(score.notes_found * 10 >= score.notes * 9);
  CHECK(score.recall() >= 0.85);
  CHECK(score.order_errors == 0);
}

TEST_CASE("a centre strip beside text that is far narrower than its columns is no column") {
  for (const bool rules : {true, false}) {
    for (std::uint64_t seed = 1013; seed <= 1015; ++seed) {
      ocr::PressOptions options;
      options.columns = 9;
      options.rows = 24;
      options.rules = rules;
      options.strip_title = "御定全唐詩";
      options.seal = false;
      const auto page = fixture::lightly_aged(options, seed);
      const auto made = ocr::prepare_page(page.image);
      REQUIRE(made);
      for (const model::Line& line : page.truth.lines) {
        for (const ocr::ReadingArea& area : made->areas) {
          CAPTURE(rules);
          CAPTURE(seed);
          const RectPx both = intersection(made->on_page(area.box), line.box);
          if (line.kind == model::LineKind::CentreStrip && both.width * 2 > line.box.width) {
            CHECK((area.kind == model::LineKind::CentreStrip ||
                   area.kind == model::LineKind::Marginalia));
          }
        }
      }
    }
  }
}

TEST_CASE("a drawing on a page without rules does not make wide columns of its frame") {
  int narrow = 0;
  constexpr int kPages = 8;
  for (int page = 0; page < kPages; ++page) {
    const bool full = page % 2 == 1;
    ocr::PressOptions options;
    options.rules = false;
    options.figure = true;
    options.leaf = full ? ocr::Leaf::Full : ocr::Leaf::Half;
    options.seal = false;
    const auto pressed = fixture::lightly_aged(options, 1028 + static_cast<std::uint64_t>(page));
    const auto made = ocr::prepare_page(pressed.image);
    REQUIRE(made);
    const int widest = pressed.image.width() / (full ? 16 : 8);
    const auto columns =
        std::count_if(made->areas.begin(), made->areas.end(), [&](const ocr::ReadingArea& area) {
          return area.kind == model::LineKind::Column && area.box.width < widest;
        });
    narrow += columns >= (full ? 12 : 5) ? 1 : 0;
  }
  MESSAGE(narrow, " of ", kPages, " pages");
  CHECK(narrow >= kPages - 1);
}

TEST_CASE("stains, gaps in the rules, skew and bent paper cost few columns") {
  const auto score = score_pressed({"strong", ocr::Leaf::Half, 80}, 4);
  MESSAGE(fmt::format("{} of {} segments, {} of {} notes", score.found, score.segments,
                      score.notes_found, score.notes));
  CHECK(score.recall() >= 0.8);
  CHECK(score.order_errors <= 1);
}

TEST_CASE("columns of characters with left and right parts are no notes") {
  const std::vector<ocr::Paragraph> text{
      {"天地即此宇宙明明日月林林辰宿即此寒來暑往相相秋收即此冬藏", false, 0, ""},
      {"雲騰致雨明林露結即此金生麗水朋朋玉出崑岡北此劍號即此巨闕", false, 0, ""},
      {"即此乃服衣裳好明推位讓國竹林有虞陶唐即此弔民明朋伐罪即此", false, 0, ""}};
  fixture::LayoutScore score;
  for (const ocr::PressStyle style : {ocr::PressStyle::Ming, ocr::PressStyle::Kai}) {
    ocr::PressOptions options;
    options.style = style;
    options.seal = false;
    options.seed = 3;
    const auto ageing = ocr::ageing_preset("light");
    REQUIRE(ageing);
    options.ageing = *ageing;
    const auto pressed = ocr::press_page(options, text);
    REQUIRE(pressed);
    const auto made = ocr::prepare_page(pressed->image);
    REQUIRE(made);
    score.add(fixture::score_layout(fixture::true_page_of(pressed->truth), *made));
    CHECK(std::none_of(made->areas.begin(), made->areas.end(), [](const auto& area) {
      return area.kind == model::LineKind::NoteRight || area.kind == model::LineKind::NoteLeft;
    }));
  }
  CHECK(score.recall() == 1);
}

TEST_CASE("columns of real pages are found in order") {
  const auto root = fixture::shared("");
  auto pages = fixture::true_pages(root);
  if (pages.empty()) {
    MESSAGE("SKIPPED: no shared pages at ", root.string());
    return;
  }
  std::map<std::string, fixture::LayoutScore> sets;
  for (fixture::TruePage& page : pages) {
    const auto image = imaging::decode_file(root / page.file);
    REQUIRE(image);
    fixture::shrink_to_ink(page, image->image);
    const auto made = ocr::prepare_page(image->image);
    REQUIRE(made);
    sets[page.set].add(fixture::score_layout(page, *made));
    CHECK(std::none_of(made->areas.begin(), made->areas.end(),
                       [](const ocr::ReadingArea& area) { return area.level; }));
    CAPTURE(page.file);
    const bool stippled = page.file.find("jmml_b6_023") != std::string::npos;  // by a great seal
    CHECK(fixture::boxes_of(*made, model::RegionKind::Seal).size() == (stippled ? 1 : 0));
    for (const model::Region& region : made->regions) {
      CHECK(region.kind != model::RegionKind::Figure);
      CHECK(region.kind != model::RegionKind::Table);
      CHECK(region.kind != model::RegionKind::Gloss);
      // Above the frame of this page a number is written by hand.
      CHECK((region.kind != model::RegionKind::HeadNote ||
             page.file.find("PL_1114_10") != std::string::npos));
    }
  }
  for (const auto& [set, score] : sets) {
    MESSAGE(fmt::format("{}: {} of {} segments, {} of {} notes, {} false, {} out of order", set,
                        score.found, score.segments, score.notes_found, score.notes,
                        score.false_areas, score.order_errors));
  }
  // The marks of the other sets are rough along the column: only these are exact enough.
  CHECK(sets["tripitaka"].recall() >= 0.9);
  CHECK(sets["zongmu"].recall() >= 0.75);
  CHECK(sets["zongmu"].false_areas + sets["siku_jmml"].false_areas <= 2);
}
