#pragma once

#include "storage/imaging/image.h"
#include "storage/model/quality.h"

#include <string>

namespace shiqu::quality {

/// Limits of one measure. Their sense is the measure's: see QualityProfile.
struct Limit {
  double warn_at = 0;
  double fail_at = 0;
  std::string source;            ///< standard with clause, or "house rule"
  bool source_verified = false;  ///< the text of the source was seen; house rules are their own
};

/// What a frame must keep to. One member for each measure of assess().
struct QualityProfile {
  std::string name;          ///< with version: recorded in each report
  Limit sharpness;           ///< 1/px, edge_slope(): below is worse
  Limit clipped_highlights;  ///< %, clipping(): above is worse
  Limit clipped_shadows;     ///< %, clipping(): above is worse
  Limit skew;                ///< deg, |measure_skew()|: above is worse
  Limit resolution;          ///< dpi: below is worse
  Limit contrast;            ///< %, contrast_percent(): below is worse
};

/// For leaves of woodblock prints and manuscripts with frame and rules.
QualityProfile woodblock_default();

/// Measures one frame and compares it with a profile: sharpness, clipped_highlights,
/// clipped_shadows, skew, resolution, contrast, in this order.
///
/// A measure that the page does not allow is NotChecked, never Pass: sharpness, skew and contrast
/// of a blank page, skew of a page without lines (measure_skew's confidence below kSkewTrusted),
/// resolution when `dpi` is 0. `dpi` is rounded: PNG keeps 300 as 299.9994. A value on a limit
/// keeps it. The value of skew carries its sign. `image`: any format, borrowed, not empty. Any
/// thread; pure; about 0.1 s for 10 megapixels.
model::QualityReport assess(const imaging::Image& image, double dpi,
                            const QualityProfile& profile = woodblock_default());

}  // namespace shiqu::quality
