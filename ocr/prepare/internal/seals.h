#pragma once

#include "ocr/prepare/internal/strokes.h"
#include "storage/base/geometry.h"
#include "storage/imaging/image.h"

#include <vector>

namespace shiqu::ocr {

/// A page of any format without the ink of its seals, and without what lies around it
/// (surroundings.h).
struct SealLayer {
  imaging::Image gray;        ///< Gray8, size of the page
  std::vector<RectPx> seals;  ///< in its pixels
  bool coloured = false;      ///< whether the page bears colour
};

/// Tells seals from the text by their ink. On a page with colours all coloured ink becomes as light
/// as its lightest channel, measured against the paper: a red seal vanishes, black ink below it
/// stays. On a page without, ink clearly paler than the text's becomes paper where a seal is. Seals
/// are dense ink of either kind, at least a fortieth and at most half of the longer edge wide and
/// high, no more than four times as long as broad. Red rules, underlines and marks beside the text
/// are none. Any thread; pure.
SealLayer take_seals(const imaging::Image& page);

/// Boxes of seals by their shape alone, in pixels of the mask: nearly square, between one and four
/// pitches wide and high, with a line of ink along each side, be it their outline or the rim of a
/// dark square, that does not go on beyond the corners as rules and frames do. None overlaps
/// another. `pitch`: px from column to column. Any thread; pure; time grows with the pixels.
std::vector<RectPx> find_square_seals(const InkMask& ink, double pitch);

}  // namespace shiqu::ocr
