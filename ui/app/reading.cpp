#include "ui/app/reading.h"

#include "storage/base/threads.h"
#include "ui/app/workers.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <set>
#include <thread>
#include <vector>

namespace shiqu::app {
namespace {

constexpr std::chrono::seconds kLimit{120};  // without progress; each column read is progress

ProcessSpec reader_spec(std::span<const std::filesystem::path> files) {
  ProcessSpec spec = worker_spec({}, "ocr");
  std::set<std::string> folders;
  for (const auto& file : files) {
    folders.insert(std::filesystem::absolute(file).parent_path().string());
  }
  spec.arguments = {"ocr", "--images"};
  spec.arguments.insert(spec.arguments.end(), folders.begin(), folders.end());
  return spec;
}

ReadPicture read_one(WorkerProcess& worker, const std::filesystem::path& file,
                     const ocr::ReadingProfile& profile, const std::stop_token& stop) {
  WorkerCall call;
  call.request = {{"op", "ocr"},
                  {"image", std::filesystem::absolute(file).string()},
                  {"engine", profile.engine},
                  {"languages", profile.languages},
                  {"vertical", profile.vertical},
                  {"early_umlauts", profile.early_umlauts},
                  {"language", profile.language}};
  call.limit = kLimit;
  call.stop = stop;
  const auto begin = std::chrono::steady_clock::now();
  const auto read = [&]() -> Result<model::PageText> {
    SHIQU_TRY_ASSIGN(const Json answer, worker.call(call));
    return model::page_text_from_json(answer);
  };
  ReadPicture out{file, read(), 0};
  out.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return out;
}

}  // namespace

Status read_pictures(std::span<const std::filesystem::path> files,
                     const ocr::ReadingProfile& profile, int workers, std::stop_token stop,
                     const std::function<void(const ReadPicture&)>& done) {
  const ProcessSpec spec = reader_spec(files);
  std::atomic<std::size_t> next{0};
  Mutex telling;
  const auto work = [&] {
    WorkerProcess worker(spec);
    for (std::size_t i = next++; i < files.size() && !stop.stop_requested(); i = next++) {
      const ReadPicture read = read_one(worker, files[i], profile, stop);
      const Lock lock(telling);
      done(read);
    }
  };
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < std::max(1, workers); ++i) {
      threads.emplace_back(work);
    }
  }
  if (stop.stop_requested()) {
    return fail(ErrorCode::Cancelled, "read pictures");
  }
  return {};
}

}  // namespace shiqu::app
