// A sample of the hostile corpus; `hostile_run` takes the whole of it.

#include "tests/app/hostile.h"
#include "tests/support/archive.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

using namespace shiqu;
namespace fs = std::filesystem;

namespace {

/// Unpacked; empty when there is none.
std::vector<fs::path> corpus(const fs::path& into) {
  const char* shared = std::getenv("SHIQU_SHARED");
  const fs::path root =
      shared != nullptr ? fs::path(shared) : fs::path(SHIQU_SOURCE_DIR "/../shared");
  const fs::path packed = root / "data/hostile.tar.zst";
  std::vector<fs::path> files;
  if (!fs::exists(packed)) {
    return files;
  }
  ProcessSpec tar;
  tar.program = "/bin/tar";
  tar.arguments = {"--zstd", "-xf", packed.string(), "-C", into.string()};
  auto child = ChildProcess::start(tar);
  REQUIRE_OK(child);
  REQUIRE(child->wait(std::chrono::seconds(60)).value() == 0);
  for (const auto& entry : fs::recursive_directory_iterator(into)) {
    if (entry.is_regular_file()) {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

TEST_CASE("a sample of the hostile corpus and its mutations kills no parent and hangs nothing") {
  const TempDir unpacked;
  const std::vector<fs::path> files = corpus(unpacked.path());
  if (files.empty()) {
    MESSAGE("SKIPPED: no hostile corpus in the shared folder");
    return;
  }
  test::Archive archive;
  test::HostileRun run(archive.store.folder());
  std::mt19937 random(1);
  for (std::size_t i = 0; i < files.size(); i += 25) {
    run.decode(files[i]);
    run.parse(files[i]);
    std::ifstream stream(files[i], std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
    run.decode_bytes(test::mutated(bytes, random), files[i].filename().string());
  }
  CHECK(run.hangs == 0);
  CHECK(run.largest_bytes <= 1'500'000'000);
  CHECK(run.crashes.empty());
}

TEST_CASE("JPEG 2000, a picture library's favourite hole, is not decoded at all") {
  test::Archive archive;
  test::HostileRun run(archive.store.folder());
  using namespace std::string_literals;
  run.decode_bytes(
      "\0\0\0\x0cjP  \r\n\x87\n\0\0\0\x14"
      "ftypjp2 "s,
      "boxed");
  run.decode_bytes("\xff\x4f\xff\x51\0\x29\0\0"s, "codestream");
  CHECK(run.outcomes["refused: unsupported"] == 2);
}
