#pragma once

#include "ocr/onnx/weights.h"
#include "storage/base/result.h"

#include <cstdint>
#include <vector>

namespace shiqu::ocr {

/// The glyph network (ocr/onnx/glyph_reader.h) as the bytes of an ONNX file: [glyphs, 1,
/// kGlyphSidePx, kGlyphSidePx] to [glyphs, classes]. Errors: Corrupt (a tensor is missing or of
/// another shape).
Result<std::vector<std::uint8_t>> glyph_graph(const Weights& weights, std::int64_t classes);

}  // namespace shiqu::ocr
