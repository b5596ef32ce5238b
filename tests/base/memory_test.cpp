#include "storage/base/memory.h"

#include "storage/base/file.h"
#include "storage/base/process.h"

#include <doctest/doctest.h>

#include <chrono>

using namespace shiqu;

TEST_CASE("a program without memory ends with a word and a status of its own, in any thread") {
  const TempDir folder;
  for (const char* place : {"main", "thread", "noexcept"}) {
    const auto words = folder.path() / place;
    auto child = ChildProcess::start(
        {program_folder() / "echo_worker", {"--no-memory", place}, {}, false, words});
    REQUIRE(child);
    CHECK(child->wait(std::chrono::seconds(20)).value() == kNoMemoryStatus);
    CHECK(read_file(words)->starts_with("No memory is left"));
  }
}
