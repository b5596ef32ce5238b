#pragma once

#include "storage/base/geometry.h"
#include "storage/base/result.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace shiqu::desk {

/// One face of a font file.
struct FontName {
  std::string file;  ///< file name, looked up below the system's font folders
  int face = 0;      ///< index inside a collection (.ttc)
};

/// Ink of one glyph as coverage, and where it goes.
struct GlyphBitmap {
  SizePx size;                      ///< may be 0 × 0 (space)
  std::vector<std::uint8_t> alpha;  ///< size.width × size.height
  int left = 0;                     ///< from the pen (horizontal) or the column's centre (vertical)
  int top = 0;                      ///< baseline up to the first row (horizontal), or the cell's
                                    ///< upper edge down to the first row (vertical)
  float advance = 0;                ///< px
  bool code_box = false;            ///< no font has it: a box with the code point
};

/// Where `name` lies below /usr/share/fonts and /usr/local/share/fonts. Errors: NotFound.
Result<std::filesystem::path> find_font(const std::string& name);

/// Faces in the order in which they are asked for a character; a face is opened when first needed.
/// UI thread only.
class FontChain {
 public:
  explicit FontChain(std::vector<FontName> names);
  FontChain(FontChain&&) noexcept;
  FontChain& operator=(FontChain&&) noexcept;
  ~FontChain();

  /// Noto Sans CJK SC, then the fonts that reach the rare characters.
  static FontChain for_interface();
  /// Noto Serif CJK TC, then the fonts that reach the rare characters.
  static FontChain for_pages();

  /// True if some face has a glyph for `c`.
  bool covers(char32_t c);

  /// Glyph of `c` at `em_px`, upright, for a horizontal line. Never fails: a character of no face
  /// becomes a box with its code.
  GlyphBitmap render(char32_t c, float em_px);

  /// Glyph of `c` for a vertical column: brackets and dashes in their turned forms.
  GlyphBitmap render_vertical(char32_t c, float em_px);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// A box of one em with the hexadecimal code inside, as for characters of no font.
GlyphBitmap code_box(char32_t c, float em_px);

}  // namespace shiqu::desk
