// A program that works the queue of an archive off with two workers and ends. The tests kill it.
// Usage: job_loop ARCHIVE
#include "storage/jobs/runner.h"
#include "tests/jobs/reading.h"

#include <cstdio>
#include <memory>

int main(int argc, char** argv) {
  using namespace shiqu;
  if (argc != 2) {
    return 2;
  }
  Registry<jobs::Handler> handlers;
  handlers.add(std::make_unique<test::ReadingHandler>());
  jobs::RunnerOptions options;
  options.worker = [](std::string_view) {
    return ProcessSpec{SHIQU_ECHO_WORKER, {}, {}, true, {}};
  };
  jobs::Runner runner(argv[1], handlers, options);
  if (const Status ended = runner.drain(); !ended) {
    std::fprintf(stderr, "%s\n", ended.error().text().c_str());
    return 1;
  }
  return 0;
}
