#pragma once

#include "storage/base/channel.h"
#include "storage/base/ids.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace shiqu::store {

enum class JobState { Queued, Running, Done, Failed, Cancelled, Quarantined };
std::string_view name_of(JobState state) noexcept;  ///< "queued" "running" …
JobState job_state_from(std::string_view name) noexcept;

/// One durable piece of work. Rows survive power cuts: what was Running then is Queued again at
/// the next start, and a job that has crashed its worker three times is Quarantined.
struct JobRecord {
  JobId id;
  std::string kind;      ///< "derive", "ocr"
  std::string subject;   ///< id of the page or capture it works on
  Json spec;             ///< settings, an object
  JobState state = JobState::Queued;
  int priority = 0;      ///< higher first; then older first
  int attempts = 0;      ///< how often it was started
  int crashes = 0;       ///< how often its worker died on it
  std::int64_t done = 0;
  std::int64_t total = 0;
  std::optional<Error> error;
  std::int64_t created_ms = 0;
  std::int64_t finished_ms = 0;
};

/// How many jobs stand in each state.
struct JobCounts {
  std::int64_t queued = 0;
  std::int64_t running = 0;
  std::int64_t done = 0;
  std::int64_t failed = 0;
  std::int64_t cancelled = 0;
  std::int64_t quarantined = 0;
};

}  // namespace shiqu::store
