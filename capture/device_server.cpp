#include "capture/device_server.h"

#include "storage/base/file.h"
#include "storage/base/process.h"
#include "storage/imaging/codecs.h"
#include "storage/imaging/operations.h"

#include <chrono>

namespace shiqu::capture {
namespace {

using Progress = std::function<void(const Json&)>;

class Server {
 public:
  explicit Server(const Registry<Backend>& backends) : backends_(backends) {}

  Result<Json> answer(const Json& request, const Progress& progress) {
    const auto op = get_or<std::string>(request, "op", "");
    if (op == "list") {
      return list(request);
    }
    if (op == "open") {
      return open(request);
    }
    if (!device_) {
      return fail(ErrorCode::Conflict, op, "device", "none is open");
    }
    return answer_open(op, request, progress);
  }

 private:
  Result<Json> list(const Json& request) {
    Backend* backend = backends_.find(get_or<std::string>(request, "backend", ""));
    if (backend == nullptr) {
      return fail(ErrorCode::NotFound, "list devices", get_or<std::string>(request, "backend", ""));
    }
    SHIQU_TRY_ASSIGN(const std::vector<DeviceInfo> found, backend->list());
    Json devices = Json::array();
    for (const DeviceInfo& info : found) {
      devices.push_back(to_json(info));
    }
    return Json{{"devices", std::move(devices)}};
  }

  Result<Json> open(const Json& request) {
    const auto name = get_or<std::string>(request, "backend", "");
    Backend* backend = backends_.find(name);
    if (backend == nullptr) {
      return fail(ErrorCode::NotFound, "open device", name, "no such backend");
    }
    device_.reset();
    SHIQU_TRY_ASSIGN(device_, backend->open(get_or<std::string>(request, "address", "")));
    return to_json(device_->info());
  }

  Result<Json> answer_open(const std::string& op, const Json& request, const Progress& progress) {
    const std::filesystem::path spool = get_or<std::string>(request, "spool", "");
    if (op == "settings") {
      return settings();
    }
    if (op == "set") {
      return done(device_->set(get_or<std::string>(request, "name", ""), get_or<std::string>(request, "value", "")));
    }
    if (op == "capture") {
      SHIQU_TRY_ASSIGN(const Shot shot, device_->capture(spool, progress));
      return to_json(shot);
    }
    if (op == "poll") {
      const std::chrono::milliseconds wait(get_or(request, "wait_ms", 0));
      SHIQU_TRY_ASSIGN(const std::optional<Shot> shot, device_->poll(spool, wait, progress));
      return shot ? to_json(*shot) : Json{{"frames", nullptr}};
    }
    if (op == "preview") {
      return preview(spool);
    }
    if (op == "end_preview") {
      return done(device_->end_preview());
    }
    if (op == "clear") {
      SHIQU_TRY_ASSIGN(const Shot shot, shot_from_json(request));
      return done(device_->clear(shot));
    }
    if (op == "close") {
      const Status closed = device_->close();
      device_.reset();
      return done(closed);
    }
    return fail(ErrorCode::Unsupported, op, "device", "unknown request");
  }

  Result<Json> settings() {
    SHIQU_TRY_ASSIGN(const std::vector<Setting> all, device_->settings());
    Json out = Json::array();
    for (const Setting& one : all) {
      out.push_back(to_json(one));
    }
    return Json{{"settings", std::move(out)}};
  }

  /// Raw Rgb8 rows in a file of the spool; not fsynced, it lives for one frame.
  Result<Json> preview(const std::filesystem::path& spool) {
    SHIQU_TRY_ASSIGN(const std::vector<std::uint8_t> jpeg, device_->preview());
    SHIQU_TRY_ASSIGN(const imaging::DecodedImage decoded, imaging::decode_jpeg(jpeg));
    const imaging::Image rgb = imaging::to_rgb8(decoded.image);
    const std::filesystem::path file = spool / "preview.rgb";
    std::error_code ignored;
    std::filesystem::remove(file, ignored);
    SHIQU_TRY_ASSIGN(AtomicFile out, AtomicFile::create(file));
    SHIQU_TRY(out.write(rgb.bytes()));
    SHIQU_TRY(out.commit());
    return Json{{"file", file.string()}, {"width_px", rgb.width()}, {"height_px", rgb.height()}};
  }

  static Result<Json> done(const Status& status) {
    if (!status) {
      return fail(status.error());
    }
    return Json{{"ok", true}};
  }

  const Registry<Backend>& backends_;
  std::unique_ptr<Device> device_;
};

}  // namespace

int serve_device(const Registry<Backend>& backends) {
  Server server(backends);
  return serve_worker([&](const Json& request, const Progress& progress) { return server.answer(request, progress); });
}

}  // namespace shiqu::capture
