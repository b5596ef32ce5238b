#pragma once

#include "storage/model/text.h"

#include <cstdint>
#include <map>
#include <string>

namespace shiqu::package::pdf {

/// Codes of a document's characters: 1, 2 … in the order in which they are met; at most 65 535.
class Codes {
 public:
  /// 0 when there is no code left.
  std::uint16_t of(char32_t character);
  /// The CMap that gives the characters back (ISO 32000-1 §9.10.3).
  [[nodiscard]] std::string to_unicode() const;

 private:
  std::map<char32_t, std::uint16_t> codes_;
  std::u32string characters_;
};

/// Operators that set the lines of a page as invisible text over their ink: columns in font /Fv
/// from the top to the bottom, horizontal lines in /Fh. A character reaches to the next one, so
/// that readers see no space where there is none. `scale`: points per pixel.
std::string text_layer(const model::PageText& text, int height_px, double scale, Codes& codes);

}  // namespace shiqu::package::pdf
