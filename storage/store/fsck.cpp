#include "storage/base/digest.h"
#include "storage/store/internal/state.h"
#include "storage/store/store.h"

#include <algorithm>
#include <system_error>

namespace shiqu::store {
namespace {

namespace fs = std::filesystem;

/// Checks one object; nothing when it is whole.
std::optional<FsckFinding> check(const Store& store, const model::StoredObject& object) {
  const fs::path file = store.object_path(object.digest);
  std::error_code error;
  if (!fs::exists(file, error)) {
    return FsckFinding{ObjectFault::Missing, object.digest, file.string()};
  }
  if (fs::file_size(file, error) != object.size_bytes) {
    return FsckFinding{ObjectFault::Altered, object.digest, "size differs"};
  }
  const auto digest = file_digest_hex(file, DigestKind::Sha256);
  if (!digest) {
    return FsckFinding{ObjectFault::Unreadable, object.digest, digest.error().text()};
  }
  if (*digest != object.digest) {
    return FsckFinding{ObjectFault::Altered, object.digest, "content differs"};
  }
  return std::nullopt;
}

/// Files below objects/ that no row knows: left by a cut between move and commit, or put there.
Status find_orphans(Store& store, std::vector<FsckFinding>& findings) {
  std::error_code error;
  for (fs::recursive_directory_iterator it(store.folder() / "objects", error), end;
       !error && it != end; it.increment(error)) {
    if (!it->is_regular_file(error)) {
      continue;
    }
    const std::string digest =
        it->path().parent_path().filename().string() + it->path().filename().string();
    const auto known = store.object(digest);
    if (!known && known.error().code == ErrorCode::NotFound) {
      findings.push_back({ObjectFault::Orphan, digest, it->path().string()});
    } else if (!known) {
      return fail(known.error());
    }
  }
  return {};
}

}  // namespace

std::string_view name_of(ObjectFault fault) noexcept {
  switch (fault) {
    case ObjectFault::Missing:
      return "missing";
    case ObjectFault::Altered:
      return "altered";
    case ObjectFault::Orphan:
      return "orphan";
    case ObjectFault::Unreadable:
      break;
  }
  return "unreadable";
}

bool FsckReport::healthy() const noexcept {
  return database == "ok" && objects_checked == objects_known &&
         std::all_of(findings.begin(), findings.end(), [](const FsckFinding& finding) {
           return finding.fault == ObjectFault::Orphan;
         });
}

Result<FsckReport> Store::fsck(const std::function<void(std::int64_t, std::int64_t)>& progress,
                               const std::stop_token& stop) {
  FsckReport report;
  SHIQU_TRY_ASSIGN(report.objects_known, object_count());
  std::string last;
  while (true) {
    SHIQU_TRY_ASSIGN(const std::vector<model::StoredObject> some, objects(last));
    if (some.empty()) {
      break;
    }
    for (const model::StoredObject& object : some) {
      if (stop.stop_requested()) {
        return fail(ErrorCode::Cancelled, "check objects");
      }
      if (auto finding = check(*this, object)) {
        report.findings.push_back(std::move(*finding));
      }
      ++report.objects_checked;
      report.bytes_checked += object.size_bytes;
      if (progress) {
        progress(report.objects_checked, report.objects_known);
      }
    }
    last = some.back().digest;
  }
  SHIQU_TRY(find_orphans(*this, report.findings));
  SHIQU_TRY_ASSIGN(report.database, check_catalogue());
  return report;
}

}  // namespace shiqu::store
