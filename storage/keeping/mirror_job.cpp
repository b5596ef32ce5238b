#include "storage/keeping/mirror_job.h"

#include "storage/base/channel.h"
#include "storage/base/clock.h"
#include "storage/keeping/second_disk.h"

namespace shiqu::keeping {
namespace {

constexpr const char* kKind = "mirror";
constexpr const char* kSubject = "second disk";
constexpr std::int64_t kAgainMs = 60'000;
constexpr std::int64_t kSnapshotMs = 3'600'000;
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

}  // namespace

Status request_mirror(store::Store& store, const store::Session& by,
                      const std::filesystem::path& folder) {
  if (folder.empty()) {
    return {};
  }
  SHIQU_TRY_ASSIGN(const std::string text, store.fact("backup_state"));
  const Json last = Json::parse(text, nullptr, false);
  const std::int64_t age = now_unix_ms() - get_or<std::int64_t>(last, "at_ms", 0);
  const std::string state = get_or<std::string>(last, "state", "ok");
  if (state != "ok" && age >= 0 && age < kAgainMs) {
    return {};
  }
  SHIQU_TRY_ASSIGN(const bool waits, store.job_waits(kKind));
  if (waits) {
    return {};
  }
  store::JobRecord job;
  job.kind = kKind;
  job.subject = kSubject;
  job.spec = {{"folder", folder.string()}};
  job.priority = kPriority;
  SHIQU_TRY(store.add_job(by, job));
  return {};
}

std::unique_ptr<jobs::Handler> make_mirror_handler() {
  return std::make_unique<MirrorHandler>();
}

}  // namespace shiqu::keeping
