#include "ocr/score/align.h"
#include "ocr/score/normal.h"
#include "ocr/score/statistics.h"
#include "ocr/score/texts.h"
#include "ocr/score/variants.h"
#include "storage/base/file.h"
#include "storage/base/text.h"
#include "tests/support/ok.h"

#include <doctest/doctest.h>

using namespace shiqu;
using namespace shiqu::ocr::score;

namespace {

/// "=" match, "s" substitution, "d" deletion, "i" insertion.
std::string script(const std::vector<Edit>& edits) {
  std::string out;
  for (const Edit& edit : edits) {
    out += "=sdi"[static_cast<std::size_t>(edit.step)];
  }
  return out;
}

VariantClasses crowds() {
  VariantClasses out;
  out.join(U"眾衆");
  return out;
}

/// Characters that repeat only after a long while, from a small linear congruence.
std::u32string long_text(std::size_t characters) {
  std::u32string out;
  std::uint32_t state = 7;
  for (std::size_t i = 0; i < characters; ++i) {
    state = state * 1664525U + 1013904223U;
    out += static_cast<char32_t>(0x4E00 + (state >> 16U) % 5000);
  }
  return out;
}

}  // namespace

TEST_CASE("the normal form is NFKC without white space, punctuation and signs for a gap") {
  CHECK(normal_form("子曰：\n「學\u3000而」") == U"子曰學而");
  CHECK(normal_form("ＡＢ１") == U"AB1");
  CHECK(normal_form("\uF91D") == U"欄");  // a compatibility ideograph
  CHECK(normal_form("ｶﾞ") == U"ガ");      // composed across two half-width signs
  CHECK(normal_form("甲□乙〇丙○●◯■") == U"甲乙丙");
  CHECK(normal_form("人々#") == U"人々#");
  CHECK(normal_form("𠀀𪜀") == U"𠀀𪜀");
  CHECK(normal_form("").empty());
}

TEST_CASE("the edit script between two texts is the shortest one") {
  CHECK(script(align(U"子曰學而", U"子曰學而")) == "====");
  CHECK(script(align(U"子曰學而", U"子日學而")) == "=s==");
  CHECK(script(align(U"子曰學而", U"子學而")) == "=d==");
  CHECK(script(align(U"子曰學而", U"子曰學學而")).size() == 5);
  CHECK(errors_of(align(U"kitten", U"sitting")) == 3);
  CHECK(script(align(U"", U"子曰")) == "ii");
  CHECK(script(align(U"子曰", U"")) == "dd");
  CHECK(align(U"", U"").empty());
}

TEST_CASE("edits name the places in both texts") {
  const std::vector<Edit> edits = align(U"甲乙丙丁", U"甲丙丁戊");
  const std::vector<Edit> wanted{{Step::Match, 0, 0},
                                 {Step::Delete, 1, 1},
                                 {Step::Match, 2, 1},
                                 {Step::Match, 3, 2},
                                 {Step::Insert, 4, 3}};
  CHECK(edits == wanted);
}

TEST_CASE("a variant is put beside its variant, not beside a neighbour") {
  const VariantClasses variants = crowds();
  CHECK(script(align(U"眾人", U"甲衆人", {&variants, nullptr})) == "is=");
  CHECK(script(align(U"眾人", U"衆甲人", {&variants, nullptr})) == "si=");
}

TEST_CASE("a character is put beside the one for which the reader offered it") {
  const std::vector<std::u32string> first{U"撰"};
  const std::vector<std::u32string> second{U"實"};
  CHECK(script(align(U"撰實", U"授", {nullptr, &first})) == "sd");
  CHECK(script(align(U"撰實", U"授", {nullptr, &second})) == "ds");
}

TEST_CASE("a column that was left out stays in one piece") {
  // 而 of the missing column could also match the 而 behind it: as many errors, but two gaps.
  const std::string way = script(align(U"甲乙丙學而時習之而丁", U"甲乙丙而丁"));
  CHECK(way == "===ddddd==");
}

TEST_CASE("two columns read in the wrong order are a gap and a surplus, not substitutions") {
  CHECK(script(align(U"甲乙丙丁戊己", U"丁戊己甲乙丙")) == "iii===ddd");
}

TEST_CASE("long texts are aligned within a band, as exactly as short ones") {
  const std::u32string truth = long_text(4000);
  std::u32string read = truth;
  read.erase(1000, 30);
  read.insert(2500, U"新增一行文字");
  read[3200] = U'誤';
  CHECK(errors_of(align(truth, read)) == 37);
  CHECK(errors_of(align(read, truth)) == 37);
  CHECK(errors_of(align(truth, {})) == 4000);
  CHECK(errors_of(align(truth, truth.substr(2000) + truth.substr(0, 2000))) <= 4000);
}

