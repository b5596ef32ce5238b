#pragma once

#include "storage/base/channel.h"
#include "storage/keeping/second_disk.h"
#include "storage/store/store.h"
#include "ui/app/settings.h"

#include <string>

namespace shiqu::app {

/// How the archive itself stands, for people and for scripts.
struct ArchiveState {
  store::Head head;                 ///< of the journal, now
  std::int64_t signed_entries = 0;  ///< up to the last checkpoint
  store::FixityState fixity;
  std::string fixity_verdict;  ///< of FixityState::verdict
  keeping::SecondDiskStatus second_disk;
  /// Somebody has to do something now: damage, or a second disk that is lost, full or broken.
  [[nodiscard]] bool red() const noexcept;
};

/// `look_at_disk`: false asks the catalogue alone, which never waits for a disk that hangs.
/// Errors: those of the store.
Result<ArchiveState> archive_state(store::Store& store, const Settings& settings,
                                   bool look_at_disk);

std::string words_of(const store::FixityState& state, std::string_view verdict);
std::string words_of(const keeping::SecondDiskStatus& status);
/// "120·1a2b3c4d": entries, and the first digits of the last one's hash.
std::string short_head(const store::Head& head);
/// One line for the desk.
std::string line_of(const ArchiveState& state);
Json to_json(const ArchiveState& state);
Json to_json(const keeping::SecondDiskStatus& status);

}  // namespace shiqu::app
