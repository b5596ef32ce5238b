#pragma once

#include "storage/jobs/runner.h"
#include "storage/store/store.h"

#include <cstdint>
#include <filesystem>
#include <memory>

namespace shiqu::keeping {

/// How a station checks its files by itself.
struct ScrubPolicy {
  int days = 30;                      ///< a check that is older is not green
  double limit_mb_s = 100;            ///< 0: as fast as it goes
  std::filesystem::path second_copy;  ///< folder of the second disk; empty: none
};

/// Adds a job "scrub" when files are due, unless one waits or runs: never more than one. Due are
/// files whose last check is nine tenths of `days` old, so that a station that is on stays green;
/// files that were never checked count once a day, in a new archive from its second day on. Cheap.
Status request_scrub(store::Store& store, const store::Session& by, const ScrubPolicy& policy,
                     std::int64_t now_ms);

/// Kind "scrub": the files that were due when it was asked for, oldest check first, in slices of
/// `slice_ms`. After each it goes back into the queue behind everything that people wait for. It
/// reads in the runner's own thread; no foreign byte is decoded. Fails, with its name, when a file
/// is damaged at its end. Catalogue and journal are not looked at: `scrub()` does.
std::unique_ptr<jobs::Handler> make_scrub_handler(std::int64_t slice_ms = 5000);

}  // namespace shiqu::keeping
