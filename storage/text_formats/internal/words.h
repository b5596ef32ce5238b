#pragma once

#include "storage/base/result.h"
#include "storage/model/text.h"
#include "storage/text_formats/text_format.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

/// What the writers of all formats share.
namespace shiqu::text_formats {

/// A run of characters of a line without a space in it; borrows the line's glyphs.
struct Word {
  std::string text;
  double confidence = -1;  ///< mean of the glyphs; -1 when one has none
  std::span<const model::Glyph> glyphs;
};

/// The words of a line, cut at spaces (U+0020). Without glyphs they carry the line's confidence.
/// A line whose glyphs do not spell its text has words without glyphs.
std::vector<Word> words_of(const model::Line& line);

/// Neighbouring lines that stand in one block: equal kinds.
struct Block {
  model::LineKind kind;
  std::span<const model::Line> lines;
};
std::vector<Block> blocks_of(const model::PageText& text);

/// "line_" and the line's id, or its number where the id is no UUID or stood before: unique.
std::vector<std::string> line_ids(const model::PageText& text);

inline bool is_vertical(model::LineKind kind) noexcept {
  return kind != model::LineKind::Horizontal;
}

/// A horizontal line whose characters run from the right, as head lines of old prints do.
bool runs_from_right(const model::Line& line) noexcept;

/// Around the glyphs, then grown by the line's own box; within the page.
RectPx box_of(const model::Line& line, const RectPx& page) noexcept;
RectPx box_of(std::span<const model::Glyph> glyphs, const RectPx& page) noexcept;

/// Errors: InvalidInput (image without size); `what` is being done.
Status check_size(const PageFacts& facts, const char* what);

/// "0.8750", never above 1.
std::string confidence_text(double confidence);

}  // namespace shiqu::text_formats
