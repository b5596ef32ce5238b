#include "storage/jobs/runner.h"

#include "storage/base/clock.h"
#include "storage/base/log.h"
#include "storage/base/threads.h"
#include "storage/jobs/lock.h"

#include <unistd.h>

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

constexpr std::chrono::milliseconds kTickInterval{200};   // of drain(): people watch it
constexpr std::chrono::milliseconds kWatchInterval{200};  // cancelling takes less than a second
constexpr std::int64_t kDueIntervalMs = 60'000;

using store::JobRecord;
using store::JobState;
using store::Session;
using store::Store;

/// What becomes of a job after `outcome`; fills in state, crashes and error.
void settle(JobRecord& job, const Status& outcome, bool goes_on, bool runner_stops,
            int crash_limit) {
  if (outcome) {
    job.state = goes_on ? JobState::Queued : JobState::Done;
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
  std::optional<RunnerLock> life;
  store::RunnerId id;
  std::vector<std::unique_ptr<Slot>> slots;
  std::atomic<int> busy{0};
  std::atomic<int> idle{0};  // of the busy ones, those with a job that nobody waits for
  std::atomic<bool> held{false};
  std::atomic<std::uint64_t> woken{0};  // written under pause_mutex
  std::mutex pause_mutex;               // plain: std::condition_variable_any needs a stop token
  std::condition_variable_any wakened;
  std::vector<std::jthread> threads;  // last: joined first

  void work(Slot& slot, const std::stop_token& stop);
  void run_one(Store& store, Slot& slot, std::map<std::string, WorkerProcess, std::less<>>& workers,
               JobRecord job, const std::stop_token& stop);
  void watch(const std::stop_token& stop);
  void cancel_what_is_cancelled(Store& store);
  void finish(Store& store, const JobRecord& ended);
  [[nodiscard]] bool is_drained(const store::JobCounts& counts) const;
  Status requeue_of_dead(Store& store);
  void wake();
  void pause(std::uint64_t seen, const std::stop_token& stop, std::chrono::milliseconds limit);
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
  if (!state_->life) {
    SHIQU_TRY_ASSIGN(RunnerLock lock, RunnerLock::take(state_->archive));
    state_->id = lock.id();
    state_->life.emplace(std::move(lock));
    SHIQU_TRY(store.add_runner({state_->id, ::getpid(), state_->options.threads, 0}));
  }
  SHIQU_TRY(state_->requeue_of_dead(store));
  clear_dead_locks(state_->archive);
  if (state_->options.ask_for_due) {
    state_->options.ask_for_due(store);
  }
  state_->held = false;
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
  if (state_->life) {
    auto store = Store::open(state_->archive);
    const Status left = store ? store->remove_runner(state_->id) : fail(store.error());
    if (!left) {
      log::warning("jobs", "{}", left.error().text());
    }
    state_->life.reset();
  }
}

void Runner::hold() {
  state_->held = true;
}

Status Runner::drain(const std::function<void(const store::JobCounts&)>& tick,
                     const DrainStops& stops) {
  SHIQU_TRY(start());
  SHIQU_TRY_ASSIGN(Store store, Store::open(state_->archive));
  while (!stops.at_once.stop_requested()) {
    const bool ending = stops.gently.stop_requested();
    if (ending) {
      hold();
    }
    SHIQU_TRY_ASSIGN(const store::JobCounts counts, store.job_counts());
    if (tick) {
      tick(counts);
    }
    if (state_->busy == 0 && ending) {
      break;
    }
    if (state_->is_drained(counts)) {
      this->stop();
      return {};
    }
    std::this_thread::sleep_for(std::min(state_->options.poll_interval, kTickInterval));
  }
  this->stop();
  return fail(ErrorCode::Cancelled, "run jobs");
}

/// Nothing that somebody waits for runs or could run.
bool Runner::State::is_drained(const store::JobCounts& counts) const {
  if (options.drains_idle_work) {
    return busy == 0 && counts.queued == counts.held && counts.running == 0;
  }
  return busy == idle && counts.queued <= counts.held + counts.idle_queued &&
         counts.running == counts.idle_running;
}

void Runner::wake() {
  state_->wake();
}

void Runner::State::wake() {
  {
    const std::lock_guard waiting(pause_mutex);
    ++woken;
  }
  wakened.notify_all();
}

/// Waits for the poll interval or until somebody wakes the runner; `seen` is the count of wakings
/// before the last look into the queue, so that none in between is lost.
void Runner::State::pause(std::uint64_t seen, const std::stop_token& stop,
                          std::chrono::milliseconds limit) {
  std::unique_lock waiting(pause_mutex);
  wakened.wait_for(waiting, stop, limit, [&] { return woken != seen; });
}

Status Runner::State::requeue_of_dead(Store& store) {
  SHIQU_TRY_ASSIGN(const int resumed, store.requeue_jobs_of_dead([this](const auto& runner) {
    return runner == id || runner_lives(archive, runner);
  }));
  if (resumed > 0) {
    log::info("jobs", "{} interrupted jobs are queued again", resumed);
  }
  return {};
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
    auto claimed =
        held ? Result<std::optional<JobRecord>>(std::nullopt) : store->claim_job(kinds, id);
    if (!claimed) {
      log::error("jobs", "{}", claimed.error().text());
    }
    const bool some = claimed && claimed->has_value();
    if (some) {
      wake();  // the watcher, which looks more often while something runs
      const int idles = (*claimed)->priority < 0 ? 1 : 0;
      idle += idles;
      run_one(*store, slot, workers, std::move(**claimed), stop);
      idle -= idles;
    }
    --busy;
    if (!some) {
      pause(seen, stop, options.poll_interval);
    }
  }
}

