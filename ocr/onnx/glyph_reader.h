#pragma once

#include "ocr/onnx/session.h"
#include "ocr/onnx/weights.h"
#include "ocr/places.h"
#include "ocr/second_look.h"
#include "storage/base/result.h"
#include "storage/imaging/image.h"

#include <array>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace shiqu::ocr {

/// A convolution (odd sides, edges padded with 0), max(x, 0); then perhaps the largest of each
/// 2 × 2.
struct GlyphStage {
  std::int64_t from = 0;  ///< channels
  std::int64_t to = 0;
  std::int64_t side = 3;
  std::int64_t stride = 1;
  bool halve = false;
};
/// The glyph network: these stages, a layer of features with max(x, 0), a score for each class.
/// 47 million products a glyph. Its weights: "conv1.weight" … "conv6.bias", "features.weight" and
/// ".bias", "classes.weight" and ".bias"; in the metadata under "characters" the classes in order.
constexpr std::array<GlyphStage, 6> kGlyphStages{
    GlyphStage{1, 32, 5, 2, false},   GlyphStage{32, 48, 3, 1, true},
    GlyphStage{48, 96, 3, 1, false},  GlyphStage{96, 96, 3, 1, true},
    GlyphStage{96, 192, 3, 1, false}, GlyphStage{192, 192, 3, 1, true}};
constexpr std::int64_t kGlyphFeatures = 192;

/// Looks at single characters of a column, where the line reader is in doubt. It was trained on
/// drawn characters alone (shiqu-train glyphs), knows nothing of their neighbours, and sees them
/// higher than they are wide, as they are: its errors are others. Not thread-safe.
class GlyphReader {
 public:
  /// Errors: Corrupt (other tensors, no list of characters).
  static Result<GlyphReader> open(const Weights& weights);

  /// Weighs what the line reader saw at doubtful places (second_look.h) with what this network sees
  /// there. `column`: as the line reader took it, upright characters. `step_px`: rows of it a step.
  /// Errors: those of OnnxSession::run.
  Status look_again(const imaging::Image& column, double step_px,
                    const SecondLookSettings& settings, Places& places);

  [[nodiscard]] std::size_t classes() const noexcept { return characters_.size(); }

 private:
  GlyphReader(OnnxSession session, std::u32string characters);
  /// Of the guesses, and of what it would read itself.
  [[nodiscard]] std::vector<StepGuess> scores_for(const Place& place, const float* scores) const;

  OnnxSession session_;
  std::u32string characters_;
  std::unordered_map<char32_t, std::size_t> class_of_;
};

}  // namespace shiqu::ocr
