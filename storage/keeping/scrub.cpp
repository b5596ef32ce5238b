#include "storage/keeping/scrub.h"

#include "storage/base/clock.h"
#include "storage/base/file.h"
#include "storage/base/log.h"
#include "storage/keeping/disk_read.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

namespace shiqu::keeping {
namespace {

namespace fs = std::filesystem;
using store::Fixity;
using store::FixityVerdict;

constexpr int kBatch = 64;
constexpr std::int64_t kStoreEveryMs = 250;

class Scrub {
 public:
  Scrub(store::Store& store, const store::Session& by, const ScrubOptions& options)
      : store_(store), by_(by), options_(options), reader_(options.limit_mb_s) {}

  Result<ScrubReport> run();
  Result<ScrubSliceReport> run(const ScrubSlice& slice);

 private:
  Status read_round();
  Status read_due(const ScrubSlice& slice);
  Status look(const store::FixityFile& file);
  Status flush();
  void repair(FixityVerdict& verdict);
  Result<std::string> put_aside(const store::FixityFile& file);
  Status finish();
  [[nodiscard]] std::string verdict_of(const store::FixityState& state) const;

  store::Store& store_;
  const store::Session& by_;
  const ScrubOptions& options_;
  DiskReader reader_;
  ScrubReport report_;
  std::vector<FixityVerdict> unsaved_;
  std::int64_t saved_ms_ = now_monotonic_ms();
};

Result<ScrubReport> Scrub::run() {
  SHIQU_TRY(store_.write_missing_sidecars());
  SHIQU_TRY_ASSIGN(report_.round, store_.open_fixity_round());
  const Status read = read_round();
  SHIQU_TRY(flush());
  if (!read && read.error().code != ErrorCode::Cancelled) {
    return fail(read.error());
  }
  SHIQU_TRY(finish());
  return std::move(report_);
}

Result<ScrubSliceReport> Scrub::run(const ScrubSlice& slice) {
  const Status read = read_due(slice);
  SHIQU_TRY(flush());
  SHIQU_TRY(read);
  ScrubSliceReport out;
  out.checked = report_.checked;
  out.damaged = std::ssize(report_.seen) - report_.repaired;
  SHIQU_TRY_ASSIGN(out.left, store_.count_files_due(slice.before_ms));
  return out;
}

Status Scrub::read_due(const ScrubSlice& slice) {
  report_.round = store::kLastRound;
  const std::int64_t end_ms = now_monotonic_ms() + slice.lasts_ms;
  while (true) {
    SHIQU_TRY_ASSIGN(const auto due, store_.files_due(slice.before_ms, kBatch));
    if (due.empty()) {
      return {};
    }
    for (const store::FixityFile& file : due) {
      SHIQU_TRY(look(file));
      if (now_monotonic_ms() >= end_ms) {
        return {};
      }
    }
    SHIQU_TRY(flush());
  }
}

Status Scrub::read_round() {
  while (true) {
    SHIQU_TRY_ASSIGN(const auto due, store_.files_to_check(report_.round, kBatch));
    if (due.empty()) {
      return {};
    }
    SHIQU_TRY_ASSIGN(const store::FixityState state, store_.fixity_state());
    std::int64_t done = state.files - state.left_in_round;
    for (const store::FixityFile& file : due) {
      SHIQU_TRY(look(file));
      ++done;
      if (options_.progress) {
        options_.progress(
            {done, state.files, reader_.bytes(), static_cast<std::int64_t>(report_.seen.size())});
      }
    }
    SHIQU_TRY(flush());
  }
}

Status Scrub::look(const store::FixityFile& file) {
  if (options_.stop.stop_requested()) {
    return fail(ErrorCode::Cancelled, "scrub");
  }
  SHIQU_TRY_ASSIGN(FixityVerdict verdict,
                   look_at_file(store_.folder(), file, reader_, options_.stop));
  ++report_.checked;
  const bool damaged = verdict.verdict != Fixity::Whole;
  if (damaged) {
    log::warning("scrub", "{} {}", store::name_of(verdict.verdict), file.path);
    const Fixity found = verdict.verdict;
    repair(verdict);
    report_.seen.push_back(verdict);
    report_.seen.back().verdict = found;
  }
  unsaved_.push_back(std::move(verdict));
  // A fault is stored at once, good news now and then.
  return damaged || now_monotonic_ms() - saved_ms_ > kStoreEveryMs ? flush() : Status{};
}

Status Scrub::flush() {
  if (!unsaved_.empty()) {
    SHIQU_TRY(store_.note_fixity(by_, report_.round, unsaved_));
    unsaved_.clear();
  }
  saved_ms_ = now_monotonic_ms();
  return {};
}

/// Moves what lies in the file's place into damaged/; nothing to move is no error.
Result<std::string> Scrub::put_aside(const store::FixityFile& file) {
  const fs::path place = store_.folder() / file.path;
  if (!fs::exists(fs::symlink_status(place))) {
    return std::string();
  }
  const fs::path folder = store_.folder() / "damaged";
  SHIQU_TRY(make_folders(folder));
  const std::string name = fmt::format("{}-{}", now_unix_ms(), flat_name(file.path));
  std::error_code error;
  fs::rename(place, folder / name, error);
  if (error) {
    return fail_errno(error.value(), "put damaged file aside", place.string());
  }
  SHIQU_TRY(sync_folder(folder));
  SHIQU_TRY(sync_folder(place.parent_path()));
  return "damaged/" + name;
}

/// The good copy is whole in the spool before the damaged file is touched.
void Scrub::repair(FixityVerdict& verdict) {
  if (options_.second_copy.empty()) {
    return;
  }
  const fs::path from = options_.second_copy / verdict.file.path;
  const fs::path spooled = store_.spool() / ("repair-" + verdict.file.digest);
  const auto mend = [&]() -> Status {
    std::error_code ignored;
    fs::remove(spooled, ignored);
    SHIQU_TRY(copy_verified(from, spooled, verdict.file.digest, reader_, options_.stop));
    SHIQU_TRY_ASSIGN(verdict.aside, put_aside(verdict.file));
    SHIQU_TRY(make_folders((store_.folder() / verdict.file.path).parent_path()));
    return move_into_place(spooled, store_.folder() / verdict.file.path);
  };
  if (const Status mended = mend(); !mended) {
    std::error_code ignored;
    fs::remove(spooled, ignored);
    verdict.detail += "; not repaired: " + mended.error().text();
    return;
  }
  verdict.detail = fmt::format("{}: {}", store::name_of(verdict.verdict), verdict.detail);
  verdict.verdict = Fixity::Whole;
  verdict.repaired = from.string();
  ++report_.repaired;
}

std::string Scrub::verdict_of(const store::FixityState& state) const {
  if (state.damaged > 0) {
    return "damaged";
  }
  if (report_.catalogue != "ok") {
    return "catalogue";
  }
  if (!report_.journal.intact) {
    return "journal";
  }
  if (report_.files == 0) {
    return "nothing";
  }
  return report_.unchecked > 0 ? "unfinished" : "whole";
}

Status Scrub::finish() {
  SHIQU_TRY(store_.close_fixity_round(report_.round));
  SHIQU_TRY_ASSIGN(const store::FixityState state, store_.fixity_state());
  report_.files = state.files;
  report_.unchecked = state.round_open ? state.left_in_round : 0;
  report_.checked_in_round = report_.files - report_.unchecked;
  report_.damaged = state.damaged;
  report_.oldest_check_ms = state.oldest_check_ms;
  report_.bytes = reader_.bytes();
  report_.direct_files = reader_.direct_files();
  SHIQU_TRY_ASSIGN(report_.findings, store_.fixity_findings());
  SHIQU_TRY_ASSIGN(report_.catalogue, store_.check_catalogue());
  SHIQU_TRY_ASSIGN(report_.journal, store_.verify_journal());
  report_.verdict = verdict_of(state);
  return {};
}

}  // namespace

Result<ScrubReport> scrub(store::Store& store, const store::Session& by,
                          const ScrubOptions& options) {
  return Scrub(store, by, options).run();
}

Result<ScrubSliceReport> scrub_slice(store::Store& store, const store::Session& by,
                                     const ScrubOptions& options, const ScrubSlice& slice) {
  return Scrub(store, by, options).run(slice);
}

}  // namespace shiqu::keeping
