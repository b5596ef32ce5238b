#pragma once

#include "storage/store/store.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace shiqu::transfer {

/// How far a delivery has come. Only a receiver's signed receipt makes it Delivered.
enum class DeliveryState { Planned, Written, Copied, Delivered };
std::string_view name_of(DeliveryState state) noexcept;  ///< "planned" "written" …

/// One package on its way to one place.
struct Delivery {
  std::string id;       ///< UUID
  std::string subject;  ///< id of the item, or "package:DIGEST" when it is not of this archive
  std::string package;  ///< "gj0001-v1"
  std::string tag_manifest_sha256;
  std::string to;  ///< folder or device, in the sender's words
  DeliveryState state = DeliveryState::Planned;
  std::string read_back;  ///< name_of(ReadBack), once Copied
  std::string receiver;   ///< once Delivered
  std::string receiver_key;
  std::int64_t changed_ms = 0;
};
Json to_json(const Delivery& delivery);

/// The ledger is what the journal says: events "delivery.planned" … "delivery.delivered".
/// Writes the event of `delivery.state`; `more` joins its detail. Errors: those of note_event.
Status note_delivery(store::Store& store, const store::Session& by, const Delivery& delivery,
                     const Json& more = Json::object());
/// All deliveries, oldest first.
Result<std::vector<Delivery>> deliveries(store::Store& store);

}  // namespace shiqu::transfer
