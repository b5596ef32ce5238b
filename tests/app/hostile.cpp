#include "tests/app/hostile.h"

#include "capture/device.h"
#include "storage/base/clock.h"
#include "storage/base/file.h"
#include "storage/model/text.h"
#include "storage/store/store.h"
#include "ui/app/builtin.h"
#include "ui/app/settings.h"
#include "ui/app/workers.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <iterator>
#include <utility>

namespace shiqu::test {
namespace {

namespace fs = std::filesystem;
constexpr double kHangS = 10;

std::string content_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

void put(const fs::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary | std::ios::trunc)
      .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

}  // namespace

HostileRun::HostileRun(fs::path archive)
    : archive_(std::move(archive)),
      input_(archive_ / "spool/hostile"),
      output_(archive_ / "spool/master.tif"),
      worker_(app::worker_spec(archive_, "decode")) {}

void HostileRun::decode(const fs::path& file) {
  decode_bytes(content_of(file), file.filename().string());
}

void HostileRun::decode_bytes(const std::string& bytes, const std::string& name) {
  put(input_, bytes);
  call(name);
}

void HostileRun::call(const std::string& name) {
  std::error_code ignored;
  fs::remove(output_, ignored);
  WorkerCall call;
  call.request = {{"op", "master"}, {"input", input_.string()}, {"output", output_.string()}};
  call.limit = std::chrono::seconds(60);
  const std::int64_t begin = now_monotonic_ms();
  const Result<Json> answer = worker_.call(call);
  const double took = static_cast<double>(now_monotonic_ms() - begin) / 1000;
  slowest_s = std::max(slowest_s, took);
  hangs += took > kHangS ? 1 : 0;
  measure_memory();
  if (answer) {
    ++outcomes["decoded"];
  } else if (answer.error().code == ErrorCode::Crashed) {
    ++outcomes["CRASHED: " + answer.error().native];
    crashes.push_back(name);
  } else {
    ++outcomes["refused: " + std::string(name_of(answer.error().code))];
  }
}

void HostileRun::measure_memory() {
  if (worker_.pid() < 0) {
    return;
  }
  std::ifstream status("/proc/" + std::to_string(worker_.pid()) + "/status");
  std::string word;
  while (status >> word) {
    std::uint64_t kib = 0;
    if (word == "VmHWM:" && status >> kib) {
      largest_bytes = std::max(largest_bytes, kib * 1024);
      return;
    }
  }
}

void HostileRun::parse(const fs::path& file) {
  const std::string bytes = content_of(file);
  bool taken = false;
  if (bytes.starts_with("SQLite format 3")) {
    const TempDir folder;
    put(folder.path() / "catalogue.sqlite", bytes);
    taken = store::Store::open(folder.path()).has_value();
  } else if (const auto json = parse_json(bytes, "hostile"); json) {
    taken = true;
    static_cast<void>(model::page_text_from_json(*json));
    static_cast<void>(capture::shot_from_json(*json));
  }
  const TempDir folder;
  put(folder.path() / "settings.toml", bytes.substr(0, 1U << 16U));
  static_cast<void>(app::read_settings(folder.path() / "settings.toml"));
  for (const auto& format : app::builtin_text_formats()) {
    static_cast<void>(format->read(bytes, {}));
  }
  ++outcomes[taken ? "parsed" : "not parsed"];
}

std::string mutated(std::string bytes, std::mt19937& random) {
  constexpr std::array<std::uint32_t, 7> kExtremes{0,          1,          0xffff,    0x10000,
                                                   0x7fffffff, 0x80000000, 0xffffffff};
  const auto any = [&](std::size_t end) { return static_cast<std::size_t>(random()) % end; };
  const std::size_t rounds = std::size_t{1} << any(5);
  for (std::size_t i = 0; i < rounds && bytes.size() >= 8; ++i) {
    const std::size_t at = any(bytes.size());
    const std::size_t length = std::min(1 + any(63), bytes.size() - at);
    switch (any(6)) {
      case 0:
        bytes[at] = static_cast<char>(bytes[at] ^ (1 << any(8)));
        break;
      case 1:
        bytes[at] = static_cast<char>(any(256));
        break;
      case 2:
        std::memcpy(bytes.data() + std::min(at, bytes.size() - 4), &kExtremes[any(7)], 4);
        break;
      case 3:
        std::memmove(bytes.data() + at, bytes.data() + any(bytes.size() - length + 1), length);
        break;
      case 4:
        bytes.erase(at, length);
        break;
      default:
        bytes.resize(any(3) == 0 ? at : bytes.size());
    }
  }
  return bytes;
}

}  // namespace shiqu::test
