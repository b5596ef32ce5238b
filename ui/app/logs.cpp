#include "ui/app/logs.h"

#include "storage/base/file.h"
#include "storage/base/log.h"

#include <system_error>

namespace shiqu::app {

namespace fs = std::filesystem;

fs::path logs_of(const fs::path& archive) {
  return archive / "logs";
}

void log_into_archive(const fs::path& archive, const std::string& program) {
  std::error_code error;
  if (archive.empty() || !fs::is_regular_file(archive / "catalogue.sqlite", error)) {
    return;
  }
  if (const auto made = make_folders(logs_of(archive)); !made) {
    log::warning("log", "{}", made.error().text());
    return;
  }
  log::to_file(logs_of(archive) / (program + ".log"));
}

}  // namespace shiqu::app
