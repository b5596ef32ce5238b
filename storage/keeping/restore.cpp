#include "storage/keeping/restore.h"

#include "storage/base/digest.h"
#include "storage/base/file.h"
#include "storage/base/log.h"
#include "storage/keeping/internal/archive_copy.h"
#include "storage/keeping/snapshots.h"
#include "storage/store/sidecar.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <system_error>

namespace shiqu::keeping {
namespace {

namespace fs = std::filesystem;
constexpr std::array<std::string_view, 4> kNeverKept = {"secret", "jobs", "key", "journal_end"};
constexpr int kManyFiles = 1'000'000;

/// The newest snapshot that passes all checks; those that do not are named.
std::optional<Snapshot> sound_snapshot(const fs::path& from, RestoreReport& report) {
  DiskReader reader;
  for (const Snapshot& one : list_snapshots(from)) {
    const Status checked = check_snapshot(one, reader);
    if (checked) {
      return one;
    }
    report.replayed.lost.push_back(
        {"snapshot", one.file.filename().string(), checked.error().text()});
  }
  return std::nullopt;
}

Status check_target(const fs::path& to) {
  std::error_code error;
  if (fs::exists(to, error) && !fs::is_empty(to, error)) {
    return fail(ErrorCode::Exists, "restore archive", to.string(), "the folder is not empty");
  }
  return {};
}

/// Puts the snapshot in the place of the bare catalogue that init_bare() has made.
Status put_catalogue(const Snapshot& snapshot, const fs::path& to) {
  DiskReader reader;
  const fs::path fresh = to / "catalogue.sqlite.new";
  SHIQU_TRY(copy_verified(snapshot.file, fresh, snapshot.sha256, reader, {}));
  fs::permissions(fresh, fs::perms::owner_read | fs::perms::owner_write);
  std::error_code error;
  fs::rename(fresh, to / "catalogue.sqlite", error);
  if (error) {
    return fail_errno(error.value(), "restore catalogue", to.string());
  }
  for (const char* rest : {"catalogue.sqlite-wal", "catalogue.sqlite-shm"}) {
    fs::remove(to / rest, error);
  }
  return sync_folder(to);
}

void add(store::ReplayReport& all, store::ReplayReport more) {
  more.lost.insert(more.lost.begin(), all.lost.begin(), all.lost.end());
  all = std::move(more);
}

}  // namespace

bool RestoreReport::complete() const noexcept {
  return journal_intact && catalogue == "ok" &&
         std::all_of(replayed.lost.begin(), replayed.lost.end(), [](const store::NotRebuilt& one) {
           return std::find(kNeverKept.begin(), kNeverKept.end(), one.kind) != kNeverKept.end();
         });
}

Status ArchiveCopy::copy(const std::string& path, const std::string& digest) {
  if (options_.stop.stop_requested()) {
    return fail(ErrorCode::Cancelled, "restore archive");
  }
  return copy_verified(from_ / path, to_ / path, digest, reader_, options_.stop);
}

Result<std::vector<std::string>> ArchiveCopy::take_sidecars(RestoreReport& report) {
  std::vector<std::string> taken;
  std::error_code error;
  const fs::path folder = from_ / "sidecars";
  for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end;
       it.increment(error)) {
    if (!it->is_regular_file(error) || it->path().extension() != ".json") {
      continue;
    }
    const std::string path = "sidecars/" + it->path().lexically_relative(folder).string();
    const auto sidecar = store::read_sidecar(from_, path);
    if (!sidecar) {
      report.replayed.lost.push_back({"sidecar", path, sidecar.error().text()});
      continue;
    }
    SHIQU_TRY_ASSIGN(const std::string digest, file_digest_hex(from_ / path, DigestKind::Sha256));
    SHIQU_TRY(copy(path, digest));
    taken.push_back(path);
  }
  if (error) {
    return fail_errno(error.value(), "list sidecars", folder.string());
  }
  return taken;
}

Status ArchiveCopy::take_objects(store::Store& store, RestoreReport& report) {
  SHIQU_TRY_ASSIGN(const std::vector<model::StoredObject> objects, store.objects());
  std::int64_t done = 0;
  for (const model::StoredObject& object : objects) {
    const std::string path =
        "objects/" + object.digest.substr(0, 2) + "/" + object.digest.substr(2);
    if (const Status copied = copy(path, object.digest); copied) {
      ++report.objects;
      report.bytes += object.size_bytes;
    } else if (copied.error().code == ErrorCode::NoSpace ||
               copied.error().code == ErrorCode::Cancelled) {
      return copied;
    } else {
      report.replayed.lost.push_back({"object", object.digest, copied.error().text()});
    }
    if (options_.progress) {
      options_.progress(++done, static_cast<std::int64_t>(objects.size()));
    }
  }
  return {};
}

