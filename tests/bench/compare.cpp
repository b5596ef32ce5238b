#include "tests/bench/compare.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>

namespace shiqu::bench {
namespace {

Cost median(std::vector<Cost> all) {
  const auto middle = all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2);
  std::nth_element(all.begin(), middle, all.end(),
                   [](const Cost& a, const Cost& b) { return a.seconds < b.seconds; });
  return *middle;
}

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

}  // namespace

Result<Cost> cost_of(const Work& work) {
  const auto start = std::chrono::steady_clock::now();
  const pid_t child = ::fork();
  if (child < 0) {
    return fail_errno(errno, "start child");
  }
  if (child == 0) {
    const Status done = work();
    if (!done) {
      std::fprintf(stderr, "%s\n", done.error().text().c_str());
    }
    ::_exit(done ? 0 : 1);
  }
  int status = 0;
  rusage usage{};
  if (::wait4(child, &status, 0, &usage) != child || !WIFEXITED(status) ||
      WEXITSTATUS(status) != 0) {
    return fail(ErrorCode::Internal, "run child", {}, std::to_string(status));
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  return Cost{took.count(), seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime),
              static_cast<double>(usage.ru_maxrss) / 1024};
}

Work command(std::string line) {
  return [line = std::move(line)]() -> Status {
    ::execl("/bin/sh", "sh", "-c", line.c_str(), nullptr);
    return fail_errno(errno, "run", line);
  };
}

Result<Outcome> compare(const Comparison& comparison, int rounds) {
  if (comparison.prepare) {
    SHIQU_TRY(cost_of(comparison.prepare));
  }
  std::vector<Cost> ours;
  std::vector<Cost> theirs;
  for (int round = 0; round <= rounds; ++round) {
    for (const bool mine : {true, false}) {
      if (comparison.clean) {
        SHIQU_TRY(cost_of(comparison.clean));
      }
      SHIQU_TRY_ASSIGN(const Cost cost, cost_of(mine ? comparison.ours : comparison.theirs));
      if (round > 0) {
        (mine ? ours : theirs).push_back(cost);
      }
    }
  }
  return Outcome{comparison.name, comparison.peer, median(std::move(ours)),
                 median(std::move(theirs))};
}

}  // namespace shiqu::bench
