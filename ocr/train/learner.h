#pragma once

#include "ocr/onnx/graph.h"
#include "ocr/onnx/session.h"
#include "ocr/onnx/weights.h"
#include "ocr/train/class_list.h"
#include "storage/base/result.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace shiqu::ocr::train {

/// The tensor of the base network where the frozen part ends: [lines, 480, 1, steps].
constexpr const char* kFeatureTensor = "p2o.AveragePool.1";
constexpr const char* kHeadWeight = "linear_85.w_0";  ///< [120, classes]
constexpr const char* kHeadBias = "linear_85.b_0";    ///< [classes]

/// Lines of one length with what stands in them.
struct Batch {
  Tensor features;                               ///< [lines, 480, 1, steps]
  std::vector<std::vector<std::int64_t>> truth;  ///< classes, for each line; none empty
};

struct LearnerSettings {
  double neck_rate = 2.5e-4;  ///< highest learning rates; the schedule scales them
  double head_rate = 1e-3;
  double decay = 1e-4;       ///< of weights (AdamW, Loshchilov and Hutter 2019)
  double clip = 5;           ///< of the norm of the gradient
  double averaging = 0.995;  ///< of the weights that are read out, per step
  int threads = 1;
};

/// What the neck shows where one character stands: kHiddenWidth values.
constexpr std::int64_t kHiddenWidth = 120;
struct Impression {
  std::int64_t of_class = 0;
  std::vector<float> hidden;
};

struct StepOutcome {
  double loss = 0;      ///< CTC loss per character
  double accuracy = 0;  ///< 1 − edit distance ÷ characters, greedy, before the step
};

/// Neck (SVTR, Du et al. 2022) and CTC output layer in libtorch. Not thread-safe.
class Learner {
 public:
  /// Starts from the weights of a network of the same graph: rows of the output layer are matched
  /// by character, new ones are small random numbers drawn from `seed`. Errors: NotFound (not this
  /// graph), Corrupt (shapes).
  static Result<Learner> create(const OnnxGraph& start, const ClassList& start_classes,
                                const ClassList& classes, const LearnerSettings& settings,
                                std::uint64_t seed);
  Learner(Learner&&) noexcept;
  Learner& operator=(Learner&&) noexcept;
  Learner(const Learner&) = delete;
  Learner& operator=(const Learner&) = delete;
  ~Learner();

  /// What the neck shows of characters whose middles are known: for each line and character the
  /// step near the middle that is least blank.
  struct Place {
    std::int64_t of_class = 0;
    double middle_step = 0;
    double reach_steps = 1;
  };
  [[nodiscard]] std::vector<Impression> impressions(
      const Tensor& features, const std::vector<std::vector<Place>>& places) const;
  /// Gives the classes that `start_classes` lacks better first rows: a linear map from mean
  /// impression to row is fitted on the classes that have learnt rows and applied to them (after
  /// weight imprinting, Qi et al. 2018). Only before the first step.
  void imprint(const std::vector<Impression>& seen, const ClassList& start_classes,
               const ClassList& classes);

  /// One step of AdamW on the CTC loss (Graves et al. 2006). `rate`: factor on both learning rates.
  StepOutcome step(const Batch& batch, double rate);
  /// CTC loss per character without learning.
  [[nodiscard]] double loss(const Batch& batch) const;

  /// Scores before softmax, [lines, steps, classes]. `averaged`: with the running mean of the
  /// weights, which is what head() gives.
  [[nodiscard]] Tensor scores(const Tensor& features, bool averaged = true) const;
  /// Best class at each step for each line, with the averaged weights.
  [[nodiscard]] std::vector<std::vector<std::int64_t>> best_classes(const Tensor& features) const;

  /// What was learnt, named as in the graph; averaged.
  [[nodiscard]] Weights head() const;
  /// Everything step() changes: weights, their means, moments, number of steps.
  [[nodiscard]] Weights state() const;
  /// Errors: Corrupt (not a state of this network).
  Status restore(const Weights& state);
  [[nodiscard]] std::int64_t steps() const noexcept;

 private:
  struct Inside;
  explicit Learner(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

/// Classes in order without blanks and repetitions.
std::vector<std::int64_t> collapsed(const std::vector<std::int64_t>& best);

/// Levenshtein distance.
std::int64_t edit_distance(const std::vector<std::int64_t>& a, const std::vector<std::int64_t>& b);

}  // namespace shiqu::ocr::train