Status ArchiveCopy::take_folder(const std::string& name, std::string_view ending) {
  std::error_code error;
  for (fs::directory_iterator it(from_ / name, error), end; !error && it != end;
       it.increment(error)) {
    if (!it->is_regular_file() || !it->path().filename().string().ends_with(ending)) {
      continue;
    }
    SHIQU_TRY_ASSIGN(const std::string digest, file_digest_hex(it->path(), DigestKind::Sha256));
    const fs::path target = to_ / name / it->path().filename();
    fs::remove(target, error);
    SHIQU_TRY(copy_verified(it->path(), target, digest, reader_, options_.stop));
    const bool secret = it->path().extension() == ".key";
    fs::permissions(target, fs::perms::owner_read | fs::perms::owner_write |
                                (secret ? fs::perms::none : fs::perms::group_read));
  }
  return {};
}

Status ArchiveCopy::take_heads(store::Store& store, RestoreReport& report) {
  SHIQU_TRY(store.write_heads_file());
  const auto known = store::read_heads(from_ / "heads.jsonl");
  if (!known) {
    return known.error().code == ErrorCode::NotFound ? Status{} : fail(known.error());
  }
  SHIQU_TRY_ASSIGN(const std::int64_t last, store.last_sequence());
  for (const store::Head& head : known->heads) {
    const auto here = head.sequence <= last ? store.events(head.sequence - 1, 1)
                                            : Result<std::vector<model::Event>>();
    const bool fits = here && here->size() == 1 && here->front().hash == head.hash;
    if (fits) {
      SHIQU_TRY(store::append_head(store.heads_file(), head));
    } else {
      report.replayed.lost.push_back(
          {"journal", std::to_string(head.sequence),
           fmt::format("the head of entry {} was written down ({}), the entry is not to be had",
                       head.sequence, head.reason)});
    }
  }
  return {};
}

Status ArchiveCopy::finish(store::Store& store, RestoreReport& report, const std::string& action) {
  SHIQU_TRY(store.forget_fixity());
  SHIQU_TRY_ASSIGN(report.catalogue, store.check_catalogue());
  SHIQU_TRY_ASSIGN(const store::AuditReport audit, store.verify_journal());
  report.entries = audit.entries;
  report.head = audit.head;
  report.journal_intact = audit.intact;
  report.replayed.lost.push_back(
      {"journal_end", std::to_string(report.entries),
       fmt::format("what was done after entry {}, if anything, is known only where a capture or a "
                   "head tells of it",
                   report.entries)});
  Json lost = Json::object();
  for (const store::NotRebuilt& one : report.replayed.lost) {
    lost[one.kind] = get_or<int>(lost, one.kind.c_str(), 0) + 1;
  }
  return store.note_event(store::Session::for_program(), action, "archive",
                          {{"from", from_.string()},
                           {"snapshot", report.snapshot},
                           {"entries", report.entries},
                           {"head", report.head},
                           {"objects", report.objects},
                           {"lost", std::move(lost)}});
}

Result<RestoreReport> restore(const fs::path& from, const fs::path& to,
                              const RestoreOptions& options) {
  if (!fs::exists(from / "shiqu-second-disk.json")) {
    return fail(ErrorCode::NotFound, "restore archive", from.string(), "it is no second disk");
  }
  SHIQU_TRY(check_target(to));
  RestoreReport report;
  ArchiveCopy copy(from, to, options);
  const std::optional<Snapshot> snapshot = sound_snapshot(from, report);
  SHIQU_TRY(store::Store::init_bare(to, "restored"));
  if (snapshot) {
    report.snapshot = snapshot->file.filename().string();
    SHIQU_TRY(put_catalogue(*snapshot, to));
  }
  SHIQU_TRY_ASSIGN(const std::vector<std::string> sidecars, copy.take_sidecars(report));
  SHIQU_TRY_ASSIGN(store::Store store, store::Store::open(to));
  SHIQU_TRY_ASSIGN(store::ReplayReport replayed,
                   store.replay(store::Session::for_program(), to, sidecars));
  add(report.replayed, std::move(replayed));
  SHIQU_TRY(copy.take_objects(store, report));
  SHIQU_TRY(copy.take_folder("models", ""));
  SHIQU_TRY(copy.take_folder("keys", ".pub"));
  SHIQU_TRY(copy.take_folder("", "settings.toml"));
  report.replayed.lost.push_back(
      {"key", "station.key",
       "a second disk has public keys only: the next package gets a new key"});
  SHIQU_TRY(copy.take_heads(store, report));
  SHIQU_TRY(copy.finish(store, report, "archive.restored"));
  return report;
}

}  // namespace shiqu::keeping
