// The neural reader on pages of the press, whose truth is exact to the pixel.
#include "ocr/evaluate.h"
#include "ocr/onnx/neural_engine.h"
#include "ocr/press/press.h"
#include "ocr/press/text_source.h"
#include "ocr/recognise.h"
#include "storage/base/text.h"
#include "storage/imaging/codecs.h"
#include "storage/imaging/operations.h"

#include <doctest/doctest.h>

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

using namespace shiqu;

namespace {

struct Reading {
  int glyphs = 0;
  int on_ink = 0;  ///< true glyphs that a read box overlaps by half or more
  ocr::CharacterErrorRate rate;
};

double overlap(const RectPx& a, const RectPx& b) {
  const RectPx both = intersection(a, b);
  const auto area = [](const RectPx& box) { return static_cast<double>(box.width) * box.height; };
  return both.empty() ? 0 : area(both) / (area(a) + area(b) - area(both));
}

bool is_body(const model::Line& line) {
  return line.kind != model::LineKind::CentreStrip && line.kind != model::LineKind::Marginalia;
}

std::string body_of(const model::PageText& text) {
  std::string out;
  for (const model::Line& line : text.lines) {
    out += is_body(line) ? line.text : "";
  }
  return out;
}

std::vector<RectPx> glyph_boxes(const model::PageText& text) {
  std::vector<RectPx> out;
  for (const model::Line& line : text.lines) {
    for (const model::Glyph& glyph : line.glyphs) {
      if (is_body(line) && !glyph.box.empty()) {
        out.push_back(glyph.box);
      }
    }
  }
  return out;
}

void score(const model::PageText& truth, const model::PageText& read, Reading& out) {
  const std::vector<RectPx> boxes = glyph_boxes(read);
  for (const RectPx& wanted : glyph_boxes(truth)) {
    ++out.glyphs;
    out.on_ink += std::any_of(boxes.begin(), boxes.end(),
                              [&](const RectPx& box) { return overlap(wanted, box) >= 0.5; })
                      ? 1
                      : 0;
  }
  out.rate += ocr::character_error_rate(body_of(truth), body_of(read));
}

Reading read_pressed(const char* ageing, int pages) {
  const auto engine = ocr::make_neural_engine(SHIQU_TEST_MODELS);
  REQUIRE(engine);
  const auto poems = ocr::tang_poems();
  REQUIRE(poems);
  const auto text = ocr::with_quoted_notes(*poems, 0.3, 7);
  ocr::PressOptions options;
  options.style = ocr::PressStyle::Mixed;
  options.ageing = ocr::ageing_preset(ageing).value();
  ocr::TextPosition position;
  Reading out;
  for (int page = 0; page < pages; ++page) {
    options.seed = 200 + static_cast<std::uint64_t>(page);
    options.page_number = page + 1;
    const auto pressed = ocr::press_page(options, text, position);
    REQUIRE(pressed);
    position = pressed->next;
    const auto read = ocr::recognise_page(pressed->image, **engine, {});
    REQUIRE(read);
    score(pressed->truth, *read, out);
    for (const model::Line& line : read->lines) {
      for (const model::Glyph& glyph : line.glyphs) {
        CHECK(glyph.confidence >= 0);
        CHECK(glyph.confidence <= 1);
        CHECK(glyph.alternatives.size() <= 9);
      }
    }
  }
  MESSAGE(fmt::format("{}: {} glyphs, {:.2f} % of the boxes on the ink, {:.2f} % misread", ageing,
                      out.glyphs, 100.0 * out.on_ink / out.glyphs, 100 * out.rate.rate()));
  return out;
}

}  // namespace

TEST_CASE("glyph boxes of the neural reader sit on the ink, also on stained and bent pages") {
  if (!ocr::make_neural_engine(SHIQU_TEST_MODELS)) {
    MESSAGE("SKIPPED: the models of the registry are not here");
    return;
  }
  for (const char* ageing : {"light", "strong"}) {
    const Reading reading = read_pressed(ageing, 3);
    CHECK(reading.glyphs > 400);
    CHECK(reading.on_ink >= 0.97 * reading.glyphs);
    CHECK(reading.rate.rate() < 0.10);
  }
}

TEST_CASE("glosses and a head line are read apart from the text, the head line from the right") {
  const auto engine = ocr::make_neural_engine(SHIQU_TEST_MODELS);
  if (!engine) {
    MESSAGE("SKIPPED: the models of the registry are not here");
    return;
  }
  ocr::CharacterErrorRate text;
  ocr::CharacterErrorRate glosses;
  ocr::CharacterErrorRate head_lines;
  for (std::uint64_t seed = 61; seed <= 63; ++seed) {
    ocr::PressOptions options;
    options.seed = seed;
    options.ageing = ocr::ageing_preset("light").value();
    options.seal = false;
    options.glosses = 4;
    options.head_line = "增廣唐詩合解";
    const auto pressed = ocr::press_page(options, ocr::tang_poems().value());
    REQUIRE(pressed);
    const auto read = ocr::recognise_page(pressed->image, **engine, {});
    REQUIRE(read);
    REQUIRE(!read->lines.empty());
    const model::Line& head = read->lines.front();
    CHECK(head.kind == model::LineKind::Horizontal);
    REQUIRE(head.glyphs.size() >= 2);
    CHECK(head.glyphs.front().box.x > head.glyphs.back().box.x);
    head_lines += ocr::character_error_rate(options.head_line, head.text);
    const auto columns_of = [](model::PageText page) {
      std::erase_if(page.lines, [](const model::Line& line) {
        return line.kind == model::LineKind::Horizontal;
      });
      return body_of(page);
    };
    text += ocr::character_error_rate(columns_of(pressed->truth), columns_of(*read));
    for (const model::Line& line : pressed->truth.lines) {
      if (line.kind != model::LineKind::Marginalia) {
        continue;
      }
      const auto found =
          std::find_if(read->lines.begin(), read->lines.end(), [&](const model::Line& one) {
            return one.kind == model::LineKind::Marginalia && overlap(one.box, line.box) > 0.4;
          });
      glosses +=
          ocr::character_error_rate(line.text, found == read->lines.end() ? "" : found->text);
    }
  }
  MESSAGE(fmt::format("text {:.1f} %, glosses {:.1f} %, head lines {:.1f} % misread",
                      100 * text.rate(), 100 * glosses.rate(), 100 * head_lines.rate()));
  CHECK(text.rate() < 0.08);
  CHECK(glosses.rate() < 0.3);
  CHECK(head_lines.rate() < 0.2);
}

