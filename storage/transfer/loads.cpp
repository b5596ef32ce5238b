#include "storage/transfer/internal/loads.h"

#include "storage/base/handle.h"
#include "storage/transfer/courier.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <system_error>

namespace shiqu::transfer {
namespace {

namespace fs = std::filesystem;
constexpr std::uint64_t kFatLimit = 0xFFFF'FFFFULL;

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

/// What Windows and its file systems do not allow in one name.
bool is_portable(const std::string& name) {
  static const std::set<std::string, std::less<>> kDevices = {
      "con",  "prn",  "aux",  "nul",  "com1", "com2", "com3", "com4", "com5", "com6", "com7",
      "com8", "com9", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9"};
  const bool letters = std::none_of(name.begin(), name.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 ||
           std::string_view("<>:\"\\|?*").find(c) != std::string_view::npos;
  });
  return letters && !name.empty() && name.size() <= 255 && name.back() != '.' &&
         name.back() != ' ' && !kDevices.contains(lower(name.substr(0, name.find('.'))));
}

Result<bool> is_database(const fs::path& file) {
  const FileDescriptor fd(::open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!fd) {
    return fail_errno(errno, "open", file.string());
  }
  constexpr std::string_view kMagic("SQLite format 3\0", 16);
  std::array<char, 16> head{};
  const ssize_t got = ::pread(fd.get(), head.data(), head.size(), 0);
  return got == 16 && std::string_view(head.data(), head.size()) == kMagic;
}

}  // namespace

Result<std::vector<Load>> loads_of(const fs::path& source) {
  std::vector<Load> out;
  std::error_code failed;
  if (fs::is_regular_file(fs::symlink_status(source, failed))) {
    out.push_back({source, {}, fs::file_size(source, failed)});
    return out;
  }
  for (auto entry = fs::recursive_directory_iterator(source, failed);
       !failed && entry != fs::recursive_directory_iterator(); entry.increment(failed)) {
    const fs::file_status status = entry->symlink_status(failed);
    const std::string path = entry->path().lexically_relative(source).generic_string();
    if (fs::is_regular_file(status)) {
      out.push_back({entry->path(), path, entry->file_size(failed)});
    } else if (!fs::is_directory(status)) {
      return fail(ErrorCode::InvalidInput, "copy to disk", path, "neither file nor folder");
    }
  }
  if (failed) {
    return fail_errno(failed.value(), "read", source.string());
  }
  if (out.empty()) {
    return fail(ErrorCode::NotFound, "copy to disk", source.string(), "there is no file in it");
  }
  std::sort(out.begin(), out.end(), [](const Load& a, const Load& b) { return a.path < b.path; });
  return out;
}

Result<std::string> objection_to(const Load& load, bool fat, std::set<std::string>& seen) {
  const std::string name = load.path.empty() ? load.source.filename().string() : load.path;
  SHIQU_TRY_ASSIGN(const bool database, is_database(load.source));
  if (database || name.ends_with("-wal") || name.ends_with("-shm")) {
    return name + ": a database never goes onto a removable disk";
  }
  if (name.ends_with(".part")) {
    return name + ": it is not finished";
  }
  for (const fs::path& part : fs::path(name)) {
    if (!is_portable(part.string())) {
      return name + ": FAT and exFAT do not allow this name";
    }
  }
  if (!seen.insert(lower(name)).second) {
    return name + ": another name differs by capitals only";
  }
  if (fat && load.size > kFatLimit) {
    return name + ": FAT holds no file of 4 GiB and more: use volumes, or exFAT or ext4";
  }
  return std::string();
}

Result<std::string> courier_objection(const fs::path& source, bool fat) {
  SHIQU_TRY_ASSIGN(const auto loads, loads_of(source));
  if (!is_portable(source.filename().string()) || source.extension() == ".part") {
    return source.filename().string() + ": not a name for a removable disk";
  }
  std::set<std::string> seen;
  for (const Load& load : loads) {
    SHIQU_TRY_ASSIGN(std::string objection, objection_to(load, fat, seen));
    if (!objection.empty()) {
      return objection;
    }
  }
  return std::string();
}

}  // namespace shiqu::transfer
