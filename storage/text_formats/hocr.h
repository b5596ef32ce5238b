#pragma once

#include "storage/text_formats/text_format.h"

#include <string>

namespace shiqu::text_formats {

/// hOCR 1.2 of one page as well-formed XHTML: ocr_page, ocr_carea, ocr_line, ocrx_word, ocrx_cinfo.
/// Alternatives are left out. Errors: InvalidInput (image without size).
Result<std::string> make_hocr(const model::PageText& text, const PageFacts& facts);

/// A page of an hOCR file, which must be well-formed XML as Tesseract writes it.
/// Errors: those of TextFormat::read.
Result<PageFile> read_hocr(std::string_view bytes, const ReadOptions& options);

}  // namespace shiqu::text_formats
