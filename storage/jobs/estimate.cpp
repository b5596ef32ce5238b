#include "storage/jobs/estimate.h"

#include "storage/jobs/lock.h"

#include <algorithm>
#include <cmath>

namespace shiqu::jobs {
namespace {

constexpr double kFarOff = 4;  // times the median
constexpr std::int64_t kLeastSample = 64;
constexpr std::int64_t kMostSample = 512;

/// How many of the last jobs to look at. The further ahead, the further back: what a machine did in
/// the last seconds says little about the next hour.
int sample_for(const store::JobCounts& counts) {
  return static_cast<int>(std::clamp(counts.left() / 2, kLeastSample, kMostSample));
}

/// Jobs that living programs do at a time.
Result<int> living_workers(store::Store& store) {
  SHIQU_TRY_ASSIGN(const std::vector<store::RunnerRecord> runners, store.runners());
  int workers = 0;
  for (const store::RunnerRecord& runner : runners) {
    workers += runner_lives(store.folder(), runner.id) ? runner.threads : 0;
  }
  return workers;
}

/// The kind of the batch: the one of which most is left.
const store::QueuedWork* main_kind(const std::vector<store::QueuedWork>& work) {
  const auto most = std::max_element(work.begin(), work.end(), [](const auto& a, const auto& b) {
    return a.queued + a.running < b.queued + b.running;
  });
  return most == work.end() ? nullptr : &*most;
}

}  // namespace

double robust_mean_ms(std::span<const std::int64_t> took_ms) {
  if (took_ms.empty()) {
    return 0;
  }
  std::vector<std::int64_t> sorted(took_ms.begin(), took_ms.end());
  const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
  std::nth_element(sorted.begin(), middle, sorted.end());
  const auto median = static_cast<double>(*middle);
  double sum = 0;
  for (const std::int64_t one : took_ms) {
    sum += std::clamp(static_cast<double>(one), median / kFarOff, median * kFarOff);
  }
  return sum / static_cast<double>(took_ms.size());
}

std::int64_t seconds_left(const std::vector<store::QueuedWork>& work, int workers) {
  double total_ms = 0;
  double longest_ms = 0;  // with more workers than jobs the last one still takes its time
  for (const store::QueuedWork& one : work) {
    const double each_ms = robust_mean_ms(one.took_ms);
    total_ms += each_ms * (static_cast<double>(one.queued) + static_cast<double>(one.running) / 2);
    longest_ms = std::max(longest_ms, one.queued > 0 ? each_ms : each_ms / 2);
  }
  const double left_ms = std::max(total_ms / std::max(workers, 1), longest_ms);
  return std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(left_ms / 1000)));
}

Result<Progress> progress_of(store::Store& store, const store::BatchId& batch) {
  Progress out;
  SHIQU_TRY_ASSIGN(out.paused, store.queue_paused());
  if (batch.empty()) {
    SHIQU_TRY_ASSIGN(out.counts, store.job_counts());
  } else {
    SHIQU_TRY_ASSIGN(const store::BatchRecord record, store.batch(batch));
    out.counts = record.counts;
    out.paused = out.paused || record.paused;
  }
  SHIQU_TRY_ASSIGN(out.workers, living_workers(store));
  if (out.counts.left() == 0 || out.counts.done < kEnough) {
    return out;
  }
  SHIQU_TRY_ASSIGN(const std::vector<store::QueuedWork> work,
                   store.work_before(batch, sample_for(out.counts)));
  if (const store::QueuedWork* kind = main_kind(work); kind != nullptr && !kind->took_ms.empty()) {
    out.seconds_each = robust_mean_ms(kind->took_ms) / 1000;
  }
  if (!out.paused && out.workers > 0) {
    out.left_s = seconds_left(work, out.workers);
  }
  return out;
}

}  // namespace shiqu::jobs
