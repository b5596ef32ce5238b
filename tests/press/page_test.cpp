#include "ocr/press/press.h"
#include "storage/base/file.h"
#include "storage/base/ids.h"
#include "storage/base/text.h"
#include "tests/press/page_fixture.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using namespace shiqu;
using namespace shiqu::ocr;
using fixture::long_text;
using fixture::pressed;
using model::LineKind;

namespace {

std::vector<const model::Line*> text_lines(const PressedPage& page) {
  std::vector<const model::Line*> out;
  for (const model::Line& line : page.truth.lines) {
    if (line.kind != LineKind::CentreStrip) {
      out.push_back(&line);
    }
  }
  return out;
}

}  // namespace

TEST_CASE("the same seed gives the same pixels and the same truth") {
  const auto text = fixture::short_text();
  const PressedPage first = pressed(fixture::small_page("strong", 9), text);
  const PressedPage second = pressed(fixture::small_page("strong", 9), text);
  CHECK(first.image == second.image);
  CHECK(model::to_json(first.truth) == model::to_json(second.truth));
  CHECK(first.frame == second.frame);
}

TEST_CASE("another seed gives another page with the same text") {
  const auto text = fixture::short_text();
  const PressedPage first = pressed(fixture::small_page("light", 9), text);
  const PressedPage second = pressed(fixture::small_page("light", 10), text);
  CHECK_FALSE(first.image == second.image);
  CHECK(first.truth.plain() == second.truth.plain());
}

TEST_CASE("the truth is the typeset text line by line, notes right half before left half") {
  const PressedPage page = pressed(fixture::small_page("none"), fixture::short_text());
  std::vector<std::string> lines;
  for (const model::Line* line : text_lines(page)) {
    lines.push_back(line->text);
  }
  CHECK(lines == fixture::short_text_lines());
  CHECK(page.text_ended);
  for (const model::Line& line : page.truth.lines) {
    std::string joined;
    for (const model::Glyph& glyph : line.glyphs) {
      joined += glyph.text;
    }
    CHECK(joined == line.text);
    CHECK(is_uuid(line.id.str()));
  }
}

TEST_CASE("title and leaf number of the centre strip come last") {
  const PressedPage page = pressed(fixture::small_page("none"), fixture::short_text());
  const std::size_t count = page.truth.lines.size();
  REQUIRE(count > 2);
  CHECK(page.truth.lines[count - 2].kind == LineKind::CentreStrip);
  CHECK(page.truth.lines[count - 2].text == "山居集");
  CHECK(page.truth.lines[count - 1].kind == LineKind::CentreStrip);
  CHECK(page.truth.lines[count - 1].text == "一");
}

TEST_CASE("columns run from right to left and characters from top to bottom") {
  for (const Leaf leaf : {Leaf::Half, Leaf::Full}) {
    PressOptions options = fixture::small_page("light");
    options.leaf = leaf;
    options.width_px = leaf == Leaf::Full ? 1600 : 800;
    const PressedPage page = pressed(options, long_text());
    int last_x = page.image.width();
    for (const model::Line* line : text_lines(page)) {
      if (line->kind == LineKind::Column || line->kind == LineKind::Heading) {
        const int middle = line->box.x + line->box.width / 2;
        CHECK(middle < last_x + 20);
        last_x = middle;
      }
      for (std::size_t i = 1; i < line->glyphs.size(); ++i) {
        CHECK(line->glyphs[i].box.y > line->glyphs[i - 1].box.y);
      }
    }
  }
}

TEST_CASE("the right half of a note stands right of its left half at the same height") {
  const PressedPage page = pressed(fixture::small_page("none"), fixture::short_text());
  int notes = 0;
  const auto& lines = page.truth.lines;
  for (std::size_t i = 0; i + 1 < lines.size(); ++i) {
    if (lines[i].kind != LineKind::NoteRight) {
      continue;
    }
    ++notes;
    REQUIRE(lines[i + 1].kind == LineKind::NoteLeft);
    CHECK(lines[i].box.x >= lines[i + 1].box.right() - 2);
    CHECK(std::abs(lines[i].box.y - lines[i + 1].box.y) < 14);
  }
  CHECK(notes == 2);
}

