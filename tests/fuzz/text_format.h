#pragma once

#include "storage/base/text.h"
#include "storage/text_formats/text_format.h"
#include "tests/fuzz/fuzz.h"

#include <string>

namespace shiqu::fuzz {

inline std::u32string letters_of(const model::PageText& text) {
  std::u32string out;
  for (const char32_t character : to_utf32(text.plain())) {
    if (character > U' ' && character != U'\u00a0') {
      out += character;
    }
  }
  return out;
}

/// What a reader promises of each line; then that what it read can be written and read again.
inline void try_format(const text_formats::TextFormat& format, const std::uint8_t* data,
                       std::size_t size) {
  const auto file = format.read(text_of(data, size), {300, 0});
  if (!file) {
    return;
  }
  const model::PageText& text = file->text;
  const RectPx page{0, 0, text.width_px, text.height_px};
  for (const model::Line& line : text.lines) {
    expect(is_uuid(line.id.str()) && !line.text.empty() && is_utf8(line.text));
    expect(line.text.find('\n') == std::string::npos);
    expect(page.empty() || line.box.empty() || intersection(line.box, page) == line.box);
    std::string spelled;
    for (const model::Glyph& glyph : line.glyphs) {
      spelled += glyph.text;
      expect(glyph.confidence <= 1 && (glyph.confidence >= 0 || glyph.confidence == -1));
      expect(to_utf32(glyph.text).size() == 1);
    }
    expect(line.glyphs.empty() || spelled == line.text);
  }
  text_formats::PageFacts facts;
  facts.image = page.empty() ? SizePx{100, 100} : SizePx{page.width, page.height};
  facts.image_name = file->image_name;
  const auto written = format.write(text, facts);
  expect(written.has_value());
  const auto again = format.read(*written, {});
  expect(again.has_value());
  expect(letters_of(again->text) == letters_of(text));
}

}  // namespace shiqu::fuzz
