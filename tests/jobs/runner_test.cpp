#include "storage/jobs/runner.h"

#include "storage/base/file.h"
#include "storage/base/threads.h"
#include "tests/support/archive.h"

#include <thread>

using namespace shiqu;
using namespace shiqu::jobs;
using store::JobState;

namespace {

/// Asks the worker to do what the job's spec says.
class EchoHandler final : public Handler {
 public:
  [[nodiscard]] std::string_view name() const override { return "echo"; }
  [[nodiscard]] std::string_view worker_kind() const override { return "echo"; }
  Status run(JobContext& context) const override {
    WorkerCall call;
    call.request = context.job.spec;
    call.limit = std::chrono::milliseconds(get_or(context.job.spec, "limit_ms", 10000));
    call.stop = context.stop;
    SHIQU_TRY(context.worker.call(call));
    context.progress(1, 1);
    return {};
  }
};

/// Works in slices; with the first a person asks for something.
class SlicesHandler final : public Handler {
 public:
  SlicesHandler(std::vector<std::string>& order, int slices) : order_(order), slices_(slices) {}
  [[nodiscard]] std::string_view name() const override { return "slices"; }
  [[nodiscard]] std::string_view worker_kind() const override { return "echo"; }
  Status run(JobContext& context) const override {
    order_.emplace_back("slice");
    if (context.job.attempts == 1) {
      store::JobRecord asked;
      asked.kind = "asked";
      SHIQU_TRY(context.store.add_job(store::Session::for_program(), asked));
    }
    context.progress(context.job.done + 1, slices_);
    context.goes_on = context.job.attempts < slices_;
    return {};
  }

 private:
  std::vector<std::string>& order_;  // one thread
  int slices_;
};

class AskedHandler final : public Handler {
 public:
  explicit AskedHandler(std::vector<std::string>& order) : order_(order) {}
  [[nodiscard]] std::string_view name() const override { return "asked"; }
  [[nodiscard]] std::string_view worker_kind() const override { return "echo"; }
  Status run(JobContext& /*context*/) const override {
    order_.emplace_back("asked");
    return {};
  }

 private:
  std::vector<std::string>& order_;
};

struct Queue {
  test::Archive archive;
  Registry<Handler> handlers;
  Queue() { handlers.add(std::make_unique<EchoHandler>()); }

  JobId add(const Json& spec) {
    store::JobRecord job;
    job.kind = "echo";
    job.spec = spec;
    const auto id = archive.store.add_job(store::Session::for_program(), job);
    REQUIRE_OK(id);
    return *id;
  }

  RunnerOptions options() const {
    RunnerOptions out;
    out.poll_interval = std::chrono::milliseconds(20);
    out.worker = [](std::string_view) {
      return ProcessSpec{program_folder() / "echo_worker", {}, {}, true, {}};
    };
    return out;
  }

  Status drain() {
    Runner runner(archive.store.folder(), handlers, options());
    return runner.drain();
  }

  store::JobRecord job(const JobId& id) {
    const std::vector<store::JobRecord> all = archive.store.jobs().value();
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const store::JobRecord& one) { return one.id == id; });
    REQUIRE(found != all.end());
    return *found;
  }
};

}  // namespace

TEST_CASE("jobs run in worker processes until the queue is empty") {
  Queue queue;
  for (int i = 0; i < 12; ++i) {
    queue.add({{"op", "hello"}});
  }
  REQUIRE_OK(queue.drain());
  CHECK(queue.archive.store.job_counts()->done == 12);
}

TEST_CASE("a job that kills its worker three times is quarantined and the rest goes on") {
  Queue queue;
  const JobId bad = queue.add({{"op", "crash"}});
  const JobId good = queue.add({{"op", "hello"}});
  REQUIRE_OK(queue.drain());
  const store::JobRecord ended = queue.job(bad);
  CHECK(ended.state == JobState::Quarantined);
  CHECK(ended.crashes == 3);
  CHECK(ended.attempts == 3);
  REQUIRE(ended.error);
  CHECK(ended.error->code == ErrorCode::Crashed);
  CHECK(queue.job(good).state == JobState::Done);
}

