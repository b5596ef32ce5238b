#include "ui/app/upkeep_words.h"

#include "storage/base/clock.h"
#include "ui/app/i18n.h"

#include <fmt/format.h>

namespace shiqu::app {
namespace {

using keeping::SecondDisk;

constexpr std::int64_t kDayMs = 24LL * 3600 * 1000;
constexpr std::size_t kShortHash = 8;

template <class... Values>
std::string say(const char* words, const Values&... values) {
  return fmt::format(fmt::runtime(words), values...);
}

std::string day_of(std::int64_t ms) {
  return ms > 0 ? iso_date(ms) : std::string("–");
}

bool is_broken(SecondDisk state) {
  return state != SecondDisk::Off && state != SecondDisk::Ok && state != SecondDisk::Behind;
}

}  // namespace

bool ArchiveState::red() const noexcept {
  return fixity.damaged > 0 || is_broken(second_disk.state);
}

Result<ArchiveState> archive_state(store::Store& store, const Settings& settings,
                                   bool look_at_disk) {
  ArchiveState state;
  SHIQU_TRY_ASSIGN(state.head, store.journal_head());
  SHIQU_TRY_ASSIGN(const auto checkpoint, store.last_checkpoint());
  state.signed_entries = checkpoint ? checkpoint->sequence : 0;
  SHIQU_TRY_ASSIGN(state.fixity, store.fixity_state());
  state.fixity_verdict = state.fixity.verdict(now_unix_ms() - settings.fixity_days * kDayMs);
  SHIQU_TRY_ASSIGN(state.second_disk,
                   look_at_disk ? keeping::second_disk_status(store, settings.backup_folder)
                                : keeping::second_disk_told(store, settings.backup_folder));
  return state;
}

std::string words_of(const store::FixityState& state, std::string_view verdict) {
  if (verdict == "damaged") {
    return say(_("{} OF {} FILES ARE DAMAGED"), state.damaged, state.files);
  }
  if (verdict == "nothing") {
    return _("no files to check yet");
  }
  if (verdict == "unchecked") {
    return say(_("{} of {} files never checked"), state.never_checked, state.files);
  }
  if (verdict == "stale") {
    return say(_("{} files, some not checked since {}"), state.files,
               day_of(state.oldest_check_ms));
  }
  return say(_("all {} files checked since {}"), state.files, day_of(state.oldest_check_ms));
}

std::string words_of(const keeping::SecondDiskStatus& status) {
  switch (status.state) {
    case SecondDisk::Off:
      return _("none: nothing is copied");
    case SecondDisk::Ok:
      return say(_("has everything, snapshot of {}"), day_of(status.snapshot_ms));
    case SecondDisk::Behind:
      return say(_("{} of {} files wait to be copied"), status.waiting, status.files);
    case SecondDisk::Lost:
      return say(_("LOST, {} files wait to be copied"), status.waiting);
    case SecondDisk::Foreign:
      return _("ANOTHER ARCHIVE'S");
    case SecondDisk::Full:
      return say(_("FULL, {} files wait to be copied"), status.waiting);
    case SecondDisk::Failed:
      break;
  }
  return say(_("FAILED: {}"), status.message);
}

std::string short_head(const store::Head& head) {
  return fmt::format("{}·{}", head.sequence, head.hash.substr(0, kShortHash));
}

std::string line_of(const ArchiveState& state) {
  std::string line = say(_("journal {}"), short_head(state.head)) + "   ·   " +
                     words_of(state.fixity, state.fixity_verdict);
  if (state.second_disk.state != SecondDisk::Off) {
    line += "   ·   " + say(_("second disk: {}"), words_of(state.second_disk));
  }
  return line;
}

Json to_json(const keeping::SecondDiskStatus& status) {
  return {{"state", keeping::name_of(status.state)},
          {"folder", status.folder.string()},
          {"message", status.message},
          {"files", status.files},
          {"waiting", status.waiting},
          {"waiting_bytes", status.waiting_bytes},
          {"last_run_ms", status.last_run_ms},
          {"snapshot_ms", status.snapshot_ms},
          {"snapshots", status.snapshots},
          {"free_bytes", status.free_bytes},
          {"same_device", status.same_device}};
}

Json to_json(const ArchiveState& state) {
  const store::FixityState& fixity = state.fixity;
  return {{"journal",
           {{"entries", state.head.sequence},
            {"head", state.head.hash},
            {"signed_entries", state.signed_entries}}},
          {"fixity",
           {{"verdict", state.fixity_verdict},
            {"files", fixity.files},
            {"never_checked", fixity.never_checked},
            {"damaged", fixity.damaged},
            {"oldest_check_ms", fixity.oldest_check_ms},
            {"round_open", fixity.round_open},
            {"left_in_round", fixity.left_in_round},
            {"round_ended_ms", fixity.round_ended_ms}}},
          {"second_disk", to_json(state.second_disk)}};
}

}  // namespace shiqu::app
