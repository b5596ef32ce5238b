#pragma once

#include "ocr/onnx/glyph_reader.h"
#include "ocr/onnx/line_reader.h"

#include <optional>
#include <utility>

namespace shiqu::ocr {

/// What stands along a column by both networks: the line reader, then a second look at the places
/// it doubts. Not thread-safe.
class ColumnReader {
 public:
  /// `glyphs`: empty: the line reader alone.
  ColumnReader(LineReader lines, std::optional<GlyphReader> glyphs,
               const SecondLookSettings& settings = {})
      : lines_(std::move(lines)), glyphs_(std::move(glyphs)), settings_(settings) {}

  /// `upright`: false where characters lie on their side, as those of horizontal text stood on end
  /// do; then there is no second look. Errors: those of the two.
  Result<Places> read(const imaging::Image& column, bool upright) {
    SHIQU_TRY_ASSIGN(const Steps steps, lines_.read(column));
    Places out = find_places(steps);
    if (upright && glyphs_) {
      SHIQU_TRY(glyphs_->look_again(column, LineReader::step_px(column.size()), settings_, out));
    }
    return out;
  }

 private:
  LineReader lines_;
  std::optional<GlyphReader> glyphs_;
  SecondLookSettings settings_;
};

}  // namespace shiqu::ocr