TEST_CASE("columns with horizontal text between them are read in order, whichever way it runs") {
  const auto engine = ocr::make_neural_engine(SHIQU_TEST_MODELS);
  if (!engine) {
    MESSAGE("SKIPPED: the models of the registry are not here");
    return;
  }
  ocr::CharacterErrorRate rate;
  for (const bool from_right : {true, false}) {
    const std::string band = "唐詩三百首五言古詩";
    std::u32string set = to_utf32(band);
    if (!from_right) {
      std::reverse(set.begin(), set.end());
    }
    ocr::PressOptions options;
    options.seed = from_right ? 71 : 72;
    options.ageing = ocr::ageing_preset("light").value();
    options.seal = false;
    options.band = to_utf8(set);
    options.band_row = 8;
    const auto pressed = ocr::press_page(options, ocr::tang_poems().value());
    REQUIRE(pressed);
    model::PageText truth = pressed->truth;
    for (model::Line& line : truth.lines) {
      line.text = line.kind == model::LineKind::Horizontal ? band : line.text;
    }
    const auto read = ocr::recognise_page(pressed->image, **engine, {});
    REQUIRE(read);
    CAPTURE(from_right);
    const auto level = std::find_if(
        read->lines.begin(), read->lines.end(),
        [](const model::Line& line) { return line.kind == model::LineKind::Horizontal; });
    REQUIRE(level != read->lines.end());
    CHECK(ocr::character_error_rate(band, level->text).rate() < 0.3);
    rate += ocr::character_error_rate(body_of(truth), body_of(*read));
  }
  MESSAGE(fmt::format("mixed pages {:.1f} % misread", 100 * rate.rate()));
  CHECK(rate.rate() < 0.08);
}

TEST_CASE(
    "horizontal text beside columns is read after those on its right, before those on its left") {
  const auto engine = ocr::make_neural_engine(SHIQU_TEST_MODELS);
  if (!engine) {
    MESSAGE("SKIPPED: the models of the registry are not here");
    return;
  }
  ocr::CharacterErrorRate rate;
  for (std::uint64_t seed = 73; seed <= 76; ++seed) {
    ocr::PressOptions options;
    options.seed = seed;
    options.ageing = ocr::ageing_preset("light").value();
    options.seal = false;
    options.rules = seed % 2 == 0;
    options.band = "唐詩三百首\n五言古詩上";
    options.band_row = 5;
    options.band_columns = 5;
    const auto pressed = ocr::press_page(options, ocr::tang_poems().value());
    REQUIRE(pressed);
    const auto read = ocr::recognise_page(pressed->image, **engine, {});
    REQUIRE(read);
    rate += ocr::character_error_rate(body_of(pressed->truth), body_of(*read));
  }
  MESSAGE(
      fmt::format("pages with horizontal text beside columns {:.1f} % misread", 100 * rate.rate()));
  CHECK(rate.rate() < 0.08);
}

TEST_CASE("real pages read alike whichever way up they lie") {
  const auto engine = ocr::make_neural_engine(SHIQU_TEST_MODELS);
  const char* const named = std::getenv("SHIQU_SHARED");
  const std::filesystem::path pages =
      std::filesystem::path(named != nullptr ? named : SHIQU_SOURCE_DIR "/../shared") /
      "data/pages";
  if (!engine || !std::filesystem::exists(pages)) {
    MESSAGE("SKIPPED: no models of the registry, or no pages in ", pages.string(),
            " (SHIQU_SHARED)");
    return;
  }
  // Among them the page under a great seal, whose stippling looks like rules from the side.
  for (const char* const name : {"siku_jmml/jmml_b6_023.jpg", "siku_jmml/jmml_b1_05.png",
                                 "zongmu/zongmu_05.png", "kanripo_pages/yutai_004_9b.png"}) {
    CAPTURE(name);
    const auto page = imaging::decode_file(pages / name);
    REQUIRE(page);
    const auto upright = ocr::recognise_page(page->image, **engine, {});
    REQUIRE(upright);
    REQUIRE_FALSE(body_of(*upright).empty());
    for (int quarters = 1; quarters <= 3; ++quarters) {
      CAPTURE(quarters);
      const auto turned =
          ocr::recognise_page(imaging::rotate_quarters(page->image, quarters), **engine, {});
      REQUIRE(turned);
      CHECK(body_of(*turned) == body_of(*upright));
    }
  }
}

TEST_CASE("a model whose bytes are not the known ones is refused") {
  CHECK(ocr::make_neural_engine("/usr/share/fonts").error().code == ErrorCode::NotFound);
}
