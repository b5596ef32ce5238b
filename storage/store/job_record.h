#pragma once

#include "storage/base/channel.h"
#include "storage/base/ids.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace shiqu::store {

enum class JobState { Queued, Running, Done, Failed, Cancelled, Quarantined };
std::string_view name_of(JobState state) noexcept;  ///< "queued" "running" …
JobState job_state_from(std::string_view name) noexcept;

using BatchId = Id<struct BatchTag>;
using RunnerId = Id<struct RunnerTag>;

/// Of jobs that are done when nothing else is to do, and that nobody waits for: all below 0.
inline constexpr int kIdlePriority = -10;

/// One durable piece of work. Rows survive power cuts: what was Running then is Queued again by the
/// next program, and a job that has crashed its worker three times is Quarantined.
struct JobRecord {
  JobId id;
  std::string kind;     ///< "derive", "ocr"
  std::string subject;  ///< id of the page or capture it works on
  Json spec;            ///< settings, an object
  JobState state = JobState::Queued;
  int priority = 0;  ///< higher first; then older first
  int attempts = 0;  ///< how often it was started
  int crashes = 0;   ///< how often its worker died on it
  std::int64_t done = 0;
  std::int64_t total = 0;
  std::optional<Error> error;
  std::int64_t created_ms = 0;
  std::int64_t finished_ms = 0;
  BatchId batch;             ///< empty: asked for by itself
  RunnerId runner;           ///< who has or had it; empty: nobody yet
  std::int64_t took_ms = 0;  ///< of the last try, from the taking to its end
  int result = 0;            ///< revision that it has stored; 0: none yet
};

/// How many jobs stand in each state.
struct JobCounts {
  std::int64_t queued = 0;
  std::int64_t running = 0;
  std::int64_t done = 0;
  std::int64_t failed = 0;
  std::int64_t cancelled = 0;
  std::int64_t quarantined = 0;
  std::int64_t held = 0;          ///< of the queued ones, those that a pause keeps back
  std::int64_t idle_queued = 0;   ///< of the queued ones, those with a priority below 0
  std::int64_t idle_running = 0;  ///< of the running ones
  [[nodiscard]] std::int64_t all() const noexcept {
    return queued + running + done + failed + cancelled + quarantined;
  }
  [[nodiscard]] std::int64_t left() const noexcept { return queued + running; }
};

/// Jobs that were asked for together.
struct BatchRecord {
  BatchId id;
  std::string label;  ///< for people: "OCR GJ0001"
  std::string agent;  ///< text_of(Agent): who asked
  bool paused = false;
  std::int64_t created_ms = 0;
  JobCounts counts;
};

/// A program that works on the queue now.
struct RunnerRecord {
  RunnerId id;
  int pid = 0;  ///< for people; whether it lives is told by its lock (storage/jobs/lock.h)
  int threads = 1;
  std::int64_t started_ms = 0;
};

/// Which jobs an order is about: one, all of a batch, or all that work on one subject. Exactly one
/// of them is set.
struct JobSelection {
  JobId job;
  BatchId batch;
  std::string subject;
};

/// Jobs of one kind that wait, and how long the last ones took.
struct QueuedWork {
  std::string kind;
  std::int64_t queued = 0;
  std::int64_t running = 0;
  std::vector<std::int64_t> took_ms;  ///< of the last ones that were done, newest first
};

}  // namespace shiqu::store
