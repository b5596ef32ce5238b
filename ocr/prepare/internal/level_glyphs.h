#pragma once

#include "storage/base/geometry.h"

#include <vector>

namespace shiqu::ocr {

/// Ink around which horizontal text is looked for.
struct Field {
  std::vector<RectPx> pieces;
  SizePx size;
  double pitch = 0;

  [[nodiscard]] int px(double pitches) const { return static_cast<int>(pitches * pitch); }
};

/// A line of glyphs beside each other, from left to right.
struct LevelGlyphs {
  RectPx box;
  std::vector<RectPx> glyphs;
};

/// `box` with `by` px more on each side.
RectPx grown(const RectPx& box, int by) noexcept;

/// True for what is left of a frame or a rule.
bool is_rest(const Field& field, const RectPx& piece);

/// Lines of three glyphs or more of one size in the rows [first, last), with nothing of their size
/// above or below; from above. Those of columns side by side are among them.
std::vector<LevelGlyphs> lines_between(const Field& field, int first, int last);

}  // namespace shiqu::ocr
