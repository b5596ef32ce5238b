#pragma once

#include "storage/model/text.h"
#include "storage/store/internal/database.h"
#include "storage/store/search.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// What search looks at: single characters and pairs of neighbours of the text in force of each
// page, in an FTS5 table that holds no text (docs/adr/018-text-index.md).
namespace shiqu::store {

/// A page's text as search sees it: one row of characters without white space, ASCII in lower case,
/// lines joined. `line` and `character` say where each stands.
struct Row {
  std::u32string characters;
  std::vector<std::uint32_t> line;       ///< index into PageText::lines
  std::vector<std::uint32_t> character;  ///< index into the characters of that line's text
};
Row row_of(const model::PageText& text);
/// The same for what is looked for.
std::u32string row_of(std::string_view needle);

/// The terms of the index for a row, separated by spaces, each once.
std::string terms_of(const std::u32string& row);

/// Adds a row to an index, or to those that wait.
Status add_to_index(Database& db, IndexTable table, std::int64_t row, std::string terms);
/// Writes those that wait.
Status write_late_index(Database& db);

/// An FTS5 expression that every page with `needle` (not empty) fulfils, in any of its variants.
std::string expression_for(const std::u32string& needle, const Variants& variants);

/// Where `needle` stands in `row`, first characters in order; a match does not overlap the one
/// before.
std::vector<std::size_t> places_of(const std::u32string& needle, const Row& row,
                                   const Variants& variants);

/// A page's place in the order of the archive: items as they were added, pages by number.
constexpr int kPlaceBits = 20;
constexpr std::int64_t kMostPages = (std::int64_t{1} << kPlaceBits) - 1;  ///< of one item
constexpr std::int64_t place_of(std::int64_t item_number, int order) noexcept {
  return (item_number << kPlaceBits) | order;
}

/// Body of a revision as the catalogue has it, and back. A body that an older version had left and
/// that could not be packed is JSON still.
Result<std::string> pack_body(const model::PageText& text);
Result<model::PageText> unpack_body(std::string_view body, const std::string& subject);

/// SQL functions for migrations: shiqu_pack(json), shiqu_terms(body) and shiqu_words(label).
Status register_text_functions(Database& db);

}  // namespace shiqu::store
