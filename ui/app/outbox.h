#pragma once

#include "storage/store/store.h"
#include "storage/transfer/ledger.h"
#include "ui/app/transfer.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace shiqu::app {

/// A package that this archive has written, and how far it has come.
struct Outgoing {
  std::string identifier;     ///< of the item; empty: the archive does not know it any more
  std::string name;           ///< "gj0001-v1"
  std::int64_t sequence = 0;  ///< number of the station
  std::int64_t written_ms = 0;
  std::string by;  ///< text_of(Agent)
  std::string tag_manifest_sha256;
  std::int64_t files = 0;
  std::uint64_t bytes = 0;
  std::filesystem::path folder;                ///< where it was written; empty: not known
  std::vector<std::filesystem::path> parcels;  ///< what a courier may carry, that is there
  std::optional<bool> sound;                   ///< verdict of the pass after writing; nullopt: none
  std::string finding;                         ///< the first one, when it is not sound
  std::int64_t head_entries = 0;               ///< of the journal, signed behind it; 0: not known
  std::string head_hash;
  std::vector<transfer::Delivery> deliveries;  ///< oldest first
  /// The furthest of its deliveries; Written when there is none. Delivered: by receipt only.
  [[nodiscard]] transfer::DeliveryState state() const noexcept;
};

/// What was written last, newest first. Reads the whole journal: not for the thread that draws.
Result<std::vector<Outgoing>> outbox(store::Store& store, int limit);

/// Writes the page that is laid beside a disk: for a parcel, whole to the last byte, into `out`.
/// Returns the code on it. Errors: those of parcel_of.
Result<std::string> write_courier_sheet(store::Store& store, const std::filesystem::path& parcel,
                                        const std::string& contact,
                                        const std::filesystem::path& out,
                                        const std::stop_token& stop = {});

}  // namespace shiqu::app
