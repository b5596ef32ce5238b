#pragma once

#include "ocr/prepare/internal/strokes.h"
#include "storage/base/geometry.h"

#include <vector>

namespace shiqu::ocr {

/// A piece of connected ink.
struct Piece {
  RectPx box;
  int px = 0;
  PointPx middle;  ///< mean of its pixels
};

/// Pieces of connected ink (8 neighbours) of at least `least_px` pixels. Those wider than `widest`
/// are several glyphs grown together: they are cut at the `borders` first.
std::vector<Piece> find_pieces(const InkMask& mask, int least_px, int widest,
                               const std::vector<int>& borders);

/// The mask without pieces of connected ink (8 neighbours) of fewer than `least_px` pixels: dirt,
/// the stippling of seals on binary scans.
InkMask despeckled(const InkMask& mask, int least_px);

/// The mask with all within a square of ± `reach` px around its ink.
InkMask grown(const InkMask& mask, int reach);

/// The pieces of connected ink (8 neighbours) of which a part lies in `where`, of the same size.
InkMask touching(const InkMask& mask, const InkMask& where);

}  // namespace shiqu::ocr
