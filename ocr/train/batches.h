#pragma once

#include "ocr/onnx/session.h"
#include "ocr/train/learner.h"
#include "ocr/train/synthesis.h"
#include "storage/base/result.h"
#include "storage/imaging/image.h"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <span>
#include <thread>

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

/// Makes batches ahead on a thread of its own, in order.
class BatchQueue {
 public:
  BatchQueue(BatchMaker maker, std::uint64_t first_step, std::size_t ahead);
  ~BatchQueue() = default;
  BatchQueue(const BatchQueue&) = delete;
  BatchQueue& operator=(const BatchQueue&) = delete;

  /// Waits for the next batch. Errors: Cancelled, those of BatchMaker::make.
  Result<Batch> next(const std::stop_token& stop);
  /// Batches that wait: near 0 when drawing is the bottleneck.
  [[nodiscard]] std::size_t waiting();

 private:
  void run(const std::stop_token& stop, BatchMaker maker, std::uint64_t step, std::size_t ahead);

  std::mutex mutex_;  // plain: std::condition_variable_any works with it and a stop token
  std::condition_variable_any changed_;
  std::deque<Result<Batch>> made_;  // guarded by mutex_
  std::jthread thread_;             // last member: joined before the others die
};

}  // namespace shiqu::ocr::train
