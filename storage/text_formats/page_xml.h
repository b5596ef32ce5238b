#pragma once

#include "storage/text_formats/text_format.h"

#include <string>

namespace shiqu::text_formats {

/// PAGE XML 2019-07-15 of one page: lines grouped into regions of one kind in reading order, each
/// line with its words, glyphs, confidences and alternatives. Vertical text is marked
/// top-to-bottom, right-to-left. Boxes are grown to hold what is inside them and clipped into the
/// page; what has no box gets its parent's outline and custom="shiqu {box:unknown;}".
/// Errors: InvalidInput (image without size).
Result<std::string> make_page_xml(const model::PageText& text, const PageFacts& facts);

/// The page of a PAGE XML file of any version: regions in their reading order (nested groups),
/// lines, words and glyphs; the TextEquiv of the lowest index counts, those behind it at a glyph
/// are its alternatives. Errors: those of TextFormat::read.
Result<PageFile> read_page_xml(std::string_view bytes, const ReadOptions& options);

}  // namespace shiqu::text_formats
