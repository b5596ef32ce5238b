// shiqu-bench: how much time and memory our steps take, as ratios against a peer in the same run.

#include "storage/base/channel.h"
#include "storage/base/file.h"
#include "storage/base/text.h"
#include "tests/bench/compare.h"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace {

using namespace shiqu;
using namespace shiqu::bench;

struct Arguments {
  bool json = false;
  int rounds = 3;
  int mb = 256;
  std::string only;
};

bool parse(int argc, char** argv, Arguments& out) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    const char* value = i + 1 < argc ? argv[i + 1] : "";
    if (word == "--json") {
      out.json = true;
      continue;
    }
    ++i;
    if (word == "--rounds") {
      out.rounds = std::atoi(value);
    } else if (word == "--mb") {
      out.mb = std::atoi(value);
    } else if (word == "--only") {
      out.only = value;
    } else {
      return false;
    }
  }
  return out.rounds > 0 && out.mb >= 8 && out.mb <= 100000;
}

void print_row(const Outcome& one) {
  const auto padded = [](const std::string& text, int width) {
    return text +
           std::string(static_cast<std::size_t>(std::max(width - display_width(text), 0)), ' ');
  };
  fmt::print("{} {} {:>8.2f} {:>8.2f} {:>7.2f} {:>8.2f} {:>8.2f} {:>8.0f} {:>8.0f}\n",
             padded(one.name, 44), padded(one.peer, 26), one.ours.seconds, one.theirs.seconds,
             one.ratio(), one.ours.cpu_seconds, one.theirs.cpu_seconds, one.ours.peak_mb,
             one.theirs.peak_mb);
  std::fflush(stdout);
}

Json facts_of(const Outcome& one) {
  return {{"name", one.name},
          {"peer", one.peer},
          {"seconds", one.ours.seconds},
          {"peer_seconds", one.theirs.seconds},
          {"ratio", one.ratio()},
          {"cpu_seconds", one.ours.cpu_seconds},
          {"peer_cpu_seconds", one.theirs.cpu_seconds},
          {"peak_mb", one.ours.peak_mb},
          {"peer_peak_mb", one.theirs.peak_mb}};
}

Status run(const Arguments& arguments) {
  const TempDir folder;
  std::vector<Comparison> all = storage_cases(folder.path(), arguments.mb);
  for (auto& cases : {package_cases(folder.path(), arguments.mb), ocr_cases(folder.path())}) {
    all.insert(all.end(), cases.begin(), cases.end());
  }
  if (!arguments.json) {
    fmt::print("{:<44} {:<26} {:>8} {:>8} {:>7} {:>8} {:>8} {:>8} {:>8}\n", "ours", "peer", "s",
               "peer s", "ratio", "CPU s", "peer CPU", "MB", "peer MB");
  }
  Json rows = Json::array();
  for (const Comparison& one : all) {
    if ((one.name + ": " + one.peer).find(arguments.only) == std::string::npos) {
      continue;
    }
    SHIQU_TRY_ASSIGN(const Outcome outcome, compare(one, arguments.rounds));
    rows.push_back(facts_of(outcome));
    if (!arguments.json) {
      print_row(outcome);
    }
  }
  if (arguments.json) {
    fmt::print("{}\n", Json{{"rounds", arguments.rounds}, {"comparisons", rows}}.dump());
  }
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  if (!parse(argc, argv, arguments)) {
    std::fputs(
        "usage: shiqu-bench [--json] [--rounds N] [--mb 8…100000] [--only PART_OF_NAME_OR_PEER]\n",
        stderr);
    return 2;
  }
  ::setenv("OMP_THREAD_LIMIT", "1", 1);  // as in our workers; the peer gets the same
  if (const Status done = run(arguments); !done) {
    fmt::print(stderr, "shiqu-bench: {}\n", done.error().text());
    return 1;
  }
  return 0;
}
