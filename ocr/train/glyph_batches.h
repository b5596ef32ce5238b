#pragma once

#include "ocr/onnx/session.h"
#include "ocr/train/class_list.h"
#include "ocr/train/synthesis.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace shiqu::ocr::train {

/// Pictures of single characters and what they show.
struct GlyphBatch {
  Tensor windows;                   ///< [glyphs, 1, kGlyphSidePx, kGlyphSidePx] (glyph_window.h)
  std::vector<std::int64_t> truth;  ///< places in the list of characters, from 0
};

/// Cuts batches out of drawn columns. The characters of one column look alike, so those of many are
/// mixed. A batch depends on the synthesiser, its seed and its number alone. Not thread-safe.
class GlyphMaker {
 public:
  /// `lines` and `classes` are borrowed; every character that is drawn has a class.
  GlyphMaker(LineSynthesiser& lines, const ClassList& classes, std::uint64_t seed, std::size_t size,
             double random_share);

  GlyphBatch make(std::uint64_t number);

 private:
  void draw_group(std::uint64_t group);

  LineSynthesiser* lines_;
  const ClassList* classes_;
  std::uint64_t seed_;
  std::size_t size_;
  double random_share_;
  std::uint64_t group_;
  std::vector<float> windows_;  ///< of the present group
  std::vector<std::int64_t> truth_;
  std::vector<std::size_t> order_;
};

}  // namespace shiqu::ocr::train
