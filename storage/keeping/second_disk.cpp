#include "storage/keeping/second_disk.h"

#include "storage/base/clock.h"
#include "storage/base/digest.h"
#include "storage/base/disk_space.h"
#include "storage/base/file.h"
#include "storage/base/log.h"
#include "storage/keeping/disk_read.h"
#include "storage/keeping/internal/second_disk_mark.h"
#include "storage/keeping/snapshots.h"

#include <sys/stat.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <system_error>

namespace shiqu::keeping {
namespace {

namespace fs = std::filesystem;
using store::FixityFile;
using store::Store;

constexpr std::array<std::string_view, 7> kNames = {"off",     "ok",   "behind", "lost",
                                                    "foreign", "full", "failed"};
constexpr const char* kStateFact = "backup_state";
constexpr const char* kDiskFact = "backup_disk";
constexpr int kBatch = 64;
constexpr std::uint64_t kReserve = 64U << 20U;
constexpr std::int64_t kDayMs = 24LL * 3600 * 1000;

SecondDisk state_from(std::string_view name) {
  const auto found = std::find(kNames.begin(), kNames.end(), name);
  return found == kNames.end() ? SecondDisk::Failed
                               : static_cast<SecondDisk>(found - kNames.begin());
}

/// One run over the second disk.
class Mirror {
 public:
  Mirror(Store& store, const store::Session& by, const MirrorOptions& options)
      : store_(store), by_(by), options_(options), reader_(options.limit_mb_s) {}

  Result<MirrorReport> run(bool all);

 private:
  Status work(bool all);
  Status copy_waiting();
  Status check_all();
  Status copy_one(const FixityFile& file);
  bool damaged_here(const FixityFile& file);
  Status copy_small();
  Status copy_folder(const fs::path& from, const fs::path& to, std::string_view ending);
  Status snapshot_when_due();
  Status write_head();
  Status remember(const Status& worked);
  Status room_for(std::uint64_t bytes);

