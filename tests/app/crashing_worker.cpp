// A decode worker that does its real work, but dies of SIGSEGV on a frame whose name says so: what a
// hostile image would do to it.
#include "capture/ingest.h"
#include "storage/base/process.h"

#include <csignal>
#include <fstream>
#include <string>

int main() {
  return shiqu::serve_worker([](const shiqu::Json& request, const auto& progress) {
    std::string first_line;
    std::ifstream input(shiqu::get_or<std::string>(request, "input", ""));
    std::getline(input, first_line);
    if (first_line == "crash") {
      std::signal(SIGSEGV, SIG_DFL);
      std::raise(SIGSEGV);
    }
    return shiqu::capture::answer_master(request, progress);
  });
}
