// The neural reader on pages of the press, whose truth is exact to the pixel.
#include "ocr/evaluate.h"
#include "ocr/onnx/neural_engine.h"
#include "ocr/press/press.h"
#include "ocr/press/text_source.h"
#include "ocr/recognise.h"

#include <doctest/doctest.h>

#include <fmt/format.h>

#include <algorithm>
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

TEST_CASE("a model whose bytes are not the known ones is refused") {
  CHECK(ocr::make_neural_engine("/usr/share/fonts").error().code == ErrorCode::NotFound);
}
