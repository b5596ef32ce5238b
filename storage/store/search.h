#pragma once

#include "storage/model/catalogue.h"
#include "storage/model/text.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace shiqu::store {

/// All characters that count as the same as the given one, it among them or not. Empty function:
/// every character counts only as itself.
using Variants = std::function<std::u32string(char32_t)>;

struct SearchQuery {
  std::string needle;  ///< any length, any plane; white space counts for nothing
  Variants variants;
  std::optional<ItemId> item;  ///< only there
  std::int64_t after = 0;      ///< SearchResult::next of the call before
  int limit = 100;             ///< of hits; the last page's are always given whole
};

/// A part of one line that was found.
struct TextSpan {
  LineId line;
  std::size_t line_index = 0;
  std::size_t first = 0;  ///< character of the line's text
  std::size_t count = 0;
  std::vector<model::Box> boxes;  ///< of these characters; the line's box where glyphs are unknown
};

/// One place where the needle stands. It may run over the end of a line into the next.
struct SearchHit {
  ItemId item;
  std::string item_identifier;
  std::string item_title;
  PageId page;
  int page_order = 0;
  std::string page_label;
  LineId line;                  ///< where it begins
  std::string text;             ///< of that line
  std::vector<TextSpan> spans;  ///< one per line, never empty
};

struct SearchResult {
  std::vector<SearchHit> hits;  ///< in the order of the archive
  std::int64_t next = 0;        ///< for SearchQuery::after; 0: all was looked at
};

/// Size of what search looks at.
struct TextIndexSize {
  std::int64_t pages = 0;
  std::int64_t bytes = 0;
};

}  // namespace shiqu::store