TEST_CASE("every box of a clean page sits on ink and no ink of the columns is outside a box") {
  for (const PressStyle style : {PressStyle::Ming, PressStyle::Kai, PressStyle::Mixed}) {
    PressOptions options = fixture::small_page("none", 21);
    options.style = style;
    const auto fit = fixture::measure(pressed(options, long_text()));
    CAPTURE(name_of(style));
    CHECK(fit.glyphs > 60);
    CHECK(fit.without_ink == 0);
    CHECK(fit.loose == 0);
    CHECK(fit.stray_share < 0.002);
  }
}

TEST_CASE("boxes of aged pages sit on the ink where warp and skew have moved it") {
  for (const std::uint64_t seed : {1U, 2U, 3U, 4U}) {
    const auto fit = fixture::measure(pressed(fixture::small_page("light", seed), long_text()));
    CAPTURE(seed);
    CHECK(fit.without_ink == 0);
    CHECK(fit.loose <= fit.glyphs / 25);
    CHECK(fit.stray_share < 0.01);
  }
}

TEST_CASE("boxes of a page turned by three degrees sit on the ink") {
  PressOptions options = fixture::small_page("none");
  options.skew_deg = 3;
  options.ageing.curvature = 1;
  const PressedPage page = pressed(options, long_text());
  CHECK(page.skew_deg == 3);
  const auto fit = fixture::measure(page);
  CHECK(fit.without_ink == 0);
  CHECK(fit.loose == 0);
  // Lines fall to the right, so columns lean to the left on their way down.
  for (const model::Line* line : text_lines(page)) {
    if (line->kind == LineKind::Column && line->glyphs.size() == 12) {
      const auto middle = [](const RectPx& b) { return b.x + b.width / 2; };
      CHECK(middle(line->glyphs.back().box) < middle(line->glyphs.front().box) - 10);
    }
  }
}

TEST_CASE("ageing changes the pixels, not the leaf") {
  const PressedPage clean = pressed(fixture::small_page("none"), long_text());
  const PressedPage aged = pressed(fixture::small_page("strong"), long_text());
  CHECK(clean.truth.plain() == aged.truth.plain());
  CHECK_FALSE(clean.image == aged.image);
}

TEST_CASE("rare characters stand in the truth and have ink") {
  PressOptions options = fixture::small_page("none");
  options.rare = 6;
  const PressedPage page = pressed(options, long_text());
  int rare = 0;
  for (const model::Line& line : page.truth.lines) {
    for (const model::Glyph& glyph : line.glyphs) {
      const std::u32string text = to_utf32(glyph.text);
      REQUIRE(text.size() == 1);
      if (text[0] >= 0x20000) {
        ++rare;
        CHECK(fixture::dark_share_in(page, glyph.box) > 0.08);
      }
    }
  }
  CHECK(rare == 6);
}

TEST_CASE("following pages go on where the page before ended") {
  const auto text = long_text();
  PressOptions options = fixture::small_page("none");
  std::string all;
  TextPosition at;
  int pages = 0;
  for (bool ended = false; !ended && pages < 20; ++pages) {
    options.page_number = pages + 1;
    const auto page = press_page(options, text, at);
    REQUIRE(page);
    for (const model::Line* line : text_lines(*page)) {
      all += line->text;
    }
    at = page->next;
    ended = page->text_ended;
  }
  CHECK(pages > 2);
  std::string once;
  for (const std::string& line : fixture::short_text_lines()) {
    once += line;
  }
  // Notes are split at other places when a page ends in them; none do with this text.
  const auto count_in = [&](std::string_view part) {
    int count = 0;
    for (std::size_t p = all.find(part); p != std::string::npos; p = all.find(part, p + 1)) {
      ++count;
    }
    return count;
  };
  CHECK(all.size() == 6 * once.size());
  CHECK(count_in("山居記石渠結廬山中廬或作屋門對清溪") == 6);
}

TEST_CASE("punctuation, white space and variation selectors are not printed") {
  const std::vector<Paragraph> text{{"山，高 葛\U000E0100。〇々", false, 1, ""}};
  const PressedPage page = pressed(fixture::small_page("none"), text);
  CHECK(page.truth.lines[0].text == "山高葛〇々");
}

TEST_CASE("a blank cell leaves room and is not in the truth") {
  const std::vector<Paragraph> text{{"山\u3000\u3000水", false, 0, ""}};
  const PressedPage page = pressed(fixture::small_page("none"), text);
  REQUIRE(page.truth.lines[0].text == "山水");
  const auto& glyphs = page.truth.lines[0].glyphs;
  CHECK(glyphs[1].box.y - glyphs[0].box.y > 2 * glyphs[0].box.height);
}

