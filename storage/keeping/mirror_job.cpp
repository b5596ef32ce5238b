#include "storage/keeping/mirror_job.h"

#include "storage/base/channel.h"
#include "storage/base/clock.h"
#include "storage/keeping/second_disk.h"

#include <algorithm>

namespace shiqu::keeping {
namespace {

constexpr const char* kKind = "mirror";
constexpr const char* kSubject = "second disk";
constexpr std::int64_t kAgainMs = 60'000;
constexpr std::int64_t kSnapshotMs = 3'600'000;
constexpr std::int64_t kLeastRestMs = 600'000;
constexpr std::int64_t kMostRestMs = 24 * kSnapshotMs;
constexpr int kPriority = 5;  // before reading, behind what people look at

ErrorCode code_of(SecondDisk state) {
  switch (state) {
    case SecondDisk::Lost:
      return ErrorCode::DeviceGone;
    case SecondDisk::Full:
      return ErrorCode::NoSpace;
    case SecondDisk::Foreign:
      return ErrorCode::Conflict;
    default:
      return ErrorCode::Io;
  }
}

class MirrorHandler final : public jobs::Handler {
 public:
  [[nodiscard]] std::string_view name() const override { return kKind; }
  [[nodiscard]] std::string_view worker_kind() const override { return "decode"; }

  Status run(jobs::JobContext& context) const override {
    MirrorOptions options;
    options.folder = get_or<std::string>(context.job.spec, "folder", "");
    options.snapshot_older_than_ms = kSnapshotMs;
    options.stop = context.stop;
    options.progress = context.progress;
    SHIQU_TRY_ASSIGN(const MirrorReport report,
                     mirror(context.store, store::Session::for_program(), options));
    const SecondDisk state = report.status.state;
    if (state == SecondDisk::Ok || state == SecondDisk::Behind) {
      return {};
    }
    return fail(code_of(state), "copy to the second disk", options.folder.string(),
                report.status.message);
  }
};

Result<Json> last_try(store::Store& store) {
  SHIQU_TRY_ASSIGN(const std::string text, store.fact("backup_state"));
  return Json::parse(text, nullptr, false);
}

/// Each try leaves a job and entries of the journal, so that a disk that stays away is tried less
/// and less often: after an eighth of the time that it has been away.
Result<bool> rests_after_failure(store::Store& store) {
  SHIQU_TRY_ASSIGN(const Json last, last_try(store));
  if (!last.is_object() || get_or<std::string>(last, "state", "") == "ok") {
    return false;
  }
  const std::int64_t now = now_unix_ms();
  const auto good = get_or<std::int64_t>(last, "last_good_ms", 0);
  const std::int64_t away = good > 0 ? now - good : 8 * kSnapshotMs;
  const std::int64_t age = now - get_or<std::int64_t>(last, "at_ms", 0);
  return age >= 0 && age < std::clamp(away / 8, kLeastRestMs, kMostRestMs);
}

/// Texts and decisions reach the second disk by snapshots alone.
Result<bool> snapshot_is_old(store::Store& store) {
  SHIQU_TRY_ASSIGN(const Json last, last_try(store));
  const std::int64_t age = now_unix_ms() - get_or<std::int64_t>(last, "last_good_ms", 0);
  if (age >= 0 && age < kSnapshotMs) {
    return false;
  }
  return store.has_news(get_or<std::int64_t>(last, "entries", 0));
}

}  // namespace

Status request_mirror(store::Store& store, const store::Session& by,
                      const std::filesystem::path& folder) {
  if (folder.empty()) {
    return {};
  }
  SHIQU_TRY_ASSIGN(const Json last, last_try(store));
  const std::int64_t age = now_unix_ms() - get_or<std::int64_t>(last, "at_ms", 0);
  const std::string state = get_or<std::string>(last, "state", "ok");
  if (state != "ok" && age >= 0 && age < kAgainMs) {
    return {};
  }
  store::JobRecord job;
  job.kind = kKind;
  job.subject = kSubject;
  job.spec = {{"folder", folder.string()}};
  job.priority = kPriority;
  SHIQU_TRY(store.add_job_once(by, job, true));
  return {};
}

Status request_mirror_when_due(store::Store& store, const store::Session& by,
                               const std::filesystem::path& folder) {
  if (folder.empty()) {
    return {};
  }
  SHIQU_TRY_ASSIGN(const bool rests, rests_after_failure(store));
  if (rests) {
    return {};
  }
  SHIQU_TRY_ASSIGN(const auto waiting, store.files_to_mirror("", 1));
  SHIQU_TRY_ASSIGN(const bool old, snapshot_is_old(store));
  return waiting.empty() && !old ? Status{} : request_mirror(store, by, folder);
}

std::unique_ptr<jobs::Handler> make_mirror_handler() {
  return std::make_unique<MirrorHandler>();
}

}  // namespace shiqu::keeping
