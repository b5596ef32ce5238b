#pragma once

#include "storage/base/channel.h"
#include "storage/base/result.h"
#include "storage/model/text.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace shiqu::ocr::score {

enum class TruthKind { Column, NoteRight, NoteLeft };

/// A column, what of it stands before, between or behind notes, or half a note.
struct TruthLine {
  TruthKind kind = TruthKind::Column;
  std::int32_t first = 0;  ///< places in Truth::text: [first, first + count)
  std::int32_t count = 0;
  std::int32_t row = 0;  ///< which printed column it is part of, from 0
};

/// What stands on a page, in reading order, in normal form.
struct Truth {
  std::u32string text;
  std::vector<TruthLine> lines;       ///< never an empty one; they cover the text
  std::vector<std::int32_t> line_of;  ///< of each character of the text
};

/// A column a line, notes as （right/left）.
Truth truth_of_text(std::string_view text);
/// An array of columns in reading order, each an object with its text as "gt".
/// Errors: InvalidInput (another form).
Result<Truth> truth_of_columns(const Json& columns, const std::string& subject);
/// FOLDER/NAME.gt.txt, else FOLDER/NAME.json. Errors: NotFound, Io, InvalidInput.
Result<Truth> read_truth(const std::filesystem::path& folder, const std::string& name);
/// Names of the pages of a folder that have a truth, sorted. Errors: NotFound (no folder).
Result<std::vector<std::string>> pages_with_truth(const std::filesystem::path& folder);

/// What was read, in normal form.
struct Reading {
  std::u32string text;
  std::vector<std::int32_t> line_of;   ///< of each character: place in `lines`
  std::vector<std::int32_t> glyph_of;  ///< place in that line's glyphs; -1: not known
  std::vector<model::Line> lines;      ///< of the body; from a plain text: text only
  std::string producer;                ///< empty: not known
  bool details = false;                ///< glyphs with boxes, confidences, alternatives are there
};

/// From the plain text alone.
Reading reading_of_text(std::string_view text);
/// `page`: what stands in the JSON beside it. Its details are used only if both say the same, for
/// what is measured is the text.
Reading reading_of(std::string_view text, const model::PageText& page);
/// FOLDER/NAME.txt with FOLDER/NAME.json where there is one; nullopt where there is no text.
/// Errors: Io, InvalidInput (the JSON).
Result<std::optional<Reading>> read_reading(const std::filesystem::path& folder,
                                            const std::string& name);

/// Does a line of this kind belong to the text, rather than to the leaf it stands on? The running
/// title in the centre strip and what stands in the margin do not.
bool is_body(model::LineKind kind) noexcept;

}  // namespace shiqu::ocr::score
