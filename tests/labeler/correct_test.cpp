#include "labeler/correct.h"

#include "storage/base/text.h"
#include "tests/support/archive.h"

using namespace shiqu;
using namespace shiqu::labeler;

namespace {

/// A column whose characters stand 100 px apart, 80 px high.
model::Line column(const std::string& text) {
  model::Line line;
  line.id = LineId::make();
  line.text = text;
  line.box = {500, 100, 80, 100 * static_cast<int>(to_utf32(text).size())};
  line.confidence = 0.8;
  int y = 100;
  for (const char32_t c : to_utf32(text)) {
    line.glyphs.push_back({to_utf8(c), {500, y, 80, 80}, 0.8, {"甲"}});
    y += 100;
  }
  return line;
}

std::string joined(const model::Line& line) {
  std::string out;
  for (const model::Glyph& glyph : line.glyphs) {
    out += glyph.text;
  }
  return out;
}

}  // namespace

TEST_CASE("a replaced character keeps its box and remembers the old reading") {
  const model::Line before = column("床前明月光");
  const model::Line after = with_text(before, "牀前明月光");
  REQUIRE(after.glyphs.size() == 5);
  CHECK(joined(after) == "牀前明月光");
  CHECK(after.glyphs[0].box == before.glyphs[0].box);
  CHECK(after.glyphs[0].confidence == -1);
  CHECK(after.glyphs[0].alternatives.front() == "床");
  CHECK(after.glyphs[1].confidence == doctest::Approx(0.8));
  CHECK(after.confidence == -1);
}

TEST_CASE("an inserted character stands in the gap, the others stay on their ink") {
  const model::Line before = column("床明月光");
  const model::Line after = with_text(before, "床前明月光");
  REQUIRE(after.glyphs.size() == 5);
  CHECK(after.glyphs[1].text == "前");
  CHECK(after.glyphs[1].box.y >= before.glyphs[0].box.bottom());
  CHECK(after.glyphs[1].box.bottom() <= before.glyphs[1].box.y);
  CHECK(after.glyphs[2].box == before.glyphs[1].box);
}

TEST_CASE("a deleted character takes its box with it") {
  const model::Line before = column("床前前明月光");
  const model::Line after = with_text(before, "床前明月光");
  CHECK(joined(after) == "床前明月光");
  CHECK(after.glyphs.back().box == before.glyphs.back().box);
}

TEST_CASE("rare characters and an emptied line are handled") {
  CHECK(joined(with_text(column("床前"), "𠀀前𰻝")) == "𠀀前𰻝");
  CHECK(with_text(column("床前"), "").glyphs.empty());
  model::Line without = column("床前");
  without.glyphs.clear();
  CHECK(with_text(without, "牀前").glyphs.empty());
  CHECK(with_text(without, "牀前").text == "牀前");
}

TEST_CASE("an unchanged line is left as the machine read it") {
  CHECK(with_text(column("床前"), "床前").confidence == doctest::Approx(0.8));
}

TEST_CASE("a correction becomes the next revision, a foreign line is refused") {
  test::Archive archive;
  const PageId page = archive.keep(archive.add_item("GJ0001"), 1).page;
  model::PageText text = test::page_text({});
  text.lines = {column("床前明月光"), column("疑是地上霜")};
  REQUIRE(archive.store.propose_text(store::Session::for_program(), page, text));
  const auto revision = correct_line(archive.store, archive.annotator, page, 1, text.lines[1].id, "疑是地上𠀀");
  REQUIRE_OK(revision);
  CHECK(archive.store.text(page)->text.lines[1].text == "疑是地上𠀀");
  CHECK(correct_line(archive.store, archive.annotator, page, *revision, LineId::make(), "x").error().code ==
        ErrorCode::NotFound);
  CHECK(correct_line(archive.store, archive.annotator, page, *revision, text.lines[1].id, "\xFF").error().code ==
        ErrorCode::InvalidInput);
  CHECK(correct_line(archive.store, archive.annotator, page, 1, text.lines[1].id, "x").error().code ==
        ErrorCode::Conflict);
}
