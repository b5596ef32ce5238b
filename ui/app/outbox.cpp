#include "ui/app/outbox.h"

#include "storage/base/file.h"

#include <algorithm>
#include <map>
#include <system_error>
#include <utility>

namespace shiqu::app {
namespace {

namespace fs = std::filesystem;
using transfer::DeliveryState;

bool is_there(const fs::path& path) {
  std::error_code failed;
  return !path.empty() && fs::exists(path, failed);
}

Outgoing written_of(const model::Event& event, const Json& detail) {
  Outgoing out;
  out.name = get_or<std::string>(detail, "name", "");
  out.sequence = get_or<std::int64_t>(detail, "sequence", 0);
  out.written_ms = event.at_ms;
  out.by = event.agent;
  out.tag_manifest_sha256 = get_or<std::string>(detail, "tag_manifest_sha256", "");
  out.files = get_or<std::int64_t>(detail, "files", 0);
  out.bytes = get_or<std::uint64_t>(detail, "bytes", 0);
  return out;
}

void add_verdict(Outgoing& out, const Json& detail) {
  out.folder = get_or<std::string>(detail, "path", "");
  out.sound = get_or<bool>(detail, "ok", false);
  out.head_entries = get_or<std::int64_t>(detail, "head_entries", 0);
  out.head_hash = get_or<std::string>(detail, "head_hash", "");
  const auto findings = detail.find("findings");
  if (findings != detail.end() && findings->is_array() && !findings->empty()) {
    out.finding = get_or<std::string>(findings->front(), "message", "");
  }
}

/// Where packages go that nothing else is said of, and what lies beside the folder.
void find_parcels(const store::Store& store, const std::vector<std::string>& wrapped,
                  Outgoing& out) {
  if (out.folder.empty() && is_there(store.packages() / out.name)) {
    out.folder = store.packages() / out.name;
  }
  for (const std::string& name : wrapped) {
    if (const fs::path parcel = out.folder.parent_path() / name; is_there(parcel)) {
      out.parcels.push_back(parcel);
    }
  }
  if (is_there(out.folder)) {
    out.parcels.push_back(out.folder);
  }
}

}  // namespace

DeliveryState Outgoing::state() const noexcept {
  DeliveryState state = DeliveryState::Written;
  for (const transfer::Delivery& one : deliveries) {
    state = std::max(state, one.state);
  }
  return state;
}

Result<std::vector<Outgoing>> outbox(store::Store& store, int limit) {
  SHIQU_TRY_ASSIGN(const auto events,
                   store.events_of({"package.written", "package.verified", "package.wrapped"}));
  SHIQU_TRY_ASSIGN(const auto deliveries, transfer::deliveries(store));
  std::vector<Outgoing> out;
  std::map<std::string, std::size_t> places;  // by digest
  std::map<std::string, std::vector<std::string>> wrapped;
  for (const model::Event& event : events) {
    SHIQU_TRY_ASSIGN(const Json detail, parse_json(event.detail, event.action));
    const auto digest = get_or<std::string>(detail, "tag_manifest_sha256", "");
    const auto known = places.find(digest);
    if (event.action == "package.written") {
      places.insert_or_assign(digest, out.size());
      out.push_back(written_of(event, detail));
      const auto item = store.item(ItemId(event.subject));
      out.back().identifier = item ? item->identifier : "";
    } else if (event.action == "package.wrapped") {
      wrapped[digest].push_back(get_or<std::string>(detail, "name", ""));
    } else if (known != places.end()) {
      add_verdict(out[known->second], detail);
    }
  }
  std::reverse(out.begin(), out.end());
  out.resize(std::min(out.size(), static_cast<std::size_t>(std::max(0, limit))));
  for (Outgoing& one : out) {
    find_parcels(store, wrapped[one.tag_manifest_sha256], one);
    std::copy_if(deliveries.begin(), deliveries.end(), std::back_inserter(one.deliveries),
                 [&](const transfer::Delivery& delivery) {
                   return delivery.tag_manifest_sha256 == one.tag_manifest_sha256;
                 });
  }
  return out;
}

Result<std::string> write_courier_sheet(store::Store& store, const fs::path& parcel,
                                        const std::string& contact, const fs::path& out,
                                        const std::stop_token& stop) {
  SHIQU_TRY_ASSIGN(const Parcel found, parcel_of(store, parcel, contact, {}, stop));
  SHIQU_TRY_ASSIGN(const std::string page, transfer::make_courier_sheet(found.sheet));
  SHIQU_TRY(replace_file(out, page));
  return transfer::sheet_code(found.sheet);
}

}  // namespace shiqu::app