  Store& store_;
  const store::Session& by_;
  const MirrorOptions& options_;
  DiskReader reader_;
  MirrorReport report_;
};

Status Mirror::room_for(std::uint64_t bytes) {
  SHIQU_TRY_ASSIGN(const std::uint64_t free, free_bytes(options_.folder));
  if (free < bytes + kReserve) {
    return fail(ErrorCode::NoSpace, "copy to the second disk", options_.folder.string(),
                fmt::format("{} bytes are free", free));
  }
  return {};
}

/// A copy that is there already and right serves; a wrong one is replaced.
Status Mirror::copy_one(const FixityFile& file) {
  const fs::path from = store_.folder() / file.path;
  const fs::path to = options_.folder / file.path;
  std::error_code error;
  if (fs::exists(fs::symlink_status(to, error))) {
    const auto present = reader_.digest(to, options_.stop);
    if (present && *present == file.digest) {
      return {};
    }
    if (!present && present.error().code == ErrorCode::Cancelled) {
      return fail(present.error());
    }
    ++report_.replaced;
    log::warning("backup", "the copy of {} had gone bad", file.path);
    // The good one first: a bad copy may hold the only readable half.
    const fs::path fresh = to.string() + ".fresh";
    fs::remove(fresh, error);
    SHIQU_TRY(room_for(file.size_bytes));
    SHIQU_TRY(copy_verified(from, fresh, file.digest, reader_, options_.stop));
    fs::rename(fresh, to, error);
    if (error) {
      return fail_errno(error.value(), "replace copy", to.string());
    }
    SHIQU_TRY(sync_folder(to.parent_path()));
  } else {
    SHIQU_TRY(room_for(file.size_bytes));
    SHIQU_TRY(copy_verified(from, to, file.digest, reader_, options_.stop));
  }
  ++report_.copied;
  report_.bytes += file.size_bytes;
  return {};
}

/// Such a file is the scrub's to name; the others are copied all the same.
bool Mirror::damaged_here(const FixityFile& file) {
  const auto seen = look_at_file(store_.folder(), file, reader_, options_.stop);
  return seen && seen->verdict != store::Fixity::Whole;
}

Status Mirror::copy_waiting() {
  SHIQU_TRY_ASSIGN(const store::MirrorCount count, store_.mirror_count());
  std::string after;
  std::int64_t done = 0;
  while (true) {
    SHIQU_TRY_ASSIGN(const auto waiting, store_.files_to_mirror(after, kBatch));
    if (waiting.empty()) {
      return {};
    }
    std::vector<std::string> copied;
    Status outcome;
    for (const FixityFile& file : waiting) {
      after = file.path;
      outcome = copy_one(file);
      if (!outcome && damaged_here(file)) {
        ++report_.damaged;
        outcome = {};
        continue;
      }
      if (!outcome) {
        break;
      }
      copied.push_back(file.path);
      if (options_.progress) {
        options_.progress(++done, count.waiting);
      }
    }
    SHIQU_TRY(store_.note_mirrored(copied));
    SHIQU_TRY(outcome);
  }
}

Status Mirror::check_all() {
  SHIQU_TRY(store_.forget_mirrored());
  return copy_waiting();
}

Status Mirror::copy_folder(const fs::path& from, const fs::path& to, std::string_view ending) {
  std::error_code error;
  for (fs::directory_iterator it(from, error), end; !error && it != end; it.increment(error)) {
    if (!it->is_regular_file() || !it->path().filename().string().ends_with(ending)) {
      continue;
    }
    SHIQU_TRY_ASSIGN(const std::string digest, file_digest_hex(it->path(), DigestKind::Sha256));
    const fs::path target = to / it->path().filename();
    const auto present = file_digest_hex(target, DigestKind::Sha256);
    if (present && *present == digest) {
      continue;
    }
    fs::remove(target.string() + ".fresh", error);
    SHIQU_TRY(
        copy_verified(it->path(), target.string() + ".fresh", digest, reader_, options_.stop));
    fs::rename(target.string() + ".fresh", target, error);
    if (error) {
      return fail_errno(error.value(), "copy file", target.string());
    }
    SHIQU_TRY(sync_folder(to));
  }
  return {};
}

Status Mirror::copy_small() {
  SHIQU_TRY(copy_folder(store_.models(), options_.folder / "models", ""));
  SHIQU_TRY(copy_folder(store_.keys(), options_.folder / "keys", ".pub"));
  return copy_folder(store_.folder(), options_.folder, "settings.toml");
}

Status Mirror::snapshot_when_due() {
  const auto present = list_snapshots(options_.folder);
  SHIQU_TRY_ASSIGN(const store::Head head, store_.journal_head());
  const bool due = present.empty() ||
                   (now_unix_ms() - present.front().made_ms >= options_.snapshot_older_than_ms &&
                    present.front().head != head.hash) ||
                   now_unix_ms() < present.front().made_ms;
  if (!due) {
    return {};
  }
  SHIQU_TRY(copy_small());
  std::error_code ignored;
  SHIQU_TRY(room_for(2 * fs::file_size(store_.folder() / "catalogue.sqlite", ignored)));
  SHIQU_TRY(make_snapshot(store_, options_.folder));
  report_.snapshot = true;
  return rotate_snapshots(options_.folder);
}

/// With it a catalogue that is put back to an earlier day is found out.
Status Mirror::write_head() {
  SHIQU_TRY_ASSIGN(store::Head head, store_.journal_head());
  head.reason = "second disk";
  SHIQU_TRY_ASSIGN(const auto checkpoint, store_.last_checkpoint());
  if (checkpoint && checkpoint->sequence == head.sequence) {
    head = *checkpoint;  // signed
  }
  return store::append_head(options_.folder / "heads.jsonl", head);
}

Status Mirror::work(bool all) {
  SHIQU_TRY_ASSIGN(const auto mark, find_disk(store_, options_.folder, report_.status));
  if (!mark) {
    return fail(
        report_.status.state == SecondDisk::Foreign ? ErrorCode::Conflict : ErrorCode::DeviceGone,
        "copy to the second disk", options_.folder.string(), report_.status.message);
  }
  SHIQU_TRY_ASSIGN(const std::string known, store_.fact(kDiskFact));
  if (known != mark->disk) {  // another disk has nothing of what the last one had
    SHIQU_TRY(store_.forget_mirrored());
    SHIQU_TRY(store_.set_fact(kDiskFact, mark->disk));
  }
  SHIQU_TRY(all ? check_all() : copy_waiting());
  SHIQU_TRY(snapshot_when_due());
  return write_head();
}

/// State for everybody to see, and an entry of the journal when it has changed.
Status Mirror::remember(const Status& worked) {
  SecondDisk state = report_.damaged > 0 ? SecondDisk::Failed : SecondDisk::Ok;
  std::string message =
      report_.damaged > 0
          ? fmt::format("{} files here are damaged and were not copied: run the scrub",
                        report_.damaged)
          : "";
  if (!worked) {
    message = worked.error().text();
    const bool there = read_mark(options_.folder).has_value();
    state = !there                                        ? SecondDisk::Lost
            : worked.error().code == ErrorCode::NoSpace   ? SecondDisk::Full
            : report_.status.state == SecondDisk::Foreign ? SecondDisk::Foreign
                                                          : SecondDisk::Failed;
    log::warning("backup", "{}", message);
  }
  SHIQU_TRY_ASSIGN(const std::string before_text, store_.fact(kStateFact));
  const Json before = Json::parse(before_text, nullptr, false);
  const auto last_good = get_or<std::int64_t>(before, "last_good_ms", 0);
  const auto entries = get_or<std::int64_t>(before, "entries", 0);
  const bool good = state == SecondDisk::Ok;
  SHIQU_TRY_ASSIGN(const std::int64_t entries_now, store_.last_sequence());
  const Json now = {{"state", name_of(state)},
                    {"message", message},
                    {"at_ms", now_unix_ms()},
                    {"last_good_ms", good ? now_unix_ms() : last_good},
                    {"entries", good ? entries_now : entries}};
  SHIQU_TRY(store_.set_fact(kStateFact, now.dump(-1, ' ', false, Json::error_handler_t::replace)));
  if (get_or<std::string>(before, "state", "off") != name_of(state)) {
    SHIQU_TRY(store_.note_event(by_, good ? "backup.whole" : "backup.broken", "second disk",
                                {{"state", name_of(state)}, {"message", message}}));
  }
  return {};
}

Result<MirrorReport> Mirror::run(bool all) {
  SHIQU_TRY(store_.write_missing_sidecars());
  SHIQU_TRY(store_.seal_journal(options_.snapshot_older_than_ms == 0 ? 1 : kBatch));
  const Status worked = work(all);
  if (!worked && worked.error().code == ErrorCode::Cancelled) {
    return fail(worked.error());
  }
  SHIQU_TRY(remember(worked));
  SHIQU_TRY_ASSIGN(report_.status, second_disk_status(store_, options_.folder));
  return std::move(report_);
}

}  // namespace

std::string_view name_of(SecondDisk state) noexcept {
  return kNames.at(static_cast<std::size_t>(state));
}

Result<MirrorReport> mirror(Store& store, const store::Session& by, const MirrorOptions& options) {
  return Mirror(store, by, options).run(false);
}

Result<MirrorReport> check_second_disk(Store& store, const store::Session& by,
                                       const MirrorOptions& options) {
  return Mirror(store, by, options).run(true);
}

Result<SecondDiskStatus> second_disk_told(Store& store, const fs::path& folder) {
  SecondDiskStatus status;
  status.folder = folder;
  if (folder.empty()) {
    return status;
  }
  SHIQU_TRY_ASSIGN(const store::MirrorCount count, store.mirror_count());
  status.files = count.files;
  status.waiting = count.waiting;
  status.waiting_bytes = count.waiting_bytes;
  SHIQU_TRY_ASSIGN(const std::string text, store.fact(kStateFact));
  const Json last = Json::parse(text, nullptr, false);
  status.last_run_ms = get_or<std::int64_t>(last, "last_good_ms", 0);
  status.message = get_or<std::string>(last, "message", "");
  status.state =
      last.is_object() ? state_from(get_or<std::string>(last, "state", "")) : SecondDisk::Behind;
  if (status.state == SecondDisk::Ok && status.waiting > 0) {
    status.state = SecondDisk::Behind;
  }
  return status;
}

Result<SecondDiskStatus> second_disk_status(Store& store, const fs::path& folder) {
  SHIQU_TRY_ASSIGN(SecondDiskStatus status, second_disk_told(store, folder));
  if (folder.empty()) {
    return status;
  }
  const SecondDisk told = status.state;
  SHIQU_TRY_ASSIGN(const auto mark, find_disk(store, folder, status));
  if (!mark) {
    return status;
  }
  status.same_device = on_one_disk(store.folder(), folder);
  status.free_bytes = free_bytes(folder).value_or(0);
  const auto snapshots = list_snapshots(folder);
  status.snapshots = static_cast<std::int64_t>(snapshots.size());
  status.snapshot_ms = snapshots.empty() ? 0 : snapshots.front().made_ms;
  SHIQU_TRY_ASSIGN(const std::string known, store.fact(kDiskFact));
  if (known != mark->disk) {
    status.waiting = status.files;
  }
  if (told == SecondDisk::Full || told == SecondDisk::Failed) {
    return status;
  }
  status.message.clear();
  const bool fresh = status.snapshot_ms > 0 && now_unix_ms() - status.snapshot_ms < kDayMs;
  status.state =
      told == SecondDisk::Ok && status.waiting == 0 && fresh ? SecondDisk::Ok : SecondDisk::Behind;
  return status;
}

}  // namespace shiqu::keeping
