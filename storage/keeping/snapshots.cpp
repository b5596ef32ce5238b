#include "storage/keeping/snapshots.h"

#include "storage/base/channel.h"
#include "storage/base/clock.h"
#include "storage/base/file.h"
#include "storage/store/catalogue_copy.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <system_error>

namespace shiqu::keeping {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kNewest = 10;
constexpr std::size_t kMonths = 12;
constexpr std::size_t kMonthLetters = 7;  // "2026-11"

fs::path facts_file(const fs::path& snapshot) {
  return fs::path(snapshot).replace_extension(".json");
}

Result<Snapshot> read_facts(const fs::path& file) {
  SHIQU_TRY_ASSIGN(const std::string text, read_file(facts_file(file), 1U << 16U));
  SHIQU_TRY_ASSIGN(const Json json, parse_json(text, file.string()));
  Snapshot out;
  out.file = file;
  out.sha256 = get_or<std::string>(json, "sha256", "");
  out.size_bytes = get_or<std::uint64_t>(json, "size", 0);
  out.schema = get_or<int>(json, "schema", 0);
  out.entries = get_or<std::int64_t>(json, "entries", 0);
  out.head = get_or<std::string>(json, "head", "");
  out.made_ms = get_or<std::int64_t>(json, "made_ms", 0);
  return out;
}

Status check_content(const fs::path& file, Snapshot& snapshot) {
  SHIQU_TRY_ASSIGN(const store::CatalogueCheck check, store::check_catalogue_file(file));
  if (check.integrity != "ok") {
    return fail(ErrorCode::Corrupt, "check snapshot", file.string(), check.integrity);
  }
  snapshot.schema = check.schema;
  snapshot.entries = check.entries;
  snapshot.head = check.head;
  return {};
}

void remove_snapshot(const fs::path& file) {
  std::error_code ignored;
  fs::remove(file, ignored);
  fs::remove(facts_file(file), ignored);
}

}  // namespace

Result<Snapshot> make_snapshot(store::Store& store, const fs::path& second) {
  const fs::path folder = second / "snapshots";
  SHIQU_TRY(make_folders(folder));
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    if (entry.path().extension() == ".part") {  // left by an interrupted try
      fs::remove(entry.path(), ignored);
    }
  }
  Snapshot out;
  out.made_ms = now_unix_ms();
  const fs::path part = folder / fmt::format("{}.part", out.made_ms);
  const auto make = [&]() -> Status {
    SHIQU_TRY(store.copy_catalogue(part));
    DiskReader reader;
    SHIQU_TRY_ASSIGN(out.sha256, reader.digest(part));
    out.size_bytes = reader.bytes();
    SHIQU_TRY(check_content(part, out));
    out.file = folder / fmt::format("catalogue-{:012}-{}.sqlite", out.entries, out.made_ms);
    SHIQU_TRY(move_into_place(part, out.file));
    const Json facts = {{"sha256", out.sha256}, {"size", out.size_bytes},
                        {"schema", out.schema}, {"entries", out.entries},
                        {"head", out.head},     {"made_ms", out.made_ms}};
    return write_new_file(facts_file(out.file), facts.dump() + "\n");
  };
  if (const Status made = make(); !made) {
    fs::remove(part, ignored);
    return fail(made.error());
  }
  return out;
}

std::vector<Snapshot> list_snapshots(const fs::path& second) {
  std::vector<Snapshot> out;
  std::error_code error;
  for (fs::directory_iterator it(second / "snapshots", error), end; !error && it != end;
       it.increment(error)) {
    if (it->path().extension() == ".sqlite") {
      if (auto facts = read_facts(it->path())) {
        out.push_back(std::move(*facts));
      }
    }
  }
  std::sort(out.begin(), out.end(), [](const Snapshot& a, const Snapshot& b) {
    return a.entries != b.entries ? a.entries > b.entries : a.made_ms > b.made_ms;
  });
  return out;
}

Status check_snapshot(const Snapshot& snapshot, DiskReader& reader) {
  SHIQU_TRY_ASSIGN(const std::string digest, reader.digest(snapshot.file));
  if (digest != snapshot.sha256) {
    return fail(ErrorCode::Corrupt, "check snapshot", snapshot.file.string(), "it was altered");
  }
  Snapshot found;
  SHIQU_TRY(check_content(snapshot.file, found));
  if (found.entries != snapshot.entries || found.head != snapshot.head) {
    return fail(ErrorCode::Corrupt, "check snapshot", snapshot.file.string(),
                "its journal is another");
  }
  return {};
}

Status rotate_snapshots(const fs::path& second) {
  std::set<std::string> months;
  std::size_t number = 0;
  for (const Snapshot& one : list_snapshots(second)) {
    const bool recent = number++ < kNewest;
    const bool first_of_month =
        months.size() < kMonths &&
        months.insert(iso_date(one.made_ms).substr(0, kMonthLetters)).second;
    if (!recent && !first_of_month) {
      remove_snapshot(one.file);
    }
  }
  return sync_folder(second / "snapshots");
}

}  // namespace shiqu::keeping
