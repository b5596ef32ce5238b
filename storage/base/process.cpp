#include "storage/base/process.h"

#include "storage/base/clock.h"
#include "storage/base/handle.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <thread>
#include <utility>

extern char** environ;

namespace shiqu {
namespace {

constexpr int kChannelDescriptor = 3;
constexpr std::chrono::milliseconds kPollInterval{5};

std::vector<std::string> merged_environment(const std::map<std::string, std::string>& extra) {
  std::vector<std::string> out;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    if (!extra.contains(std::string(text.substr(0, text.find('='))))) {
      out.emplace_back(text);
    }
  }
  for (const auto& [key, value] : extra) {
    out.push_back(key + "=" + value);
  }
  return out;
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> out;
  out.reserve(strings.size() + 1);
  for (std::string& one : strings) {
    out.push_back(one.data());
  }
  out.push_back(nullptr);
  return out;
}

/// Everything the child needs, prepared before fork: after it only async-signal-safe calls.
struct Prepared {
  std::vector<std::string> argument_texts;
  std::vector<std::string> environment_texts;
  std::vector<char*> arguments;
  std::vector<char*> environment;
  FileDescriptor null;
  FileDescriptor output;
};

Result<Prepared> prepare(const ProcessSpec& spec) {
  Prepared made;
  made.argument_texts.push_back(spec.program.string());
  made.argument_texts.insert(made.argument_texts.end(), spec.arguments.begin(),
                             spec.arguments.end());
  made.environment_texts = merged_environment(spec.environment);
  made.arguments = pointers(made.argument_texts);
  made.environment = pointers(made.environment_texts);
  made.null = FileDescriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  if (!spec.output.empty()) {
    made.output = FileDescriptor(
        ::open(spec.output.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640));
    if (!made.output) {
      return fail_errno(errno, "open output of child process", spec.output.string());
    }
  }
  return made;
}

[[noreturn]] void become(const Prepared& prepared, int channel) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::dup2(prepared.null.get(), STDIN_FILENO);
  if (prepared.output) {
    ::dup2(prepared.output.get(), STDOUT_FILENO);
    ::dup2(prepared.output.get(), STDERR_FILENO);
  }
  if (channel == kChannelDescriptor) {
    ::fcntl(channel, F_SETFD, 0);
  } else if (channel >= 0) {
    ::dup2(channel, kChannelDescriptor);
  }
  ::execve(prepared.arguments.front(), prepared.arguments.data(), prepared.environment.data());
  ::_exit(127);
}

}  // namespace

ChildProcess::ChildProcess(int pid, std::optional<Channel> channel)
    : pid_(pid), channel_(std::move(channel)) {}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      wait_status_(other.wait_status_),
      channel_(std::move(other.channel_)) {}

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
  if (this != &other) {
    stop();
    pid_ = std::exchange(other.pid_, -1);
    wait_status_ = other.wait_status_;
    channel_ = std::move(other.channel_);
  }
  return *this;
}

ChildProcess::~ChildProcess() {
  stop();
}

Result<ChildProcess> ChildProcess::start(const ProcessSpec& spec) {
  if (::access(spec.program.c_str(), X_OK) != 0) {
    return fail_errno(errno, "start program", spec.program.string());
  }
  SHIQU_TRY_ASSIGN(const Prepared prepared, prepare(spec));
  FileDescriptor ours;
  FileDescriptor theirs;
  if (spec.with_channel) {
    int pair[2] = {-1, -1};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
      return fail_errno(errno, "create channel", spec.program.string());
    }
    ours = FileDescriptor(pair[0]);
    theirs = FileDescriptor(pair[1]);
  }
  const pid_t pid = ::fork();
  if (pid < 0) {
    return fail_errno(errno, "start process", spec.program.string());
  }
  if (pid == 0) {
    become(prepared, theirs.get());
  }
  std::optional<Channel> channel;
  if (ours) {
    channel.emplace(std::move(ours));
  }
  return ChildProcess(pid, std::move(channel));
}

