#include "ocr/score/page_score.h"
#include "ocr/score/evidence.h"
#include "ocr/score/summary.h"

#include <doctest/doctest.h>

#include <fmt/format.h>

using namespace shiqu;
using namespace shiqu::ocr::score;

namespace {

const std::string kId = "00000000-0000-7000-8000-000000000001";

/// A line whose glyphs have `confidence`, and 曰 as their alternative.
model::Line line_of(const std::string& text, const std::vector<std::string>& glyphs,
                    double confidence, model::LineKind kind = model::LineKind::Column) {
  model::Line out;
  out.id = LineId(kId);
  out.kind = kind;
  out.text = text;
  for (const std::string& one : glyphs) {
    model::Glyph glyph;
    glyph.text = one;
    glyph.confidence = confidence;
    glyph.alternatives = {"曰"};
    out.glyphs.push_back(glyph);
  }
  return out;
}

PageScore score(const std::string& truth, const std::string& read,
                const CharacterSet* known = nullptr) {
  VariantClasses variants;
  variants.join(U"眾衆");
  return score_page(truth_of_text(truth), reading_of_text(read), variants, known);
}

std::int64_t count(const PageScore& page, ErrorClass error) {
  std::int64_t out = 0;
  for (const Fault& fault : page.faults) {
    out += fault.error == error ? 1 : 0;
  }
  return out;
}

}  // namespace

TEST_CASE("each error has one class: variant, missing class, confusable, left out, invented") {
  const CharacterSet known{U'眾', U'曰', U'人', U'天', U'地', U'玄', U'黃', U'宇', U'宙'};
  const PageScore page = score("眾曰人天地玄黃宇宙㐀", "衆日人地玄黃玄宇宙甲", &known);
  CHECK(count(page, ErrorClass::Variant) == 1);
  CHECK(count(page, ErrorClass::Confusable) == 1);
  CHECK(count(page, ErrorClass::LeftOut) == 1);
  CHECK(count(page, ErrorClass::Invented) == 1);
  CHECK(count(page, ErrorClass::MissingClass) == 1);
  CHECK(page.strict.errors == 5);
  CHECK(page.folded.errors == 4);
  CHECK(page.faults.size() == 5);
}

TEST_CASE("without the model's characters no class is said to be missing") {
  const PageScore page = score("甲㐀", "甲乙");
  CHECK(count(page, ErrorClass::Confusable) == 1);
  CHECK_FALSE(page.classes_known);
}

TEST_CASE("a line that is missing or surplus is an error of layout and stays one piece") {
  const PageScore missing = score("甲乙丙丁\n戊己庚辛\n子丑寅卯", "甲乙丙丁\n子丑寅卯");
  CHECK(count(missing, ErrorClass::Layout) == 4);
  CHECK(missing.faults.front().piece == missing.faults.back().piece);
  const PageScore surplus = score("甲乙丙丁\n子丑寅卯", "甲乙丙丁\n卷之三\n子丑寅卯");
  CHECK(count(surplus, ErrorClass::Layout) == 3);
  const PageScore piece = score("甲乙丙丁戊己庚辛壬癸", "甲乙壬癸");
  CHECK(count(piece, ErrorClass::Layout) == 6);
  const PageScore two = score("甲乙丙丁戊己庚辛", "甲乙戊己庚辛");
  CHECK(count(two, ErrorClass::LeftOut) == 2);
}

TEST_CASE("lines read in another order are errors of order") {
  const PageScore page =
      score("甲乙丙丁戊己\n子丑寅卯辰巳\n東西南北中", "子丑寅卯辰巳\n甲乙丙丁戊己\n東西南北中");
  CHECK(count(page, ErrorClass::Order) == 12);
  CHECK(count(page, ErrorClass::Layout) == 0);
}

TEST_CASE("errors are counted to the line of the truth where they stand") {
  const PageScore page = score("甲乙（丙丁/戊己）庚", "甲日丙丁戊庚庚");
  REQUIRE(page.lines.size() == 4);
  CHECK(page.lines[0].strict == 1);
  CHECK(page.lines[1].strict == 0);
  CHECK(page.lines[2].strict == 1);
  CHECK(page.lines[3].strict == 0);
  const std::vector<KindScore> kinds = score_of_kinds({&page}, {});
  REQUIRE(kinds.size() == 2);
  CHECK_FALSE(kinds[0].notes);
  CHECK(kinds[0].strict.errors == 1);
  CHECK(kinds[0].strict.characters == 3);
  CHECK(kinds[1].strict.errors == 1);
  CHECK(kinds[1].strict.characters == 4);
}

TEST_CASE("a page without a reading counts as left out altogether") {
  const PageScore page = score_page(truth_of_text("甲乙丙"), std::nullopt, {});
  CHECK_FALSE(page.read);
  CHECK(page.strict.errors == 3);
  const SetScore set = score_of_set("set", {&page}, {});
  CHECK(set.missing == 1);
  CHECK(set.strict.rate() == doctest::Approx(1.0));
}

