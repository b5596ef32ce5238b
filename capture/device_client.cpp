#include "capture/device_client.h"

#include "storage/base/file.h"
#include "storage/base/ids.h"
#include "storage/base/log.h"

#include <system_error>
#include <utility>

namespace shiqu::capture {
namespace {

namespace fs = std::filesystem;

fs::path make_own_folder(const fs::path& spool) {
  const fs::path folder = spool / ("device-" + new_uuid());
  std::error_code error;
  fs::create_directories(folder / "home", error);
  return folder;
}

ProcessSpec with_home(ProcessSpec spec, const fs::path& folder) {
  // Libraries keep settings in HOME for all cameras and runs (capturetarget …): each its own.
  spec.environment["HOME"] = (folder / "home").string();
  return spec;
}

}  // namespace

DeviceClient::DeviceClient(ProcessSpec worker, const fs::path& spool, std::string backend, std::string address,
                           DeviceLimits limits)
    : folder_(make_own_folder(spool)),
      backend_(std::move(backend)),
      address_(std::move(address)),
      limits_(limits),
      worker_(with_home(std::move(worker), folder_)) {}

Result<std::vector<DeviceInfo>> DeviceClient::list(ProcessSpec worker, const std::string& backend,
                                                   const DeviceLimits& limits) {
  const TempDir home;
  worker.environment["HOME"] = home.path().string();
  WorkerProcess process(std::move(worker));
  SHIQU_TRY_ASSIGN(const Json answer,
                   process.call({{{"op", "list"}, {"backend", backend}}, limits.open, {}, {}}));
  std::vector<DeviceInfo> out;
  if (answer.contains("devices") && answer["devices"].is_array()) {
    for (const Json& one : answer["devices"]) {
      out.push_back(device_info_from_json(one));
    }
  }
  return out;
}

Result<DeviceInfo> DeviceClient::open(const std::stop_token& stop) {
  if (info_ && opened_in_ == worker_.starts() && worker_.pid() >= 0) {
    return *info_;
  }
  info_.reset();
  const Json request{{"op", "open"}, {"backend", backend_}, {"address", address_}};
  SHIQU_TRY_ASSIGN(const Json answer, worker_.call({request, limits_.open, {}, stop}));
  const int process = worker_.starts();
  for (const auto& [name, value] : profile_) {
    const Json set{{"op", "set"}, {"name", name}, {"value", value}};
    SHIQU_TRY(worker_.call({set, limits_.command, {}, stop}));
  }
  if (opened_in_ != 0) {
    log::warning("capture", "device {} was opened again", address_);
  }
  opened_in_ = process;
  info_ = device_info_from_json(answer);
  return *info_;
}

Result<Json> DeviceClient::ask(Json request, std::chrono::milliseconds limit, const ProgressSink& progress,
                               const std::stop_token& stop) {
  SHIQU_TRY(open(stop));
  request["spool"] = folder_.string();
  auto answer = worker_.call({request, limit, progress, stop});
  if (!answer) {
    const ErrorCode code = answer.error().code;
    if (code == ErrorCode::DeviceGone || code == ErrorCode::Crashed || code == ErrorCode::Timeout) {
      worker_.stop();  // the next call begins with a fresh process
      info_.reset();
    }
    Error error = answer.error();
    if (error.subject.empty() || code == ErrorCode::Timeout || code == ErrorCode::Crashed) {
      error.subject = address_;
    }
    return fail(std::move(error));
  }
  return answer;
}

Result<std::vector<Setting>> DeviceClient::settings() {
  SHIQU_TRY_ASSIGN(const Json answer, ask({{"op", "settings"}}, limits_.command, {}, {}));
  std::vector<Setting> out;
  if (answer.contains("settings") && answer["settings"].is_array()) {
    for (const Json& one : answer["settings"]) {
      out.push_back(setting_from_json(one));
    }
  }
  return out;
}

Status DeviceClient::set(const std::string& name, const std::string& value) {
  SHIQU_TRY(ask({{"op", "set"}, {"name", name}, {"value", value}}, limits_.command, {}, {}));
  profile_[name] = value;
  return {};
}

Result<Shot> DeviceClient::capture(const ProgressSink& progress, const std::stop_token& stop) {
  SHIQU_TRY_ASSIGN(const Json answer, ask({{"op", "capture"}}, limits_.capture, progress, stop));
  return shot_from_json(answer);
}

Result<std::optional<Shot>> DeviceClient::poll(std::chrono::milliseconds wait, const std::stop_token& stop) {
  SHIQU_TRY_ASSIGN(const Json answer,
                   ask({{"op", "poll"}, {"wait_ms", wait.count()}}, limits_.capture + wait, {}, stop));
  if (!answer.contains("frames") || !answer["frames"].is_array()) {
    return std::optional<Shot>{};
  }
  SHIQU_TRY_ASSIGN(Shot shot, shot_from_json(answer));
  return std::optional<Shot>(std::move(shot));
}

Result<imaging::Image> DeviceClient::preview() {
  SHIQU_TRY_ASSIGN(const Json answer, ask({{"op", "preview"}}, limits_.command, {}, {}));
  const int width = get_or(answer, "width_px", 0);
  const int height = get_or(answer, "height_px", 0);
  SHIQU_TRY_ASSIGN(const std::string pixels, read_file(get_or<std::string>(answer, "file", "")));
  if (width <= 0 || height <= 0 || pixels.size() != static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3) {
    return fail(ErrorCode::DeviceError, "read live view", address_, "frame of unexpected size");
  }
  imaging::Image image(imaging::PixelFormat::Rgb8, {width, height});
  std::copy(pixels.begin(), pixels.end(), image.bytes().begin());
  return image;
}

Status DeviceClient::end_preview() {
  SHIQU_TRY(ask({{"op", "end_preview"}}, limits_.command, {}, {}));
  return {};
}

Status DeviceClient::clear(const Shot& shot) {
  Json request = to_json(shot);
  request["op"] = "clear";
  SHIQU_TRY(ask(std::move(request), limits_.command, {}, {}));
  return {};
}

Status DeviceClient::close() {
  if (!info_) {
    return {};
  }
  info_.reset();
  const auto answer = worker_.call({{{"op", "close"}}, limits_.command, {}, {}});
  worker_.stop();
  std::error_code ignored;
  fs::remove_all(folder_ / "home", ignored);
  if (!answer) {
    return fail(answer.error());
  }
  return {};
}

}  // namespace shiqu::capture
