#pragma once

#include "storage/base/process.h"
#include "storage/base/registry.h"
#include "storage/store/store.h"

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace shiqu::jobs {

/// What a handler may use while it works on one job.
struct JobContext {
  store::Store& store;  ///< this thread's own connection
  const store::JobRecord& job;
  WorkerProcess& worker;  ///< this thread's process of the handler's worker kind
  std::stop_token stop;   ///< a person cancelled, or the runner stops
  std::function<void(std::int64_t done, std::int64_t total)> progress;
  /// Set by a handler that ends well but has only done a slice: the job is queued again, with the
  /// progress that it has noted.
  bool goes_on = false;
};

/// Does one kind of job. Called from several threads at once, so it keeps no state of its own, and
/// idempotent: after a power cut a job may run again.
class Handler {
 public:
  virtual ~Handler() = default;
  Handler() = default;
  Handler(const Handler&) = delete;
  Handler& operator=(const Handler&) = delete;

  [[nodiscard]] virtual std::string_view name() const = 0;         ///< JobRecord::kind
  [[nodiscard]] virtual std::string_view worker_kind() const = 0;  ///< "ocr", "decode"
  virtual Status run(JobContext& context) const = 0;
};

struct RunnerOptions {
  int threads = 2;
  int crashes_before_quarantine = 3;
  /// How often idle threads look for jobs that another program has added, and for jobs that a dead
  /// program has left. Jobs of this program need not wait for it: Runner::wake(). Running jobs are
  /// watched for cancellation five times a second, or as often as this when it is shorter.
  std::chrono::milliseconds poll_interval{1000};
  /// How to start a worker of a kind.
  std::function<ProcessSpec(std::string_view worker_kind)> worker;
  /// Lets drain() wait for jobs with a priority below 0 too; otherwise one that runs then is put
  /// back.
  bool drains_idle_work = false;
  /// Adds what is due by itself: called when it starts and then once a minute, from a thread of
  /// the runner's with that thread's store.
  std::function<void(store::Store&)> ask_for_due;
  /// Told of each job whose end is stored, in its new state; from the runner's threads.
  std::function<void(const store::JobRecord& job)> ended;
  /// Told, from a thread of the runner's and once per poll interval at most, that some program has
  /// changed the archive.
  std::function<void()> changed;
};

/// When drain() is to end early.
struct DrainStops {
  std::stop_token at_once;  ///< what runs is put back into the queue
  std::stop_token gently;   ///< nothing more is taken; what runs may end
};

/// Runs durable jobs on its own threads. A job whose worker dies or hangs goes back into the queue
/// and after the third time into quarantine; any other error ends it as Failed with its words. The
/// queue is the store. Any number of programs may run it beside each other: a job belongs to the
/// runner that has taken it, as long as that lives (storage/jobs/lock.h, docs/adr/009).
class Runner {
 public:
  Runner(std::filesystem::path archive, const Registry<Handler>& handlers, RunnerOptions options);
  ~Runner();  ///< stop()
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  /// Starts the threads; they work until stop(). Jobs that dead programs left Running are queued
  /// again first, and from then on while it runs. Errors: those of Store::open and RunnerLock.
  Status start();
  /// Cancels what runs (it is queued again) and joins the threads.
  void stop();
  /// Takes nothing more; what runs may end. Any thread.
  void hold();
  /// Idle threads look into the queue now: call it after adding a job. Any thread.
  void wake();
  /// start(), then wait until nothing runs and nothing waits but what a pause holds back and what
  /// nobody waits for, then stop(). `tick` is called about five times a second with the counts.
  /// Errors: Cancelled (by one of `stops`), those of the store.
  Status drain(const std::function<void(const store::JobCounts&)>& tick = {},
               const DrainStops& stops = {});

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace shiqu::jobs
