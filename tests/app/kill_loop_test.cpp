#include "storage/base/digest.h"
#include "storage/base/process.h"
#include "storage/base/text.h"
#include "storage/imaging/codecs.h"
#include "tests/support/archive.h"

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <map>
#include <random>
#include <thread>

using namespace shiqu;
namespace fs = std::filesystem;

namespace {

/// 100 here; any number by hand: SHIQU_KILL_ROUNDS=1000 app_test -tc='*kill -9*'
int rounds() {
  const char* wanted = std::getenv("SHIQU_KILL_ROUNDS");
  return wanted == nullptr ? 100 : std::atoi(wanted);
}

void write_frames(const fs::path& folder) {
  REQUIRE(make_folders(folder));
  for (int i = 0; i < 40; ++i) {
    const auto bytes = imaging::encode_jpeg(test::strokes({90 + i, 70}), 90);
    REQUIRE(bytes);
    REQUIRE(write_new_file(folder / fmt::format("{:03}.jpg", i),
                           {reinterpret_cast<const char*>(bytes->data()), bytes->size()}));
  }
}

/// page id → digest of its master, of every line "KEPT …" that arrived whole.
std::map<std::string, std::string> acknowledged(const fs::path& log) {
  std::map<std::string, std::string> out;
  const std::string content = read_file(log).value_or("");
  const std::vector<std::string> lines = split(content, '\n');
  for (std::size_t i = 0; i + 1 < lines.size(); ++i) {  // the last piece has no line end
    const std::vector<std::string> words = split(lines[i], ' ');
    if (words.size() == 3 && words[0] == "KEPT") {
      out[words[1]] = words[2];
    }
  }
  return out;
}

ChildProcess start_ingest(const test::Archive& archive, const fs::path& frames,
                          const fs::path& log) {
  auto child = ChildProcess::start({fs::path(SHIQU_BIN_DIR) / "ingest_loop",
                                    {archive.store.folder().string(), "GJ0001", frames.string()},
                                    {},
                                    false,
                                    log});
  REQUIRE(child);
  return std::move(*child);
}

double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace

TEST_CASE("after kill -9 at random moments every frame reported as kept is there and whole") {
  test::Archive archive;
  archive.add_item("GJ0001");
  const fs::path frames = archive.folder.path() / "frames";
  write_frames(frames);
  const fs::path log = archive.folder.path() / "log";
  // How long a first frame takes here and now: the moments of death lie around it.
  const auto begin = std::chrono::steady_clock::now();
  auto first = start_ingest(archive, frames, log);
  while (acknowledged(log).empty() && first.running() && seconds_since(begin) < 30) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  const int longest_ms = std::max(400, static_cast<int>(2000 * seconds_since(begin)));
  first.stop();
  std::mt19937 random(20261125);
  for (int round = 0; round < rounds(); ++round) {
    ChildProcess child = start_ingest(archive, frames, log);
    std::this_thread::sleep_for(
        std::chrono::milliseconds(std::uniform_int_distribution(20, longest_ms)(random)));
    REQUIRE(child.running());
    child.stop();  // SIGKILL
  }
  const auto kept = acknowledged(log);
  CHECK(kept.size() > static_cast<std::size_t>(rounds()) / 4);  // the test did test something
  auto reopened = store::Store::open(archive.store.folder());
  REQUIRE_OK(reopened);
  for (const auto& [page, master] : kept) {
    const auto record = reopened->page(PageId(page));
    REQUIRE_OK(record);
    CHECK(reopened->capture(record->capture)->master == master);
    CHECK(file_digest_hex(reopened->object_path(master), DigestKind::Sha256).value() == master);
  }
  CHECK(reopened->fsck()->healthy());
  CHECK(reopened->verify_journal()->intact);
}
