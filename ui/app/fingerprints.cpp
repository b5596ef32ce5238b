#include "ui/app/fingerprints.h"

#include "storage/base/log.h"
#include "storage/base/process.h"
#include "storage/package/fingerprint.h"
#include "ui/app/workers.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <set>
#include <string>

namespace shiqu::app {

Result<std::int64_t> take_fingerprints(
    store::Store& store, const std::vector<ItemId>& items,
    const std::function<void(std::int64_t, std::int64_t)>& progress, const std::stop_token& stop) {
  SHIQU_TRY_ASSIGN(const auto masters, store.masters_in_force());
  std::set<std::string> missing;
  for (const store::PageMaster& one : masters) {
    const bool wanted =
        items.empty() || std::find(items.begin(), items.end(), one.item) != items.end();
    if (wanted && !std::filesystem::exists(package::fingerprint_path(store, one.master))) {
      missing.insert(one.master);
    }
  }
  WorkerProcess worker(worker_spec(store.folder(), "decode"));
  std::int64_t done = 0;
  std::int64_t taken = 0;
  for (const std::string& master : missing) {
    if (stop.stop_requested()) {
      return fail(ErrorCode::Cancelled, "take fingerprints");
    }
    WorkerCall call;
    call.request = package::fingerprint_request(store, master);
    call.limit = std::chrono::minutes(3);  // a 150 megapixel master takes seconds
    call.stop = stop;
    if (const auto answer = worker.call(call); answer) {
      ++taken;
    } else if (answer.error().code == ErrorCode::Cancelled) {
      return fail(answer.error());
    } else {
      log::warning("fingerprint", "{}", answer.error().text());
    }
    if (progress) {
      progress(++done, static_cast<std::int64_t>(missing.size()));
    }
  }
  return taken;
}

}  // namespace shiqu::app
