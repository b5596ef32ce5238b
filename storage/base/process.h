#pragma once

#include "storage/base/channel.h"
#include "storage/base/result.h"

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace shiqu {

/// What to start and how.
struct ProcessSpec {
  std::filesystem::path program;
  std::vector<std::string> arguments;
  std::map<std::string, std::string> environment;  ///< added to the parent's
  bool with_channel = false;                       ///< a Channel on descriptor 3 of the child
  std::filesystem::path output;                    ///< stdout and stderr go here; empty: inherited
};

/// A child process. Its standard input is /dev/null (libgphoto2 closes descriptor 0), it dies
/// with its parent (PR_SET_PDEATHSIG), and the destructor kills it with SIGKILL and reaps it.
/// Create it from a thread that lives as long as the child: the death signal follows the thread.
class ChildProcess {
 public:
  static Result<ChildProcess> start(const ProcessSpec& spec);
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&& other) noexcept;
  ~ChildProcess();

  [[nodiscard]] int pid() const noexcept { return pid_; }
  /// Only with `with_channel`.
  [[nodiscard]] Channel& channel() noexcept { return *channel_; }
  /// True while it runs; reaps it when it has ended.
  [[nodiscard]] bool running();
  /// SIGTERM, then SIGKILL after `grace`; returns when it is gone.
  void stop(std::chrono::milliseconds grace = std::chrono::milliseconds(0));
  /// Waits for the end. Returns the exit status, or 128 + signal. Errors: Timeout.
  Result<int> wait(std::chrono::milliseconds limit);
  /// "exit status 3", "signal 11 (Segmentation fault)"; empty while it runs.
  [[nodiscard]] std::string ending() const;

 private:
  ChildProcess(int pid, std::optional<Channel> channel);

  int pid_ = -1;
  std::optional<int> wait_status_;
  std::optional<Channel> channel_;
};

/// One request to a worker and how long to wait.
struct WorkerCall {
  Json request;
  std::chrono::milliseconds limit{30000};     ///< without any message from the worker, not in all
  std::function<void(const Json&)> progress;  ///< called with each {"progress": …} message
  std::stop_token stop;
};

/// A worker process that answers requests, started when first needed and again after it died or
/// was killed: a request ends with its answer, an error the worker sent, Crashed (the process
/// died; `native` says how), Timeout (killed by the watchdog) or Cancelled (killed). Worker side:
/// read a request from descriptor 3, send any number of {"progress": …}, then one answer object,
/// which is a failure when it has a member "error". One thread at a time.
class WorkerProcess {
 public:
  explicit WorkerProcess(ProcessSpec spec);
  Result<Json> call(const WorkerCall& call);
  /// Process id, or -1 when none runs; for tests and status pages.
  [[nodiscard]] int pid() const noexcept { return child_ ? child_->pid() : -1; }
  /// How many processes have been started so far.
  [[nodiscard]] int starts() const noexcept { return starts_; }
  void stop() { child_.reset(); }

 private:
  Result<Json> await(const WorkerCall& call);

  ProcessSpec spec_;
  std::optional<ChildProcess> child_;
  int starts_ = 0;
};

/// Worker side: serves requests from descriptor 3 until the parent closes it. `answer` gets the
/// request and a function that sends {"progress": …}; a failed Result is sent as an error.
/// Returns the process's exit status.
int serve_worker(
    const std::function<Result<Json>(const Json& request,
                                     const std::function<void(const Json&)>& progress)>& answer);

}  // namespace shiqu