bool ChildProcess::running() {
  if (pid_ < 0 || wait_status_) {
    return false;
  }
  int status = 0;
  if (::waitpid(pid_, &status, WNOHANG) == pid_) {
    wait_status_ = status;
    return false;
  }
  return true;
}

void ChildProcess::stop(std::chrono::milliseconds grace) {
  if (!running()) {
    return;
  }
  if (grace.count() > 0) {
    ::kill(pid_, SIGTERM);
    if (wait(grace)) {
      return;
    }
  }
  ::kill(pid_, SIGKILL);
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  wait_status_ = status;
}

Result<int> ChildProcess::wait(std::chrono::milliseconds limit) {
  const std::int64_t deadline = now_monotonic_ms() + limit.count();
  while (running()) {
    if (now_monotonic_ms() >= deadline) {
      return fail(ErrorCode::Timeout, "wait for process", std::to_string(pid_));
    }
    std::this_thread::sleep_for(kPollInterval);
  }
  const int status = wait_status_.value_or(0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::string ChildProcess::ending() const {
  if (!wait_status_) {
    return {};
  }
  if (WIFSIGNALED(*wait_status_)) {
    const int number = WTERMSIG(*wait_status_);
    return fmt::format("signal {} ({})", number, ::strsignal(number));
  }
  return fmt::format("exit status {}", WEXITSTATUS(*wait_status_));
}

WorkerProcess::WorkerProcess(ProcessSpec spec) : spec_(std::move(spec)) {
  spec_.with_channel = true;
}

Result<Json> WorkerProcess::call(const WorkerCall& call) {
  if (!child_ || !child_->running()) {
    SHIQU_TRY_ASSIGN(ChildProcess child, ChildProcess::start(spec_));
    child_.emplace(std::move(child));
    ++starts_;
  }
  Result<Json> answer = await(call);
  if (answer) {
    if (answer->is_object() && answer->contains("error")) {
      return fail(error_from_json(*answer));
    }
    return answer;
  }
  const ErrorCode code = answer.error().code;
  if (code == ErrorCode::DeviceGone) {
    std::string ending = "unknown";
    if (child_->wait(std::chrono::seconds(2))) {
      ending = child_->ending();
    }
    child_.reset();
    return fail(ErrorCode::Crashed, "worker process ended",
                get_or<std::string>(call.request, "op", ""), ending);
  }
  child_.reset();  // it is in an unknown state: a fresh one serves the next request
  if (code == ErrorCode::Timeout) {
    return fail(ErrorCode::Timeout, "worker process made no progress and was stopped",
                get_or<std::string>(call.request, "op", ""),
                fmt::format("{} ms", call.limit.count()));
  }
  return answer;
}

Result<Json> WorkerProcess::await(const WorkerCall& call) {
  SHIQU_TRY(child_->channel().send(call.request));
  while (true) {
    SHIQU_TRY_ASSIGN(Json message, child_->channel().receive(call.limit, call.stop));
    if (!message.is_object() || !message.contains("progress")) {
      return message;
    }
    if (call.progress) {
      call.progress(message["progress"]);
    }
  }
}

int serve_worker(
    const std::function<Result<Json>(const Json& request,
                                     const std::function<void(const Json&)>& progress)>& answer) {
  Channel channel{FileDescriptor(kChannelDescriptor)};
  const auto progress = [&channel](const Json& state) {
    [[maybe_unused]] const bool heard = channel.send({{"progress", state}}).has_value();
  };
  while (true) {
    const auto request = channel.receive(std::chrono::hours(24 * 365));
    if (!request) {
      return request.error().code == ErrorCode::DeviceGone ? 0 : 1;
    }
    const Result<Json> reply = answer(*request, progress);
    if (!channel.send(reply ? *reply : to_json(reply.error()))) {
      return 0;
    }
  }
}

}  // namespace shiqu