void Runner::State::run_one(Store& store, Slot& slot,
                            std::map<std::string, WorkerProcess, std::less<>>& workers,
                            JobRecord job, const std::stop_token& stop) {
  const std::int64_t begun_ms = now_monotonic_ms();
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
  settle(ended, outcome, context.goes_on, stop.stop_requested(), options.crashes_before_quarantine);
  ended.took_ms = std::max<std::int64_t>(1, now_monotonic_ms() - begun_ms);
  finish(store, ended);
}

void Runner::State::finish(Store& store, const JobRecord& ended) {
  const auto stored = store.finish_job(Session::for_program(), ended);
  if (!stored) {
    log::error("jobs", "{}", stored.error().text());
    return;
  }
  JobRecord told = ended;
  told.state = *stored;
  if (told.error) {
    log::warning("jobs", "{} {}: {}", told.kind, store::name_of(told.state), told.error->text());
  }
  if (options.ended && (told.state != JobState::Queued || told.error)) {
    options.ended(told);
  }
}

void Runner::State::cancel_what_is_cancelled(Store& store) {
  for (const auto& slot : slots) {
    std::optional<JobId> job;
    {
      const Lock guard(slot->mutex);
      job = slot->job;
    }
    const auto cancelled = job ? store.job_cancelled(*job) : Result<bool>(false);
    if (cancelled && *cancelled) {
      const Lock guard(slot->mutex);
      if (slot->job == job) {
        slot->stop.request_stop();
      }
    }
  }
}

void Runner::State::watch(const std::stop_token& stop) {
  auto store = Store::open(archive);
  if (!store) {
    return;
  }
  // The first look is at once and tells in any case: others may have been quicker.
  std::int64_t looked_ms = now_monotonic_ms() - options.poll_interval.count();
  std::int64_t asked_ms = now_monotonic_ms();  // start() has
  std::int64_t version = -1;
  while (!stop.stop_requested()) {
    const std::uint64_t seen = woken;
    cancel_what_is_cancelled(*store);
    if (options.ask_for_due && now_monotonic_ms() - asked_ms >= kDueIntervalMs) {
      options.ask_for_due(*store);
      asked_ms = now_monotonic_ms();
    }
    if (now_monotonic_ms() - looked_ms >= options.poll_interval.count()) {
      if (const Status looked = requeue_of_dead(*store); !looked) {
        log::warning("jobs", "{}", looked.error().text());
      }
      if (const auto now = store->data_version(); now && *now != version) {
        version = *now;
        if (options.changed) {
          options.changed();
        }
      }
      looked_ms = now_monotonic_ms();
    }
    pause(seen, stop,
          busy > 0 ? std::min(options.poll_interval, kWatchInterval) : options.poll_interval);
  }
}

}  // namespace shiqu::jobs
