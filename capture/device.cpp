#include "capture/device.h"

namespace shiqu::capture {

std::string DeviceInfo::title() const {
  std::string out = make;
  if (!model.empty()) {
    out += (out.empty() ? "" : " ") + model;
  }
  if (out.empty()) {
    out = backend + ":" + address;
  }
  return serial.empty() ? out : out + " (SN " + serial + ")";
}

std::string_view name_of(FrameRole role) noexcept {
  return role == FrameRole::Raw ? "raw" : "image";
}

Json to_json(const DeviceInfo& info) {
  return {{"backend", info.backend}, {"address", info.address}, {"kind", model::name_of(info.kind)},
          {"make", info.make},       {"model", info.model},     {"serial", info.serial}};
}

DeviceInfo device_info_from_json(const Json& json) {
  DeviceInfo out;
  out.backend = get_or<std::string>(json, "backend", "");
  out.address = get_or<std::string>(json, "address", "");
  out.kind = model::capture_source_from(get_or<std::string>(json, "kind", ""));
  out.make = get_or<std::string>(json, "make", "");
  out.model = get_or<std::string>(json, "model", "");
  out.serial = get_or<std::string>(json, "serial", "");
  return out;
}

Json to_json(const Setting& setting) {
  return {{"name", setting.name},
          {"label", setting.label},
          {"value", setting.value},
          {"choices", setting.choices},
          {"writable", setting.writable}};
}

Setting setting_from_json(const Json& json) {
  Setting out;
  out.name = get_or<std::string>(json, "name", "");
  out.label = get_or<std::string>(json, "label", "");
  out.value = get_or<std::string>(json, "value", "");
  out.writable = get_or(json, "writable", true);
  if (json.is_object() && json.contains("choices") && json["choices"].is_array()) {
    for (const Json& one : json["choices"]) {
      if (one.is_string()) {
        out.choices.push_back(one.get<std::string>());
      }
    }
  }
  return out;
}

Json to_json(const Shot& shot) {
  Json frames = Json::array();
  for (const Frame& frame : shot.frames) {
    frames.push_back({{"role", name_of(frame.role)},
                      {"file", frame.file.string()},
                      {"name", frame.name},
                      {"size_bytes", frame.size_bytes},
                      {"dpi", frame.dpi}});
  }
  return {{"frames", std::move(frames)}};
}

Result<Shot> shot_from_json(const Json& json) {
  Shot out;
  if (!json.is_object() || !json.contains("frames") || !json["frames"].is_array()) {
    return fail(ErrorCode::Internal, "read shot", "no frames");
  }
  for (const Json& one : json["frames"]) {
    Frame frame;
    frame.role = get_or<std::string>(one, "role", "") == "raw" ? FrameRole::Raw : FrameRole::Image;
    frame.file = get_or<std::string>(one, "file", "");
    frame.name = get_or<std::string>(one, "name", "");
    frame.size_bytes = get_or<std::uint64_t>(one, "size_bytes", 0);
    frame.dpi = get_or(one, "dpi", 0.0);
    out.frames.push_back(std::move(frame));
  }
  return out;
}

}  // namespace shiqu::capture
