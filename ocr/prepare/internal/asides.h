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

/// Lines of horizontal text: three glyphs or more of one size beside each other with nothing of
/// their size above or below. Above and below the frame (head lines, captions) away from it: raised
/// headings stand at it. Inside it those across which the columns do not go on. From above.
std::vector<RectPx> find_level_lines(const LayerMasks& layers,
                                     const std::vector<Register>& registers,
                                     const ColumnGrid& grid);

/// What stands beside the columns of text.
struct Asides {
  HeadNotes head_notes;
  std::vector<RectPx> lines;  ///< of horizontal text
  std::vector<RectPx> glosses;
};

/// What the lines of horizontal text inside them leave of the registers.
std::vector<Register> divided(const std::vector<Register>& registers,
                              const std::vector<RectPx>& lines);

}  // namespace shiqu::ocr