TEST_CASE("tables of variants are joined across files, and 去 is kept apart from 棄") {
  TempDir folder;
  REQUIRE_OK(write_new_file(folder.path() / "variants-table.txt", "爲,為\n去,弆,棄,弃\n菩薩,艹\n"));
  REQUIRE_OK(write_new_file(folder.path() / "t2s.tsv", "為\t为\n學\t学\n學\t学\t斈\n"));
  REQUIRE_OK(write_new_file(folder.path() / "extra.txt", "录錄録\n\n"));
  const auto variants = VariantClasses::read(folder.path());
  REQUIRE_OK(variants);
  CHECK(variants->same(U'爲', U'为'));
  CHECK(variants->same(U'棄', U'弃'));
  CHECK_FALSE(variants->same(U'去', U'棄'));
  CHECK_FALSE(variants->same(U'弆', U'去'));
  CHECK(variants->same(U'录', U'録'));
  CHECK_FALSE(variants->same(U'學', U'斈'));
  CHECK(variants->of(U'天') == U'天');
  CHECK(variants->folded(U"爲学") == variants->folded(U"为學"));
  CHECK_FALSE(VariantClasses::read(folder.path() / "absent"));
}

TEST_CASE("the system's own tables know old, simplified, Taiwanese and Japanese forms") {
  const auto variants = VariantClasses::of_system();
  REQUIRE_OK(variants);
  for (const std::u32string_view pair : {U"學学", U"爲為", U"眾衆", U"寶寳", U"國国", U"說説"}) {
    INFO(to_utf8(pair));
    CHECK(variants->same(pair[0], pair[1]));
  }
  CHECK_FALSE(variants->same(U'日', U'曰'));
  CHECK_FALSE(variants->same(U'己', U'已'));
  CHECK(variants->source() == "OpenCC and Unihan of this system");
}

TEST_CASE("notes of the truth are read right half, then left half, and are lines of their own") {
  const Truth truth = truth_of_text("子曰（右一/左一）學。\r\n（甲/乙）丙（丁）");
  CHECK(truth.text == U"子曰右一左一學甲乙丙丁");
  REQUIRE(truth.lines.size() == 7);
  CHECK(truth.lines[1].kind == TruthKind::NoteRight);
  CHECK(truth.lines[2].kind == TruthKind::NoteLeft);
  CHECK(truth.lines[3].kind == TruthKind::Column);
  CHECK(truth.lines[6].count == 2);  // 丙（丁） is no note
  CHECK(truth.line_of[4] == 2);
  CHECK(truth_of_text("\xEF\xBB\xBF"
                      "甲")
            .text == U"甲");
}

TEST_CASE("a truth may be a list of columns with boxes") {
  const auto truth =
      truth_of_columns(Json::parse(R"([{"gt":"甲乙","box":[1,2,3,4]},{"gt":"丙"}])"), "page");
  REQUIRE_OK(truth);
  CHECK(truth->text == U"甲乙丙");
  CHECK(truth->lines.size() == 2);
  CHECK_FALSE(truth_of_columns(Json::parse(R"([{"text":"甲"}])"), "page"));
  CHECK_FALSE(truth_of_columns(Json::parse("{}"), "page"));
}

TEST_CASE("bootstrap bounds hold the rate, repeat with the seed and shrink with the units") {
  std::vector<Unit> few;
  for (int i = 0; i < 20; ++i) {
    few.push_back({i % 4 == 0 ? 4.0 : 0.0, 10.0});
  }
  const Interval once = bootstrap(few);
  CHECK(once == bootstrap(few));
  CHECK_FALSE(once == bootstrap(few, {2, 2000, 0.95}));
  CHECK(once.low < 0.1);
  CHECK(once.high > 0.1);
  std::vector<Unit> many;
  for (int i = 0; i < 20; ++i) {
    many.insert(many.end(), few.begin(), few.end());
  }
  const Interval narrow = bootstrap(many);
  CHECK(narrow.high - narrow.low < (once.high - once.low) / 3);
  CHECK(bootstrap(std::vector<Unit>(5, Unit{1, 4})) == Interval{0.25, 0.25});
  CHECK(bootstrap({}) == Interval{0, 0});
}

TEST_CASE(
    "the difference of two readings of the same lines has no spread where each differs alike") {
  std::vector<Unit> a;
  std::vector<Unit> b;
  for (int i = 0; i < 12; ++i) {
    a.push_back({2.0 + i, 20});
    b.push_back({1.0 + i, 20});
  }
  const Interval difference = bootstrap_difference(a, b);
  CHECK(difference.low == doctest::Approx(0.05));
  CHECK(difference.high == doctest::Approx(0.05));
}

TEST_CASE("expected calibration error of a constructed set is exact") {
  std::vector<Judgement> judgements;
  for (int i = 0; i < 10; ++i) {
    judgements.push_back({0.9, i < 8});  // says 0.9, is 0.8
  }
  for (int i = 0; i < 30; ++i) {
    judgements.push_back({0.5, i < 15});  // says 0.5, is 0.5
  }
  const Calibration found = calibration_of(judgements);
  CHECK(found.error == doctest::Approx(0.25 * 0.1));
  CHECK(found.bins[13].count == 10);
  CHECK(found.bins[13].right == doctest::Approx(0.8));
  CHECK(found.bins[7].count == 30);
  CHECK(found.right == doctest::Approx(23.0 / 40));
  CHECK(found.confidence == doctest::Approx(0.6));
  CHECK(calibration_of(std::vector<Judgement>{{0, false}, {1, true}}).error == 0);
  CHECK(calibration_of(std::vector<Judgement>{{0, false}}).bins[0].count == 1);
  CHECK(calibration_of({}).error == 0);
}
