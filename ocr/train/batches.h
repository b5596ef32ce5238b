#pragma once

#include "ocr/onnx/session.h"
#include "ocr/train/learner.h"
#include "ocr/train/made_ahead.h"
#include "ocr/train/synthesis.h"
#include "storage/base/result.h"
#include "storage/imaging/image.h"

#include <cstdint>
#include <span>

namespace shiqu::ocr::train {

/// The frozen part of the base network: from pixels to features.
class Backbone {
 public:
  /// `base`: the bytes of the ONNX file. Errors: Corrupt, NotFound (not this graph).
  static Result<Backbone> open(std::span<const std::uint8_t> base, int threads = 1);

  /// Lines turned 90° anticlockwise, kLineHeightPx high, Gray8 or Rgb8; shorter ones are padded.
  /// `width_px`: of the batch, a multiple of 8, at least the widest line.
  /// Errors: those of OnnxSession::run.
  Result<Tensor> features(std::span<const imaging::Image* const> lines, int width_px);

 private:
  explicit Backbone(OnnxSession session);
  OnnxSession session_;
};

/// How a run's batches are drawn.
struct BatchPlan {
  int pixels = 7680;           ///< summed length of the lines of a batch
  double random_begin = 0.45;  ///< share of lines with random characters at the first batch …
  double random_end = 0.2;     ///< … and at the last: towards what books really have
  std::int64_t batches = 1;    ///< of the whole run
};

/// Batch number `step` of a run: drawn lines, their classes and features.
class BatchMaker {
 public:
  /// Everything but `backbone` is borrowed.
  BatchMaker(LineSynthesiser& lines, const ClassList& classes, Backbone backbone,
             std::uint64_t seed, const BatchPlan& plan);

  /// Errors: those of Backbone::features.
  Result<Batch> make(std::uint64_t step);
  /// Lines of random characters and where they stand, for Learner::impressions.
  /// Errors: those of Backbone::features.
  struct Sample {
    Tensor features;
    std::vector<std::vector<Learner::Place>> places;
  };
  Result<Sample> sample(std::uint64_t number, int lines);

 private:
  LineSynthesiser* lines_;
  const ClassList* classes_;
  Backbone backbone_;
  std::uint64_t seed_;
  BatchPlan plan_;
};

/// Batches of a run, made ahead on a thread of their own.
using BatchQueue = MadeAhead<Batch>;

}  // namespace shiqu::ocr::train
