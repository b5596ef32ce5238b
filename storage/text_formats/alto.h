#pragma once

#include "storage/text_formats/text_format.h"

#include <string>

namespace shiqu::text_formats {

/// ALTO 4.4 of one page, in pixels: blocks of lines of one kind in reading order, words apart at
/// spaces, glyphs with confidence and variants. The kind of a line is a LayoutTag.
/// Errors: InvalidInput (image without size).
Result<std::string> make_alto(const model::PageText& text, const PageFacts& facts);

/// A page of an ALTO file, 2.x to 4.4. Errors: those of TextFormat::read.
Result<PageFile> read_alto(std::string_view bytes, const ReadOptions& options);

}  // namespace shiqu::text_formats
