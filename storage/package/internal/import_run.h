#pragma once

#include "storage/package/import.h"
#include "storage/package/internal/read_package.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace shiqu::package {

using ByteProgress = std::function<void(std::uint64_t, std::uint64_t)>;

/// What this archive knows of the station that signed, and of earlier packages of the item.
struct Station {
  std::string subject;      ///< "station:KEY"
  std::int64_t last = 0;    ///< highest sequence number that came
  std::string last_digest;  ///< tag manifest of that one
};

/// One import: the work behind import_package().
class Import {
 public:
  Import(store::Store& store, const store::Session& by, const std::filesystem::path& folder,
         const PackageVerdict& verdict, const ImportOptions& options)
      : store_(store), by_(by), folder_(folder), verdict_(verdict), options_(options) {}

  Result<ImportSummary> run(const ByteProgress& progress, const std::stop_token& stop) {
    SHIQU_TRY(store_.require(by_, model::Role::Lead, "import package"));
    SHIQU_TRY(check_verdict());
    SHIQU_TRY_ASSIGN(record_, read_record(folder_));
    out_.pages = static_cast<int>(record_.pages.size());
    SHIQU_TRY(find_item());
    SHIQU_TRY(look_at_history());
    if (out_.known) {
      return std::move(out_);
    }
    SHIQU_TRY(check_station());
    SHIQU_TRY(merge_item());
    std::uint64_t total = 0;
    for (const PackagePage& page : record_.pages) {
      total += page.master_bytes;
    }
    std::uint64_t done = 0;
    for (const PackagePage& page : record_.pages) {
      if (stop.stop_requested()) {
        return fail(ErrorCode::Cancelled, "import package", verdict_.identifier);
      }
      SHIQU_TRY(merge_page(page));
      done += page.master_bytes;
      if (progress) {
        progress(done, total);
      }
    }
    SHIQU_TRY(note());
    return std::move(out_);
  }

 private:
  [[nodiscard]] Status check_verdict() const;
  Status find_item();
  Status look_at_history();
  Status check_station();
  Status merge_item();
  Status merge_page(const PackagePage& theirs);
  Status add_page(const PackagePage& theirs);
  Status merge_master(const PackagePage& theirs, const model::Page& ours, bool& same);
  Status merge_text(const PackagePage& theirs, const model::Page& ours, bool& same);
  Result<const model::Page*> counterpart(const PackagePage& theirs);
  Result<bool> has_text(const PageId& page, const std::string& canonical);
  /// Has a person of this archive worked on the text or decided about it?
  Result<bool> worked_here(const PageId& page);
  Result<store::ForeignText> foreign(const PackagePage& page, PackageText text) const;
  Result<store::SpooledFile> spool(const std::filesystem::path& file, const std::string& digest,
                                   const std::string& media_type);
  Status note();
  void conflict(std::string page, std::string kind, std::string ours, std::string theirs,
                std::string now) {
    out_.conflicts.push_back(
        {std::move(page), std::move(kind), std::move(ours), std::move(theirs), std::move(now)});
  }
  [[nodiscard]] std::string elsewhere(const std::string& name) const {
    return name.find('@') == std::string::npos ? name + "@" + verdict_.signer : name;
  }
  [[nodiscard]] const char* holder() const {
    return options_.theirs ? "theirs is in force, ours in the history"
                           : "ours stays in force, theirs is kept beside it";
  }

  store::Store& store_;
  const store::Session& by_;
  const std::filesystem::path& folder_;
  const PackageVerdict& verdict_;
  const ImportOptions& options_;
  PackageRecord record_;
  std::optional<model::Item> ours_;
  std::vector<model::Page> pages_;    ///< of the item here, before the import
  std::vector<std::string> masters_;  ///< in force, of the same pages
  Station station_;
  ImportSummary out_;
};

}  // namespace shiqu::package
