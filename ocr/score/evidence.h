#pragma once

#include "ocr/score/page_score.h"
#include "storage/base/channel.h"
#include "storage/base/geometry.h"
#include "storage/base/result.h"

#include <functional>
#include <string>
#include <vector>

namespace shiqu::ocr::score {

/// An error with its place on the page, to be looked at.
struct Evidence {
  ErrorClass error = ErrorClass::Confusable;
  std::u32string truth;   ///< empty: surplus
  std::u32string read;    ///< empty: left out
  std::u32string before;  ///< of the truth, some characters of context
  std::u32string after;
  std::vector<std::string> alternatives;  ///< of a single glyph, best first
  double confidence = -1;                 ///< of a single glyph; -1: not known
  RectPx
      mark;  ///< the ink in question, or the gap where it should have been read; empty: not known
  RectPx area;  ///< what to cut from the page to see it; empty: not known
};

/// One per error that stands alone and one per piece, in the order of the truth. Pixels are those
/// of the page that was read. Any thread; pure.
std::vector<Evidence> evidence_of(const PageScore& page);

/// Worker side, op "crops": {"image": path, "areas": [[x, y, width, height]…], "longest_px",
/// "quality"} → {"crops": [Base64 of a JPEG…]}, the areas cut at the edges of the picture after its
/// EXIF orientation and shrunk to fit; an area outside gives "". Errors: those of decode_file,
/// InvalidInput.
Result<Json> answer_crops(const Json& request, const std::function<void(const Json&)>& progress);

}  // namespace shiqu::ocr::score