TEST_CASE("a seal is found in its box and stands in no line") {
  PressOptions options = fixture::small_page("none");
  options.seal = true;
  int seals = 0;
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    options.seed = seed;
    const PressedPage page = pressed(options, fixture::short_text());
    if (!page.seal) {
      continue;
    }
    ++seals;
    int red = 0;
    for (int y = page.seal->y; y < page.seal->bottom(); ++y) {
      const auto row = page.image.row(y);
      for (int x = page.seal->x; x < page.seal->right(); ++x) {
        const auto at = static_cast<std::size_t>(x) * 3;
        red += row[at] > row[at + 1] + 60 ? 1 : 0;
      }
    }
    CHECK(red > page.seal->area() / 6);
    CHECK(std::abs(page.seal->width - page.seal->height) < 6);
  }
  CHECK(seals > 0);
  CHECK(seals < 6);
}

TEST_CASE("the frame box encloses every line within it") {
  const PressedPage page = pressed(fixture::small_page("light"), long_text());
  for (const model::Line& line : page.truth.lines) {
    CHECK(intersection(page.frame, line.box) == line.box);
  }
}

TEST_CASE("a missing font is reported with its Debian package") {
  const TempDir empty;
  PressOptions options = fixture::small_page("none");
  options.font_folder = empty.path();
  const auto ming = press_page(options, fixture::short_text());
  REQUIRE_FALSE(ming);
  CHECK(ming.error().code == ErrorCode::NotFound);
  CHECK(ming.error().native.find("fonts-noto-cjk") != std::string::npos);
  options.style = PressStyle::Kai;
  const auto kai = press_page(options, fixture::short_text());
  REQUIRE_FALSE(kai);
  CHECK(kai.error().native.find("fonts-cns11643-kai") != std::string::npos);
}

TEST_CASE("a character that no font has is named") {
  const std::vector<Paragraph> text{{"山\U0010FFFD水", false, 0, ""}};
  const auto page = press_page(fixture::small_page("none"), text);
  REQUIRE_FALSE(page);
  CHECK(page.error().code == ErrorCode::NotFound);
  CHECK(page.error().subject == "U+10FFFD");
}

TEST_CASE("impossible options are refused before anything is drawn") {
  PressOptions options = fixture::small_page("none");
  options.columns = 0;
  CHECK(press_page(options, fixture::short_text()).error().code == ErrorCode::InvalidInput);
  options = fixture::small_page("none");
  options.rows = 90;
  CHECK(press_page(options, fixture::short_text()).error().subject == "columns and rows");
  options = fixture::small_page("none");
  options.ageing.loss = 2;
  CHECK(press_page(options, fixture::short_text()).error().subject == "loss");
  options = fixture::small_page("none");
  options.band = "山水";
  options.leaf = Leaf::Full;
  CHECK(press_page(options, fixture::short_text()).error().subject == "band and leaf");
  options.leaf = Leaf::Half;
  options.band_row = options.rows - 1;
  CHECK(press_page(options, fixture::short_text()).error().subject == "band");
  options.band_row = 0;
  options.band = "山水之間天地玄黃山水";
  CHECK(press_page(options, fixture::short_text()).error().subject == "band");
  options.band = "山水";
  options.band_columns = options.columns + 1;
  CHECK(press_page(options, fixture::short_text()).error().subject == "band_columns");
  options.band_columns = 1;
  CHECK(press_page(options, fixture::short_text()).error().subject == "band");
  options.band_columns = 3;
  options.figure = true;
  CHECK(press_page(options, fixture::short_text()).error().subject == "band_columns and figure");
  options = fixture::small_page("none");
  CHECK(press_page(options, {}).error().code == ErrorCode::InvalidInput);
}

TEST_CASE("ageing strengths are set by name within their range") {
  Ageing ageing;
  CHECK(set_strength(ageing, "bleed", 0.5));
  CHECK(ageing.bleed == 0.5);
  CHECK_FALSE(set_strength(ageing, "bleed", 1.5));
  CHECK_FALSE(set_strength(ageing, "mould", 0.5));
  CHECK_FALSE(ageing_preset("heavy"));
}
