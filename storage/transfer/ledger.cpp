#include "storage/transfer/ledger.h"

#include <algorithm>
#include <array>

namespace shiqu::transfer {
namespace {

constexpr std::array<std::string_view, 4> kNames = {"planned", "written", "copied", "delivered"};
const std::string kAction = "delivery.";

Delivery delivery_of(const model::Event& event, const Json& detail) {
  Delivery out;
  out.id = get_or<std::string>(detail, "delivery", "");
  out.subject = event.subject;
  out.package = get_or<std::string>(detail, "package", "");
  out.tag_manifest_sha256 = get_or<std::string>(detail, "tag_manifest_sha256", "");
  out.to = get_or<std::string>(detail, "to", "");
  const auto name = std::find(kNames.begin(), kNames.end(),
                              std::string_view(event.action).substr(kAction.size()));
  out.state = static_cast<DeliveryState>(name - kNames.begin());
  out.read_back = get_or<std::string>(detail, "read_back", "");
  out.receiver = get_or<std::string>(detail, "receiver", "");
  out.receiver_key = get_or<std::string>(detail, "receiver_key", "");
  out.changed_ms = event.at_ms;
  return out;
}

}  // namespace

std::string_view name_of(DeliveryState state) noexcept {
  return kNames.at(static_cast<std::size_t>(state));
}

Json to_json(const Delivery& delivery) {
  return {{"delivery", delivery.id},
          {"package", delivery.package},
          {"tag_manifest_sha256", delivery.tag_manifest_sha256},
          {"to", delivery.to},
          {"state", name_of(delivery.state)},
          {"read_back", delivery.read_back},
          {"receiver", delivery.receiver},
          {"receiver_key", delivery.receiver_key},
          {"changed_ms", delivery.changed_ms}};
}

Status note_delivery(store::Store& store, const store::Session& by, const Delivery& delivery,
                     const Json& more) {
  Json detail = to_json(delivery);
  detail.erase("state");
  detail.erase("changed_ms");
  detail.update(more);
  return store.note_event(by, kAction + std::string(name_of(delivery.state)), delivery.subject,
                          detail);
}

Result<std::vector<Delivery>> deliveries(store::Store& store) {
  std::vector<std::string> actions;
  for (const std::string_view name : kNames) {
    actions.push_back(kAction + std::string(name));
  }
  SHIQU_TRY_ASSIGN(const auto events, store.events_of(actions));
  std::vector<Delivery> out;
  for (const model::Event& event : events) {
    SHIQU_TRY_ASSIGN(const Json detail, parse_json(event.detail, event.action));
    Delivery now = delivery_of(event, detail);
    const auto found =
        std::find_if(out.begin(), out.end(), [&](const Delivery& one) { return one.id == now.id; });
    if (found == out.end()) {
      out.push_back(std::move(now));
    } else if (now.state >= found->state) {
      now.read_back = now.read_back.empty() ? found->read_back : now.read_back;
      *found = std::move(now);
    }
  }
  return out;
}

}  // namespace shiqu::transfer
