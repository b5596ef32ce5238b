#include "ocr/train/trainer.h"

#include "storage/base/file.h"
#include "storage/base/text.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numbers>

namespace shiqu::ocr::train {
namespace {

std::string_view as_text(const std::vector<std::uint8_t>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Sums of what was not logged yet.
struct Tally {
  double loss = 0;
  double accuracy = 0;
  int steps = 0;
  std::chrono::steady_clock::time_point since = std::chrono::steady_clock::now();

  void add(const StepOutcome& outcome) {
    loss += outcome.loss;
    accuracy += outcome.accuracy;
    ++steps;
  }

  std::string text(std::int64_t step, const RunPlan& plan, std::size_t waiting) const {
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - since;
    return fmt::format(
        "{:%H:%M:%S} step {} of {}  loss {:.4f}  accuracy {:.4f}  rate {:.3f}  {:.2f} s/step  "
        "waiting {}",
        fmt::localtime(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now())),
        step, plan.steps, loss / steps, accuracy / steps, rate_at(step, plan),
        passed.count() / steps, waiting);
  }
};

/// Hands out batches of a group again and again, each round from another place on.
class Rounds {
 public:
  Rounds(BatchQueue& queue, std::int64_t reuse)
      : queue_(queue), reuse_(std::max<std::int64_t>(1, reuse)) {}

  /// The batch for step `step`; borrowed until the next call.
  Result<const Batch*> at(std::int64_t step, const std::stop_token& stop) {
    const std::int64_t within = step % (kGroup * reuse_);
    if (within == 0) {
      group_.clear();
    }
    const std::int64_t round = within / kGroup;
    // Half a group apart: what was just learnt is not learnt at once again.
    const auto wanted = static_cast<std::size_t>((within + round * kGroup / 2) % kGroup);
    while (group_.size() <= wanted ||
           (round > 0 && group_.size() < static_cast<std::size_t>(kGroup))) {
      SHIQU_TRY_ASSIGN(Batch batch, queue_.next(stop));
      group_.push_back(std::move(batch));
    }
    return &group_[wanted];
  }

 private:
  BatchQueue& queue_;
  std::int64_t reuse_;
  std::vector<Batch> group_;
};

bool due(std::int64_t step, std::int64_t every) {
  return every > 0 && step % every == 0;
}

}  // namespace

std::uint64_t first_batch(std::int64_t steps, const RunPlan& plan) noexcept {
  const std::int64_t group = steps / (kGroup * std::max<std::int64_t>(1, plan.reuse));
  return static_cast<std::uint64_t>(group * kGroup);
}

double rate_at(std::int64_t step, const RunPlan& plan) noexcept {
  const double rise =
      std::min(1.0, static_cast<double>(step + 1) /
                        static_cast<double>(std::max<std::int64_t>(1, plan.warm_up)));
  const double done = std::min(
      1.0, static_cast<double>(step) / static_cast<double>(std::max<std::int64_t>(1, plan.steps)));
  return rise * (0.01 + 0.99 * 0.5 * (1 + std::cos(std::numbers::pi * done)));
}

Status write_head(const Learner& learner, const ClassList& classes,
                  std::map<std::string, std::string> metadata, const std::filesystem::path& file) {
  Weights head = learner.head();
  head.metadata = std::move(metadata);
  head.metadata["format"] = "shiqu-head/1";
  head.metadata["characters"] = to_utf8(classes.characters());
  head.metadata["steps"] = std::to_string(learner.steps());
  return replace_file(file, as_text(to_safetensors(head, WeightFormat::Float16)));
}

Status write_checkpoint(const Learner& learner, const ClassList& classes,
                        const std::filesystem::path& file) {
  Weights state = learner.state();
  state.metadata["characters"] = to_utf8(classes.characters());
  return replace_file(file, as_text(to_safetensors(state, WeightFormat::Float32)));
}

Status read_checkpoint(Learner& learner, const ClassList& classes,
                       const std::filesystem::path& file) {
  SHIQU_TRY_ASSIGN(const std::string bytes, read_file(file, 1U << 30U));
  SHIQU_TRY_ASSIGN(
      const Weights state,
      from_safetensors({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}));
  const auto characters = state.metadata.find("characters");
  if (characters == state.metadata.end() || characters->second != to_utf8(classes.characters())) {
    return fail(ErrorCode::Corrupt, "resume training", file.string(), "it has other classes");
  }
  return learner.restore(state);
}

Status take(const Course& course, const RunPlan& plan,
            const std::function<void(const std::string&)>& log, const std::stop_token& stop) {
  Tally tally;
  while (course.steps() < plan.steps && !stop.stop_requested()) {
    const Result<StepOutcome> outcome = course.step(rate_at(course.steps(), plan));
    if (!outcome) {
      if (outcome.error().code == ErrorCode::Cancelled) {
        break;
      }
      return fail(outcome.error());
    }
    tally.add(*outcome);
    const std::int64_t step = course.steps();
    if (due(step, plan.log_every)) {
      log(tally.text(step, plan, course.waiting()));
      tally = Tally();
    }
    if (due(step, plan.checkpoint_every)) {
      SHIQU_TRY(course.save());
    }
    if (due(step, plan.score_every)) {
      log(fmt::format("score at {}: {}", step, course.score()));
      tally.since = std::chrono::steady_clock::now();
    }
  }
  log(fmt::format("{} at step {}", stop.stop_requested() ? "stopped" : "done", course.steps()));
  return course.save();
}

Status train(Learner& learner, const ClassList& classes, BatchQueue& batches, const RunPlan& plan,
             const std::function<std::string()>& score,
             const std::function<void(const std::string&)>& log, const std::stop_token& stop) {
  Rounds rounds(batches, plan.reuse);
  Course course;
  course.steps = [&] { return learner.steps(); };
  course.step = [&](double rate) -> Result<StepOutcome> {
    SHIQU_TRY_ASSIGN(const Batch* const batch, rounds.at(learner.steps(), stop));
    return learner.step(*batch, rate);
  };
  course.save = [&]() -> Status {
    SHIQU_TRY(write_checkpoint(learner, classes, plan.folder / "checkpoint.safetensors"));
    return write_head(learner, classes, plan.metadata, plan.folder / "head.safetensors");
  };
  course.score = score;
  course.waiting = [&] { return batches.waiting(); };
  return take(course, plan, log, stop);
}

}  // namespace shiqu::ocr::train
