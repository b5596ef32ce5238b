// `shiqu soak` without the rest of shiqu: for loops that start a program thousands of times.
// Usage: soak_program keep --files DIR --db FILE --n N [--seed S] [--reserve-kb K] | check --files
// DIR --db FILE
// --acks FILE
#include "storage/base/memory.h"
#include "ui/app/soak.h"

#include <cstdio>
#include <cstdlib>
#include <map>

namespace {

using namespace shiqu;

int keep(const app::SoakPlace& place, std::map<std::string, std::string>& options) {
  app::SoakLoad load;
  load.captures = std::atoll(options["--n"].c_str());
  load.seed = static_cast<std::uint64_t>(std::atoll(options["--seed"].c_str()));
  if (options.contains("--reserve-kb")) {
    load.reserve_bytes = static_cast<std::uint64_t>(std::atoll(options["--reserve-kb"].c_str()))
                         << 10U;
  }
  const Status kept = app::soak_keep(
      place, load,
      [] {
        std::puts("READY");
        std::fflush(stdout);
      },
      [](const app::SoakPromise& one) {
        std::printf("ACK %lld %llu %u\n", static_cast<long long>(one.number),
                    static_cast<unsigned long long>(one.master_bytes), one.master_crc32);
        std::fflush(stdout);
      });
  if (!kept) {
    std::fprintf(stderr, "%s\n", kept.error().text().c_str());
  }
  return kept ? 0 : 3;
}

}  // namespace

int main(int argc, char** argv) {
  end_cleanly_without_memory();
  std::map<std::string, std::string> options;
  for (int i = 2; i + 1 < argc; i += 2) {
    options[argv[i]] = argv[i + 1];
  }
  const app::SoakPlace place{options["--files"], options["--db"]};
  if (argc > 1 && std::string(argv[1]) == "keep") {
    return keep(place, options);
  }
  const Json facts = app::soak_check(place, options["--acks"]);
  std::puts(facts.dump().c_str());
  return app::soak_sound(facts) ? 0 : 7;
}