TEST_CASE("a job whose worker hangs is stopped by the watchdog") {
  Queue queue;
  const JobId bad = queue.add({{"op", "hang"}, {"limit_ms", 100}});
  REQUIRE_OK(queue.drain());
  CHECK(queue.job(bad).state == JobState::Quarantined);
  CHECK(queue.job(bad).error->code == ErrorCode::Timeout);
}

TEST_CASE("an ordinary error ends the job with its words") {
  Queue queue;
  const JobId bad = queue.add({{"op", "fail"}});
  REQUIRE_OK(queue.drain());
  CHECK(queue.job(bad).state == JobState::Failed);
  CHECK(queue.job(bad).error->native == "native words");
}

TEST_CASE("a running job is cancelled and its worker is gone at once") {
  Queue queue;
  const JobId slow = queue.add({{"op", "hang"}, {"limit_ms", 60000}});
  Runner runner(queue.archive.store.folder(), queue.handlers, queue.options());
  bool asked = false;
  REQUIRE_OK(runner.drain([&](const store::JobCounts& counts) {
    if (counts.running == 1 && !asked) {
      asked = true;
      CHECK(queue.archive.store.cancel_job(queue.archive.operator_, slow));
    }
  }));
  CHECK(queue.job(slow).state == JobState::Cancelled);
}

TEST_CASE("stopping the runner queues its jobs again, and a later run does them") {
  Queue queue;
  const JobId slow = queue.add({{"op", "hang"}, {"limit_ms", 60000}});
  {
    Runner runner(queue.archive.store.folder(), queue.handlers, queue.options());
    REQUIRE_OK(runner.start());
    while (queue.archive.store.job_counts()->running == 0) {
      std::this_thread::yield();
    }
  }
  CHECK(queue.job(slow).state == JobState::Queued);
}

TEST_CASE("a job added while the runner sleeps starts when it is woken, and its end is told") {
  Queue queue;
  Mutex mutex;
  std::vector<std::string> ended;
  RunnerOptions options = queue.options();
  options.poll_interval = std::chrono::hours(1);
  options.ended = [&](const store::JobRecord& job) {
    const Lock lock(mutex);
    ended.push_back(job.id.str() + " " + std::string(store::name_of(job.state)));
  };
  Runner runner(queue.archive.store.folder(), queue.handlers, options);
  REQUIRE_OK(runner.start());
  const JobId id = queue.add({{"op", "hello"}});
  // Woken again and again: the threads may not have had their first look yet.
  for (int i = 0; i < 2000 && queue.job(id).state != JobState::Done; ++i) {
    runner.wake();
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  CHECK(queue.job(id).state == JobState::Done);
  runner.stop();
  const Lock lock(mutex);
  CHECK(ended == std::vector<std::string>{id.str() + " done"});
}

TEST_CASE("a page that a person opens overtakes what waits") {
  Queue queue;
  Mutex mutex;
  std::vector<JobId> ended;
  RunnerOptions options = queue.options();
  options.threads = 1;
  options.ended = [&](const store::JobRecord& job) {
    const Lock lock(mutex);
    ended.push_back(job.id);
  };
  std::vector<store::JobRecord> jobs(6);
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    jobs[i].kind = "echo";
    jobs[i].subject = "page " + std::to_string(i);
    jobs[i].spec = {{"op", "sleep"}, {"ms", i == 0 ? 300 : 1}};
  }
  const auto batch = queue.archive.store.add_batch(queue.archive.operator_, "all", jobs);
  REQUIRE_OK(batch);
  Runner runner(queue.archive.store.folder(), queue.handlers, options);
  bool asked = false;
  REQUIRE_OK(runner.drain([&](const store::JobCounts& counts) {
    if (counts.running == 1 && !asked) {
      asked = true;
      CHECK(queue.archive.store.look_at("page 4").value() == 1);
      CHECK(queue.archive.store.look_at("page 4").value() == 0);  // it is first already
      CHECK(queue.archive.store.look_at("page 0").value() == 0);  // it runs already
    }
  }));
  REQUIRE(asked);
  const std::vector<store::JobRecord> done = queue.archive.store.jobs_of(*batch).value();
  const Lock lock(mutex);
  REQUIRE(ended.size() == 6);
  CHECK(ended[0] == done[0].id);
  CHECK(ended[1] == done[4].id);
  CHECK(ended[2] == done[1].id);
}

