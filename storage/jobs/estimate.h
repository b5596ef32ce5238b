#pragma once

#include "storage/base/result.h"
#include "storage/store/store.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace shiqu::jobs {

/// How far a batch, or the whole queue, is.
struct Progress {
  store::JobCounts counts;
  bool paused = false;  ///< what waits is held back, by a pause of the batch or of everything
  int workers = 0;      ///< jobs that living programs do at a time; 0: nobody works on the queue
  std::optional<double> seconds_each;  ///< of a job of the batch on one worker
  /// Until the last job ends, at least 1. Absent when nothing is left, while paused, while nobody
  /// works, and until kEnough jobs of the batch are done: before that it would be a guess.
  std::optional<std::int64_t> left_s;
};

inline constexpr std::int64_t kEnough = 5;

/// Mean of durations in milliseconds in which one that is out of all proportion, as after a
/// suspended machine, counts no more than four times the median (and no less than a quarter).
/// 0 for none.
double robust_mean_ms(std::span<const std::int64_t> took_ms);

/// Seconds until `work` is done by `workers`; those running count half. At least 1 while there is
/// work. Kinds that have never been done take no time: nothing is known about them.
std::int64_t seconds_left(const std::vector<store::QueuedWork>& work, int workers);

/// Of `batch`, or with an empty id of the whole queue (which shows no time until kEnough jobs of
/// any kind were done). Errors: NotFound, those of the store.
Result<Progress> progress_of(store::Store& store, const store::BatchId& batch);

}  // namespace shiqu::jobs
