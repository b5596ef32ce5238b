#pragma once

#include "ocr/onnx/weights.h"
#include "ocr/train/glyph_batches.h"
#include "ocr/train/learner.h"
#include "storage/base/result.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace shiqu::ocr::train {

struct GlyphLearnerSettings {
  double rate = 2e-3;   ///< highest learning rate (AdamW); the schedule scales it
  double decay = 0.02;  ///< of weights
  double dropout = 0.1;
  int threads = 1;
};

/// The glyph network (ocr/onnx/glyph_reader.h) in libtorch: six convolutions with batch
/// normalisation, one layer of features, one score for each class; softmax cross entropy. Computes
/// in bfloat16 where the library sees fit. Not thread-safe.
class GlyphLearner {
 public:
  /// Begins with random weights drawn from `seed`. `classes` ≥ 2.
  GlyphLearner(std::int64_t classes, const GlyphLearnerSettings& settings, std::uint64_t seed);
  GlyphLearner(GlyphLearner&&) noexcept;
  GlyphLearner& operator=(GlyphLearner&&) noexcept;
  GlyphLearner(const GlyphLearner&) = delete;
  GlyphLearner& operator=(const GlyphLearner&) = delete;
  ~GlyphLearner();

  /// One step on a batch. `rate`: factor on the learning rate.
  StepOutcome step(const GlyphBatch& batch, double rate);
  /// Scores before softmax, [glyphs, classes], as the weights read them that weights() gives.
  [[nodiscard]] Tensor scores(const Tensor& windows);

  /// What GlyphReader takes; batch normalisation is worked into the weights.
  [[nodiscard]] Weights weights() const;
  /// Everything step() changes.
  [[nodiscard]] std::string state() const;
  /// Errors: Corrupt (not a state of this network).
  Status restore(const std::string& state);
  [[nodiscard]] std::int64_t steps() const noexcept;

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace shiqu::ocr::train