TEST_CASE("a gentle stop lets what runs end and takes nothing more") {
  Queue queue;
  for (int i = 0; i < 6; ++i) {
    queue.add({{"op", "sleep"}, {"ms", 200}});
  }
  std::stop_source enough;
  Runner runner(queue.archive.store.folder(), queue.handlers, queue.options());
  const Status ended = runner.drain(
      [&](const store::JobCounts& counts) {
        if (counts.running == 2) {
          enough.request_stop();
        }
      },
      {{}, enough.get_token()});
  CHECK(ended.error().code == ErrorCode::Cancelled);
  const store::JobCounts counts = queue.archive.store.job_counts().value();
  CHECK(counts.running == 0);
  CHECK(counts.done >= 2);
  CHECK(counts.queued == 6 - counts.done);
  CHECK(counts.queued > 0);
  CHECK(queue.archive.store.runners()->empty());
}

TEST_CASE("a job in slices goes behind what people ask for meanwhile") {
  Queue queue;
  std::vector<std::string> order;
  queue.handlers.add(std::make_unique<SlicesHandler>(order, 3));
  queue.handlers.add(std::make_unique<AskedHandler>(order));
  store::JobRecord job;
  job.kind = "slices";
  job.priority = store::kIdlePriority;
  REQUIRE_OK(queue.archive.store.add_job(store::Session::for_program(), job));
  RunnerOptions options = queue.options();
  options.threads = 1;
  options.drains_idle_work = true;
  std::vector<store::JobState> ended;
  options.ended = [&](const store::JobRecord& one) { ended.push_back(one.state); };
  REQUIRE_OK(Runner(queue.archive.store.folder(), queue.handlers, options).drain());
  CHECK(order == std::vector<std::string>{"slice", "asked", "slice", "slice"});
  CHECK(ended == std::vector<store::JobState>{JobState::Done, JobState::Done});
  CHECK(queue.archive.store.jobs()->back().done == 3);
}

TEST_CASE("draining the queue does not wait for what nobody waits for") {
  Queue queue;
  std::vector<std::string> order;
  queue.handlers.add(std::make_unique<SlicesHandler>(order, 1'000'000));
  queue.handlers.add(std::make_unique<AskedHandler>(order));
  store::JobRecord job;
  job.kind = "slices";
  job.priority = store::kIdlePriority;
  const auto id = queue.archive.store.add_job(store::Session::for_program(), job);
  REQUIRE_OK(id);
  job.kind = "asked";
  job.priority = 0;
  REQUIRE_OK(queue.archive.store.add_job(store::Session::for_program(), job));
  RunnerOptions options = queue.options();
  options.threads = 1;
  REQUIRE_OK(Runner(queue.archive.store.folder(), queue.handlers, options).drain());
  CHECK(std::count(order.begin(), order.end(), "asked") >= 1);
  CHECK(queue.job(*id).state == JobState::Queued);
}

TEST_CASE("what is due is asked for when the runner starts") {
  Queue queue;
  RunnerOptions options = queue.options();
  int asked = 0;
  options.ask_for_due = [&](store::Store& store) {
    ++asked;
    store::JobRecord job;
    job.kind = "echo";
    job.spec = {{"op", "hello"}};
    REQUIRE_OK(store.add_job_once(store::Session::for_program(), job, false));
  };
  REQUIRE_OK(Runner(queue.archive.store.folder(), queue.handlers, options).drain());
  CHECK(asked == 1);
  CHECK(queue.archive.store.job_counts()->done == 1);
}
