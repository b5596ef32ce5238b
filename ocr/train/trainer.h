#pragma once

#include "ocr/train/batches.h"
#include "ocr/train/learner.h"
#include "ocr/train/score.h"
#include "storage/base/result.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <stop_token>
#include <string>

namespace shiqu::ocr::train {

struct RunPlan {
  std::filesystem::path folder;  ///< gets checkpoint.safetensors and head.safetensors
  std::int64_t steps = 4000;
  std::int64_t warm_up = 100;
  std::int64_t checkpoint_every = 200;
  std::int64_t score_every = 500;
  std::int64_t log_every = 25;
  /// Each batch is learnt from so many times, a group of kGroup batches after the other: drawing
  /// and the frozen network cost more than a step.
  std::int64_t reuse = 2;
  std::map<std::string, std::string> metadata;  ///< for the head file: base, seed, recipe
};

constexpr std::int64_t kGroup = 16;

/// The batch a run that has taken `steps` steps asks for first.
std::uint64_t first_batch(std::int64_t steps, const RunPlan& plan) noexcept;

/// Factor on the learning rates: rises over the warm-up, then falls along a cosine to 1 %.
double rate_at(std::int64_t step, const RunPlan& plan) noexcept;

/// The head file: averaged weights in binary16 with `metadata`, the characters of the classes and
/// the number of steps learnt. Replaces `file` whole. Errors: NoSpace, Io.
Status write_head(const Learner& learner, const ClassList& classes,
                  std::map<std::string, std::string> metadata, const std::filesystem::path& file);

/// Saves everything a run needs to go on. Errors: NoSpace, Io.
Status write_checkpoint(const Learner& learner, const ClassList& classes,
                        const std::filesystem::path& file);
/// Errors: NotFound, Corrupt (also: of other classes).
Status read_checkpoint(Learner& learner, const ClassList& classes,
                       const std::filesystem::path& file);

/// What is taught in a run, and how.
struct Course {
  std::function<std::int64_t()> steps;  ///< taken so far
  /// The next step; the factor is for the learning rates. Errors: Cancelled, others end the run.
  std::function<Result<StepOutcome>(double rate)> step;
  std::function<Status()> save;
  std::function<std::string()> score;    ///< called now and then, its text is logged
  std::function<std::size_t()> waiting;  ///< batches that are ready
};

/// Takes the remaining steps of the plan. When `stop` is asked for, the state is saved and the run
/// ends without error. `log` takes lines.
Status take(const Course& course, const RunPlan& plan,
            const std::function<void(const std::string&)>& log, const std::stop_token& stop);

/// Takes the remaining steps of the plan; `batches` begins at first_batch(). Otherwise as
/// take().
Status train(Learner& learner, const ClassList& classes, BatchQueue& batches, const RunPlan& plan,
             const std::function<std::string()>& score,
             const std::function<void(const std::string&)>& log, const std::stop_token& stop);

}  // namespace shiqu::ocr::train
