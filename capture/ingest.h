#pragma once

#include "capture/device.h"
#include "storage/base/process.h"
#include "storage/store/store.h"

#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

namespace shiqu::capture {

/// Where a shot goes.
struct IngestTarget {
  ItemId item;
  std::string item_identifier;   ///< ASCII part of it stands in the master's tags
  std::string item_title;        ///< any script: stands in the master's XMP
  std::optional<PageId> page;    ///< a reshoot of this page
  std::string page_label;
};

/// One kept frame and what was measured on it.
struct IngestedFrame {
  store::KeptCapture kept;
  model::QualityReport quality;
  int width_px = 0;
  int height_px = 0;
};

/// Turns a shot in the spool into a kept page: the decode worker reads the frame, measures its
/// quality, writes the archival master and reads it back; then Store::keep makes everything durable
/// in one step. A frame of bad quality is kept too, with its verdict: the original may be gone
/// tomorrow. On failure nothing is acknowledged and the shot's files stay in the spool.
/// Errors: those of decoding and Store::keep, Crashed (the frame kills the decoder), Timeout.
Result<IngestedFrame> ingest_shot(store::Store& store, const store::Session& by, WorkerProcess& decoder,
                                  const DeviceInfo& device, const Shot& shot, const IngestTarget& target,
                                  const std::stop_token& stop = {});

/// Worker side, op "master": {"input", "output", "dpi", "tags"} → {"width_px", "height_px", "dpi",
/// "quality"}. `output` is written, fsynced, read back and compared before the answer.
Result<Json> answer_master(const Json& request, const std::function<void(const Json&)>& progress);

}  // namespace shiqu::capture
