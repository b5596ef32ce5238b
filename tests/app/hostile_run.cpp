// hostile_run CORPUS MUTATIONS [SEED]: every file of a corpus and so many mutations of its pictures
// through the real decode worker and this program's own parsers. Status 1 when a worker took more
// than 1.5 GB, or anything took more than 10 s; that it ends at all says that the parent lived.

#include "storage/base/file.h"
#include "storage/store/store.h"
#include "tests/app/hostile.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <vector>

namespace fs = std::filesystem;

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: hostile_run CORPUS MUTATIONS [SEED]\n";
    return 2;
  }
  const shiqu::TempDir folder;
  const fs::path archive = folder.path() / "archive";
  if (!shiqu::store::Store::init(archive, "Hostile")) {
    return 2;
  }
  std::vector<fs::path> files;
  std::vector<fs::path> pictures;
  for (const auto& entry : fs::recursive_directory_iterator(argv[1])) {
    if (!entry.is_regular_file()) {
      continue;
    }
    files.push_back(entry.path());
    const std::string kind = entry.path().extension().string();
    if ((kind == ".jpg" || kind == ".png" || kind == ".tif") && entry.file_size() < 60000) {
      pictures.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  std::sort(pictures.begin(), pictures.end());
  shiqu::test::HostileRun run(archive);
  for (const fs::path& file : files) {
    run.decode(file);
    run.parse(file);
  }
  const int mutations = std::atoi(argv[2]);
  const unsigned seed = argc > 3 ? static_cast<unsigned>(std::atoi(argv[3])) : 1;
  std::mt19937 random(seed);
  for (int i = 0; i < mutations && !pictures.empty(); ++i) {
    const fs::path& from = pictures[random() % pictures.size()];
    std::ifstream stream(from, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
    run.decode_bytes(shiqu::test::mutated(bytes, random), fmt::format("{} of seed {}", i, seed));
  }
  fmt::print("{} files, {} mutations\n", files.size(), mutations);
  for (const auto& [what, count] : run.outcomes) {
    fmt::print("  {}: {}\n", what, count);
  }
  for (const std::string& name : run.crashes) {
    fmt::print("  worker died of {}\n", name);
  }
  fmt::print("slowest {:.2f} s, {} over 10 s, largest worker {} MB, parent alive\n", run.slowest_s,
             run.hangs, run.largest_bytes / 1000000);
  return run.hangs == 0 && run.largest_bytes <= 1'500'000'000 ? 0 : 1;
}
