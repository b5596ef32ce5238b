#pragma once

#include "ocr/press/press.h"

#include <cstdint>
#include <string>
#include <vector>

namespace shiqu::fixture {

/// Text of our own with headings, notes and punctuation.
std::vector<ocr::Paragraph> short_text();

/// short_text() six times.
std::vector<ocr::Paragraph> long_text();

/// Presses a page or fails the test.
ocr::PressedPage pressed(const ocr::PressOptions& options, const std::vector<ocr::Paragraph>& text);

/// What of short_text() is printed, line by line in reading order, on a page of 8 columns and
/// 12 rows, without the centre strip.
std::vector<std::string> short_text_lines();

/// A page of 8 columns and 12 rows, 800 × 1100 px, without seal.
ocr::PressOptions small_page(std::string_view ageing, std::uint64_t seed = 5);

/// How ink and boxes of a page fit, measured on the finished pixels.
struct InkFit {
  int glyphs = 0;
  int without_ink = 0;     ///< boxes with less than 4% dark pixels
  int loose = 0;           ///< boxes one of whose sides has no dark pixel within 3 px
  double stray_share = 0;  ///< dark pixels inside the columns but outside every box ÷ all there
};
/// Dark: gray value below 110.
InkFit measure(const ocr::PressedPage& page);

/// Share of dark pixels in `box`.
double dark_share_in(const ocr::PressedPage& page, const RectPx& box);

}  // namespace shiqu::fixture
