#pragma once

#include "storage/model/text.h"
#include "storage/store/store.h"

#include <string>
#include <string_view>

namespace shiqu::labeler {

/// `line` with `text` in the place of what it read: glyphs of characters that stay keep box,
/// confidence and alternatives; a replaced character keeps its box and gets the old reading as its
/// first alternative; an inserted one gets its share of the gap between its neighbours; a deleted
/// one goes. Changed characters and the line have confidence -1: a person decided. A line without
/// glyphs stays without. Alignment: edit distance over code points, substitutions preferred.
model::Line with_text(const model::Line& line, std::string_view text);

/// Corrects one line of a page's text in force and stores it as the next revision.
/// Errors: NotFound (no such line), InvalidInput (not UTF-8, line break), those of Store::save_text.
Result<int> correct_line(store::Store& store, const store::Session& by, const PageId& page, int expected_revision,
                         const LineId& line, const std::string& text);

}  // namespace shiqu::labeler
