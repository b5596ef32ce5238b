#include "storage/jobs/runner.h"

#include "storage/base/clock.h"
#include "storage/base/log.h"
#include "storage/base/threads.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

namespace shiqu::jobs {
namespace {

constexpr std::chrono::milliseconds kTickInterval{200};  // of drain(): people watch it

using store::JobRecord;
using store::JobState;
using store::Session;
using store::Store;

/// What becomes of a job after `outcome`; fills in state, crashes and error.
void settle(JobRecord& job, const Status& outcome, bool runner_stops, int crash_limit) {
  if (outcome) {
    job.state = JobState::Done;
    job.error.reset();
    return;
  }
  job.error = outcome.error();
  switch (outcome.error().code) {
    case ErrorCode::Crashed:
    case ErrorCode::Timeout:
      ++job.crashes;
      job.state = job.crashes >= crash_limit ? JobState::Quarantined : JobState::Queued;
      break;
    case ErrorCode::Cancelled:
      job.state = runner_stops ? JobState::Queued : JobState::Cancelled;
      break;
    default:
      job.state = JobState::Failed;
  }
}

/// The job a thread works on, so that the watcher can cancel it.
struct Slot {
  Mutex mutex;
  std::optional<JobId> job SHIQU_GUARDED_BY(mutex);
  std::stop_source stop SHIQU_GUARDED_BY(mutex);
};

}  // namespace

struct Runner::State {
  State(std::filesystem::path folder, const Registry<Handler>& registry, RunnerOptions chosen)
      : archive(std::move(folder)), handlers(registry), options(std::move(chosen)) {}

  std::filesystem::path archive;
  const Registry<Handler>& handlers;
  RunnerOptions options;
  std::vector<std::string> kinds;
  std::vector<std::unique_ptr<Slot>> slots;
  std::atomic<int> busy{0};
  std::atomic<std::uint64_t> woken{0};  // written under pause_mutex
  std::mutex pause_mutex;               // plain: std::condition_variable_any needs a stop token
  std::condition_variable_any wakened;
  std::vector<std::jthread> threads;  // last: joined first

