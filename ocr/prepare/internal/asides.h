#pragma once

#include "ocr/prepare/internal/columns.h"
#include "ocr/prepare/internal/frame.h"
#include "ocr/prepare/internal/strokes.h"
#include "storage/base/geometry.h"

#include <vector>

namespace shiqu::ocr {

/// Small columns in the margin above the frame (眉批), right to left, and where they stand
/// together.
struct HeadNotes {
  RectPx box;  ///< empty: there are none
  std::vector<RectPx> columns;
};

/// Glyphs clearly smaller than those of the text, at least two one below the other; raised headings
/// are as large as the text.
HeadNotes find_head_notes(const LayerMasks& layers, const std::vector<Register>& registers,
                          double pitch);

/// Interlinear glosses (旁批, 夾批): small glyphs one below the other at the right of their column,
/// beside whole glyphs of the text and apart from them. Right to left, each from above. Marks of
/// emphasis stand too far apart, right halves of glyphs (彡, 刂) leave no whole glyph beside them,
/// and double-column notes have a half beside theirs.
std::vector<RectPx> find_glosses(const LayerMasks& layers, const ColumnGrid& grid,
                                 const std::vector<Register>& registers);

/// A line of horizontal text, and the columns [left, right) that it divides: all of the page, or
/// those it stands in the place of.
struct LevelLine {
  RectPx box;
  int left = 0;
  int right = 0;

  bool operator==(const LevelLine&) const = default;
  [[nodiscard]] bool divides(const RectPx& column) const noexcept {
    const int middle = column.x + column.width / 2;
    return middle >= left && middle < right;
  }
};

/// Lines of horizontal text: three glyphs or more of one size beside each other with nothing of
/// their size above or below. Above and below the frame (head lines, captions) away from it: raised
/// headings stand at it. Inside it those across which the columns do not go on, with columns beside
/// them or not. From above.
std::vector<LevelLine> find_level_lines(const LayerMasks& layers,
                                        const std::vector<Register>& registers,
                                        const ColumnGrid& grid);

/// What stands beside the columns of text.
struct Asides {
  HeadNotes head_notes;
  std::vector<LevelLine> lines;  ///< of horizontal text, from above
  std::vector<RectPx> glosses;
};

/// What lines of horizontal text (from above) leave of a register in the columns they divide.
std::vector<Register> divided(const Register& rows, const std::vector<LevelLine>& lines);

}  // namespace shiqu::ocr
