#include "capture/gphoto2/gphoto2_backend.h"

#include "capture/gphoto2/internal/camera.h"
#include "capture/gphoto2/internal/gphoto2_device.h"
#include "storage/base/text.h"

#include <charconv>
#include <cstdlib>
#include <string_view>

namespace shiqu::capture {
namespace {

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

class Gphoto2Backend final : public Backend {
 public:
  explicit Gphoto2Backend(Gphoto2Options options) : options_(std::move(options)) {}

  [[nodiscard]] std::string_view name() const override { return "gphoto2"; }

  Result<std::vector<DeviceInfo>> list() override {
    const gphoto2::ContextHandle context(gp_context_new());
    SHIQU_TRY_ASSIGN(const auto found, gphoto2::detect(context.get()));
    std::vector<DeviceInfo> out;
    for (const gphoto2::Detected& one : found) {
      out.push_back({"gphoto2", one.port, model::CaptureSource::Camera, "", one.model, ""});
    }
    for (const std::string& address : options_.announced) {
      out.push_back({"gphoto2", address, model::CaptureSource::Camera, "", "", ""});
    }
    return out;
  }

  Result<std::unique_ptr<Device>> open(const std::string& address) override {
    return gphoto2::Gphoto2Device::open(address, options_);
  }

 private:
  Gphoto2Options options_;
};

}  // namespace

Gphoto2Options Gphoto2Options::from_environment() {
  Gphoto2Options out;
  for (const std::string& one : split(environment("SHIQU_VCAM"), ',')) {
    if (!trim(one).empty()) {
      out.announced.emplace_back(trim(one));
    }
  }
  const std::string_view limit = environment("SHIQU_CAMERA_LIMIT_MS");
  int limit_ms = 0;
  std::from_chars(limit.data(), limit.data() + limit.size(), limit_ms);
  if (limit_ms > 0) {
    out.capture_limit = std::chrono::milliseconds(limit_ms);
  }
  return out;
}

std::unique_ptr<Backend> make_gphoto2_backend() {
  return make_gphoto2_backend(Gphoto2Options::from_environment());
}

std::unique_ptr<Backend> make_gphoto2_backend(const Gphoto2Options& options) {
  return std::make_unique<Gphoto2Backend>(options);
}

}  // namespace shiqu::capture