  void work(Slot& slot, const std::stop_token& stop);
  void run_one(Store& store, Slot& slot, std::map<std::string, WorkerProcess, std::less<>>& workers,
               JobRecord job, const std::stop_token& stop);
  void watch(const std::stop_token& stop);
  void pause(std::uint64_t seen, const std::stop_token& stop);
};

Runner::Runner(std::filesystem::path archive, const Registry<Handler>& handlers,
               RunnerOptions options)
    : state_(std::make_unique<State>(std::move(archive), handlers, std::move(options))) {
  for (const auto& handler : handlers) {
    state_->kinds.emplace_back(handler->name());
  }
}

Runner::~Runner() {
  stop();
}

Status Runner::start() {
  SHIQU_TRY_ASSIGN(Store store, Store::open(state_->archive));
  SHIQU_TRY_ASSIGN(const int resumed, store.requeue_running_jobs());
  if (resumed > 0) {
    log::info("jobs", "{} interrupted jobs are queued again", resumed);
  }
  for (int i = 0; i < state_->options.threads; ++i) {
    state_->slots.push_back(std::make_unique<Slot>());
    Slot& slot = *state_->slots.back();
    state_->threads.emplace_back(
        [this, &slot](const std::stop_token& stop) { state_->work(slot, stop); });
  }
  state_->threads.emplace_back([this](const std::stop_token& stop) { state_->watch(stop); });
  return {};
}

void Runner::stop() {
  for (std::jthread& thread : state_->threads) {
    thread.request_stop();
  }
  for (const auto& slot : state_->slots) {
    const Lock lock(slot->mutex);
    slot->stop.request_stop();
  }
  state_->threads.clear();
  state_->slots.clear();
}

Status Runner::drain(const std::function<void(const store::JobCounts&)>& tick,
                     const std::stop_token& stop) {
  SHIQU_TRY(start());
  SHIQU_TRY_ASSIGN(Store store, Store::open(state_->archive));
  while (!stop.stop_requested()) {
    SHIQU_TRY_ASSIGN(const store::JobCounts counts, store.job_counts());
    if (tick) {
      tick(counts);
    }
    if (counts.queued == 0 && counts.running == 0 && state_->busy == 0) {
      this->stop();
      return {};
    }
    std::this_thread::sleep_for(std::min(state_->options.poll_interval, kTickInterval));
  }
  this->stop();
  return fail(ErrorCode::Cancelled, "run jobs");
}

void Runner::wake() {
  {
    const std::lock_guard lock(state_->pause_mutex);
    ++state_->woken;
  }
  state_->wakened.notify_all();
}

/// Waits for the poll interval or until somebody wakes the runner; `seen` is the count of wakings
/// before the last look into the queue, so that none in between is lost.
void Runner::State::pause(std::uint64_t seen, const std::stop_token& stop) {
  std::unique_lock lock(pause_mutex);
  wakened.wait_for(lock, stop, options.poll_interval, [&] { return woken != seen; });
}

void Runner::State::work(Slot& slot, const std::stop_token& stop) {
  auto store = Store::open(archive);
  std::map<std::string, WorkerProcess, std::less<>> workers;
  if (!store) {
    log::error("jobs", "{}", store.error().text());
    return;
  }
  while (!stop.stop_requested()) {
    const std::uint64_t seen = woken;
    ++busy;  // before the claim: drain() must not see an empty queue and nobody busy in between
    auto claimed = store->claim_job(kinds);
    if (!claimed) {
      log::error("jobs", "{}", claimed.error().text());
    }
    const bool some = claimed && claimed->has_value();
    if (some) {
      run_one(*store, slot, workers, std::move(**claimed), stop);
    }
    --busy;
    if (!some) {
      pause(seen, stop);
    }
  }
}

void Runner::State::run_one(Store& store, Slot& slot,
                            std::map<std::string, WorkerProcess, std::less<>>& workers,
                            JobRecord job, const std::stop_token& stop) {
  const Handler* handler = handlers.find(job.kind);
  const std::string worker_kind(handler->worker_kind());
  auto worker = workers.find(worker_kind);
  if (worker == workers.end()) {
    worker = workers.emplace(worker_kind, WorkerProcess(options.worker(worker_kind))).first;
  }
  std::stop_token job_stop;
  {
    const Lock lock(slot.mutex);
    slot.stop = std::stop_source();
    slot.job = job.id;
    job_stop = slot.stop.get_token();
  }
  JobContext context{
      store, job, worker->second, job_stop, [&](std::int64_t done, std::int64_t total) {
        if (const Status noted = store.set_job_progress(job.id, done, total); !noted) {
          log::warning("jobs", "{}", noted.error().text());
        }
      }};
  const Status outcome =
      stop.stop_requested() ? Status(fail(ErrorCode::Cancelled, "run job")) : handler->run(context);
  {
    const Lock lock(slot.mutex);
    slot.job.reset();
  }
  JobRecord ended = job;
  settle(ended, outcome, stop.stop_requested(), options.crashes_before_quarantine);
  if (!outcome) {
    log::warning("jobs", "{} {}: {}", job.kind, store::name_of(ended.state),
                 outcome.error().text());
  }
  if (const Status finished = store.finish_job(Session::for_program(), ended); !finished) {
    log::error("jobs", "{}", finished.error().text());
  } else if (options.ended) {
    options.ended(ended);
  }
}

void Runner::State::watch(const std::stop_token& stop) {
  auto store = Store::open(archive);
  if (!store) {
    return;
  }
  while (!stop.stop_requested()) {
    const std::uint64_t seen = woken;
    for (const auto& slot : slots) {
      std::optional<JobId> job;
      {
        const Lock lock(slot->mutex);
        job = slot->job;
      }
      const auto cancelled = job ? store->job_cancelled(*job) : Result<bool>(false);
      if (cancelled && *cancelled) {
        const Lock lock(slot->mutex);
        if (slot->job == job) {
          slot->stop.request_stop();
        }
      }
    }
    pause(seen, stop);
  }
}

}  // namespace shiqu::jobs