TEST_CASE("alternatives and confidences are judged against the truth") {
  model::PageText text;
  text.producer = "reader 1";
  text.lines.push_back(line_of("甲日", {"甲", "日"}, 0.9));
  text.lines.push_back(line_of("版心", {"版", "心"}, 0.9, model::LineKind::CentreStrip));
  text.lines.push_back(line_of("丙卷之三四五", {"丙", "卷", "之", "三", "四", "五"}, 0.5));
  const Reading reading = reading_of("甲日\n丙卷之三四五\n", text);
  REQUIRE(reading.details);
  const PageScore page = score_page(truth_of_text("甲曰\n丙"), reading, {});
  const TopN top = count_top({&page});
  CHECK(top.characters == 3);
  CHECK(top.beside == 3);
  CHECK(top.within[0] == 2);
  CHECK(top.within[1] == 3);
  CHECK(top.within[9] == 3);
  const Confidences judged = judge_confidences({&page}, {});
  CHECK(judged.left_aside == 5);  // 卷之三四五 are surplus
  CHECK(judged.strict.count == 3);
  CHECK(judged.strict.right == doctest::Approx(2.0 / 3));
  const auto kinds = count_read_kinds({&page});
  CHECK(kinds.at(model::LineKind::Column).characters == 8);
  CHECK(kinds.at(model::LineKind::Column).wrong == 6);
}

TEST_CASE("details that do not say what the text says are left aside") {
  model::PageText text;
  text.lines.push_back(line_of("甲乙", {"甲", "乙"}, 0.9));
  const Reading reading = reading_of("甲丙", text);
  CHECK_FALSE(reading.details);
  CHECK(reading.text == U"甲丙");
}

TEST_CASE("two readings of a page are compared character by character") {
  const PageScore a = score("甲乙丙丁戊", "甲日丙丁戊");
  const PageScore b = score("甲乙丙丁戊", "甲乙丙戊己");
  const Comparison found = compare({&a}, {&b}, "all", {});
  CHECK(found.only_a == 1);
  CHECK(found.only_b >= 1);
  CHECK(found.both_wrong == 0);
  REQUIRE(found.confusions_a.size() == 1);
  CHECK(found.confusions_a[0].truth == U'乙');
  CHECK(found.confusions_a[0].read == U'日');
  CHECK(found.strict_difference.low == doctest::Approx(-0.2));
}

TEST_CASE("the worst pages come first") {
  const PageScore good = score("甲乙丙丁", "甲乙丙丁");
  const PageScore bad = score("甲乙丙丁", "甲乙");
  const PageScore middling = score("甲乙丙丁", "甲乙丙");
  const auto worst = worst_pages({&good, &bad, &middling}, 2);
  REQUIRE(worst.size() == 2);
  CHECK(worst[0] == &bad);
  CHECK(worst[1] == &middling);
}

TEST_CASE("an error is shown with its ink, and a character left out with the gap where it stood") {
  model::PageText text;
  text.lines.push_back(line_of("甲日丁", {"甲", "日", "丁"}, 0.9));
  int y = 100;
  for (model::Glyph& glyph : text.lines[0].glyphs) {
    glyph.box = {50, y, 40, 40};
    y += glyph.text == "日" ? 100 : 50;
  }
  const PageScore page =
      score_page(truth_of_text("甲曰丙丁"), reading_of("甲日丁", text), VariantClasses());
  const std::vector<Evidence> found = evidence_of(page);
  REQUIRE(found.size() == 2);
  CHECK(found[0].truth == U"曰");
  CHECK(found[0].read == U"日");
  CHECK(found[0].before == U"甲");
  CHECK(found[0].after == U"丙丁");
  CHECK(found[0].mark == RectPx{50, 150, 40, 40});
  CHECK(intersection(found[0].area, found[0].mark) == found[0].mark);
  CHECK(found[0].alternatives == std::vector<std::string>{"曰"});
  CHECK(found[0].confidence == doctest::Approx(0.9));
  CHECK(found[1].truth == U"丙");
  CHECK(found[1].read.empty());
  CHECK(found[1].mark == RectPx{50, 190, 40, 60});
  CHECK(found[1].confidence < 0);
}

TEST_CASE("a column that was not read is one piece of evidence between its neighbours") {
  model::PageText text;
  text.lines.push_back(line_of("甲乙丙", {"甲", "乙", "丙"}, 0.9));
  text.lines.push_back(line_of("庚辛壬", {"庚", "辛", "壬"}, 0.9));
  text.lines[0].box = {200, 10, 40, 300};
  text.lines[1].box = {100, 10, 40, 300};
  const PageScore page = score_page(truth_of_text("甲乙丙\n丁戊己\n庚辛壬"),
                                    reading_of("甲乙丙\n庚辛壬\n", text), VariantClasses());
  const std::vector<Evidence> found = evidence_of(page);
  REQUIRE(found.size() == 1);
  CHECK(found[0].error == ErrorClass::Layout);
  CHECK(found[0].truth == U"丁戊己");
  CHECK(found[0].area.x < 100);
  CHECK(found[0].area.right() > 240);
}
