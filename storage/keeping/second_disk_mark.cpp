#include "storage/keeping/internal/second_disk_mark.h"

#include "storage/base/clock.h"
#include "storage/base/file.h"
#include "storage/base/ids.h"

#include <fmt/format.h>

#include <system_error>

namespace shiqu::keeping {
namespace {

namespace fs = std::filesystem;
using store::Store;

constexpr const char* kMark = "shiqu-second-disk.json";

Result<std::string> archive_name(Store& store) {
  SHIQU_TRY_ASSIGN(const store::Head head, store.journal_head());
  return head.archive;
}

bool holds_nothing(const fs::path& folder) {
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (it->path().filename() != "lost+found") {
      return false;
    }
  }
  return !error;
}

}  // namespace

Result<Mark> read_mark(const fs::path& folder) {
  SHIQU_TRY_ASSIGN(const std::string text, read_file(folder / kMark, 1U << 16U));
  SHIQU_TRY_ASSIGN(const Json json, parse_json(text, (folder / kMark).string()));
  return Mark{get_or<std::string>(json, "disk", ""), get_or<std::string>(json, "archive", "")};
}

Result<std::optional<Mark>> find_disk(Store& store, const fs::path& folder,
                                      SecondDiskStatus& status) {
  const auto mark = read_mark(folder);
  if (!mark) {
    status.state = SecondDisk::Lost;
    status.message = mark.error().text();
    return std::optional<Mark>();
  }
  SHIQU_TRY_ASSIGN(const std::string archive, archive_name(store));
  if (mark->archive != archive) {
    status.state = SecondDisk::Foreign;
    status.message = folder.string() + " belongs to another archive";
    return std::optional<Mark>();
  }
  return std::optional<Mark>(*mark);
}

Status mark_second_disk(Store& store, const store::Session& by, const fs::path& folder) {
  std::error_code error;
  if (!fs::is_directory(folder, error)) {
    return fail(ErrorCode::NotFound, "mark second disk", folder.string(), "no such folder");
  }
  SHIQU_TRY_ASSIGN(const std::string archive, archive_name(store));
  const auto present = read_mark(folder);
  if (present ? present->archive != archive : !holds_nothing(folder)) {
    return fail(ErrorCode::Conflict, "mark second disk", folder.string(),
                present ? "it is the second disk of another archive" : "it is not empty");
  }
  if (present && fs::exists(folder / "heads.jsonl")) {
    fs::rename(folder / "heads.jsonl", folder / fmt::format("heads-until-{}.jsonl", now_unix_ms()),
               error);
    if (error) {
      return fail_errno(error.value(), "put heads aside", folder.string());
    }
  }
  SHIQU_TRY_ASSIGN(const std::string title, store.title());
  const Json mark = {{"shiqu_second_disk", 1},
                     {"disk", new_uuid()},
                     {"archive", archive},
                     {"title", title},
                     {"marked_ms", now_unix_ms()}};
  SHIQU_TRY(replace_file(folder / kMark, mark.dump() + "\n"));
  return store.note_event(by, "backup.marked", "second disk", {{"folder", folder.string()}});
}

}  // namespace shiqu::keeping
