#pragma once

#include "storage/base/channel.h"
#include "storage/base/geometry.h"
#include "storage/base/ids.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace shiqu::model {

/// In pixels of the page's master.
using Box = RectPx;

/// One character with its place on the page.
struct Glyph {
  std::string text;                       ///< one character, UTF-8
  Box box;                                ///< on the ink; empty when not known
  double confidence = -1;                 ///< 0…1; -1: entered by a person, or not given
  std::vector<std::string> alternatives;  ///< best first, without `text`
};

enum class LineKind { Column, NoteRight, NoteLeft, CentreStrip, Heading, Marginalia, Horizontal };
std::string_view name_of(LineKind kind) noexcept;  ///< "column" "note_right" …
LineKind line_kind_from(std::string_view name) noexcept;

/// One column (or line, or half of a double-column note) in reading order.
struct Line {
  LineId id;
  LineKind kind = LineKind::Column;
  Box box;
  std::string text;           ///< UTF-8, as printed
  double confidence = -1;     ///< mean of the glyphs, 0…1; -1: by a person
  std::vector<Glyph> glyphs;  ///< empty, or exactly the characters of `text`
};

/// Personal: staff have marked that personal data stand there; it does not leave unnoticed.
enum class RegionKind { Text, CentreStrip, HeadNote, Gloss, Seal, Figure, Table, Personal };
std::string_view name_of(RegionKind kind) noexcept;  ///< "text" "centre_strip" "head_note" …
RegionKind region_kind_from(std::string_view name) noexcept;

/// A part of a page that is of one kind, with or without lines in it.
struct Region {
  RegionKind kind = RegionKind::Text;
  Box box;
};

/// What stands on a page, in reading order.
struct PageText {
  int width_px = 0;  ///< of the image that the boxes refer to
  int height_px = 0;
  std::string producer;  ///< engine with version and model, or "person:NAME"
  std::vector<Line> lines;
  std::vector<Region> regions;              ///< may overlap: a seal stands on text
  [[nodiscard]] std::string plain() const;  ///< lines joined by '\n'
  /// Boxes of the regions marked as personal data.
  [[nodiscard]] std::vector<Box> personal() const;
};

/// Stands in place of a character that was blacked out.
inline constexpr std::string_view kBlackedOut = "■";

/// `text` with every character blacked out that touches one of `boxes`, or that has no place of its
/// own and stands in a line that touches one (or has none either). Other readings go, confidence is
/// -1. Returns how many characters that were.
std::int64_t black_out(PageText& text, const std::vector<Box>& boxes);

Json to_json(const PageText& text);
/// Errors: InvalidInput when a member has another type or a line has no id.
Result<PageText> page_text_from_json(const Json& json);
Json to_json(const Box& box);  ///< [x, y, width, height]
Box box_from_json(const Json& json) noexcept;

}  // namespace shiqu::model
