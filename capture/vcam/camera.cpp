#include "capture/vcam/internal/camera.h"

#include "capture/vcam/internal/codes.h"
#include "storage/base/clock.h"
#include "storage/base/log.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>

namespace shiqu::vcam {
namespace {

constexpr std::uint32_t kTopFolder = 1;
constexpr std::uint32_t kPictureFolder = 2;
constexpr std::int64_t kFirstPairCompression = 5;

/// "20261125T040102" from "2026:11:25 04:01:02".
std::string ptp_date() {
  std::string out = tiff_datetime(now_unix_ms());
  std::replace(out.begin(), out.end(), ' ', 'T');
  out.erase(std::remove(out.begin(), out.end(), ':'), out.end());
  return out;
}

}  // namespace

const Bytes& Object::bytes() const {
  static const Bytes nothing;
  if (!picture) {
    return nothing;
  }
  return format == format::kRaw ? picture->raw : picture->jpeg;
}

Camera::Camera(const VirtualCameraOptions& options, std::unique_ptr<PageFolder> pages)
    : options_(options), pages_(std::move(pages)), properties_(options.persona) {
  objects_[kTopFolder] = {0, format::kFolder, "DCIM", ptp_date(), nullptr, false};
  objects_[kPictureFolder] = {kTopFolder, format::kFolder, "100SHIQU", ptp_date(), nullptr, false};
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

Camera::~Camera() = default;

std::uint16_t Camera::release(bool to_memory) {
  const bool nikon = options_.persona == Persona::Nikon;
  if (faults_.on(Fault::Busy)) {
    return response::kDeviceBusy;
  }
  if (faults_.on(Fault::CaptureError)) {
    return response::kGeneralError;
  }
  if (faults_.on(Fault::NoFocus)) {
    return nikon ? response::kNikonOutOfFocus : response::kGeneralError;
  }
  const std::scoped_lock lock(mutex_);
  if (faults_.on(Fault::StoreFull) && !to_memory) {
    if (nikon) {
      return response::kStoreFull;
    }
    tell(event::kStoreFull, 0);
    return response::kOk;
  }
  if (exposing_) {
    return response::kDeviceBusy;
  }
  exposing_ = to_memory;
  changed_.notify_all();
  return response::kOk;
}

bool Camera::ready() const {
  const std::scoped_lock lock(mutex_);
  return !exposing_;
}

void Camera::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    bool to_memory = false;
    {
      std::unique_lock lock(mutex_);
      if (!changed_.wait(lock, stop, [&] { return exposing_.has_value(); })) {
        return;
      }
      to_memory = *exposing_;
      const std::chrono::milliseconds open(options_.exposure_ms);
      changed_.wait_for(lock, stop, open, [] { return false; });
      // With this fault the shutter stays open until the fault is taken back.
      while (!stop.stop_requested() && faults_.on(Fault::Hang)) {
        changed_.wait_for(lock, stop, std::chrono::milliseconds(50), [] { return false; });
      }
    }
    if (!stop.stop_requested()) {
      expose(to_memory);
    }
  }
}

void Camera::expose(bool to_memory) {
  const auto picture = pages_->current();  // decodes: outside the lock
  {
    const std::scoped_lock lock(mutex_);
    exposing_.reset();
    if (!picture) {
      log::error("vcam", "no picture: {}", picture.error().text());
    } else if (!faults_.on(Fault::NoObject)) {
      add_pictures(*picture, to_memory);
    }
    tell(event::kCaptureComplete, 0);
  }
  pages_->turn();
  if (const auto next = pages_->current(); !next) {  // ready for live view and the next shot
    log::error("vcam", "next page: {}", next.error().text());
  }
}

void Camera::add_pictures(const std::shared_ptr<const Picture>& picture, bool to_memory) {
  ++shots_;
  const std::string stem = fmt::format("SHQ_{:04}", shots_);
  add_object(format::kJpeg, picture, stem + ".JPG", to_memory);
  if (properties_.number(property::kCompression) >= kFirstPairCompression) {
    add_object(format::kRaw, picture, stem + ".NEF", to_memory);
  }
}

void Camera::add_object(std::uint16_t format, const std::shared_ptr<const Picture>& picture,
                        const std::string& name, bool to_memory) {
  const std::uint32_t handle = to_memory ? next_memory_handle_++ : next_handle_++;
  objects_[handle] = {kPictureFolder, format, name, ptp_date(), picture, to_memory};
  tell(to_memory ? event::kNikonObjectAddedInMemory : event::kObjectAdded, handle);
}

void Camera::tell(std::uint16_t code, std::uint32_t parameter) {
  events_.push_back({code, parameter});
  changed_.notify_all();
}

std::vector<std::uint32_t> Camera::handles(std::uint16_t format, std::uint32_t parent) const {
  const std::scoped_lock lock(mutex_);
  std::vector<std::uint32_t> out;
  for (const auto& [handle, object] : objects_) {
    const bool here =
        parent == 0 || (parent == kAnyHandle ? object.parent == 0 : object.parent == parent);
    if (here && !object.in_memory && (format == 0 || object.format == format)) {
      out.push_back(handle);
    }
  }
  return out;
}

std::optional<Object> Camera::object(std::uint32_t handle) const {
  const std::scoped_lock lock(mutex_);
  const auto found = objects_.find(handle);
  return found == objects_.end() ? std::nullopt : std::optional(found->second);
}

std::uint16_t Camera::remove(std::uint32_t handle) {
  const std::scoped_lock lock(mutex_);
  const auto found = objects_.find(handle);
  if (found == objects_.end()) {
    return response::kInvalidObjectHandle;
  }
  if (found->second.format == format::kFolder) {
    return response::kAccessDenied;
  }
  objects_.erase(found);
  return response::kOk;
}

std::uint64_t Camera::used_bytes() const {
  const std::scoped_lock lock(mutex_);
  std::uint64_t sum = 0;
  for (const auto& one : objects_) {
    sum += one.second.bytes().size();
  }
  return sum;
}

std::vector<std::uint16_t> Camera::property_codes() const {
  const std::scoped_lock lock(mutex_);
  return properties_.codes();
}

std::optional<Property> Camera::property(std::uint16_t code) {
  std::string size;
  if (code == property::kImageSize) {
    if (const auto page = pages_->current(); page) {
      size = fmt::format("{}x{}", (*page)->size.width, (*page)->size.height);
    }
  }
  const std::scoped_lock lock(mutex_);
  if (code == property::kImageSize) {
    properties_.put_text(code, size);
  } else if (code == property::kDate) {
    properties_.put_text(code, ptp_date());
  }
  const Property* found = properties_.find(code);
  return found == nullptr ? std::nullopt : std::optional(*found);
}

std::uint16_t Camera::set_property(std::uint16_t code, std::span<const std::uint8_t> data) {
  const std::scoped_lock lock(mutex_);
  return properties_.set(code, data);
}

bool Camera::turn_dial(std::uint16_t code, std::int64_t value) {
  const std::scoped_lock lock(mutex_);
  if (properties_.find(code) == nullptr) {
    return false;
  }
  properties_.put(code, value);
  tell(event::kPropertyChanged, code);
  return true;
}

void Camera::set_live_view(bool on) {
  const std::scoped_lock lock(mutex_);
  properties_.put(property::kNikonLiveView, on ? 1 : 0);
}

std::vector<Event> Camera::take_events() {
  return wait_events(std::chrono::milliseconds(0));
}

std::vector<Event> Camera::wait_events(std::chrono::milliseconds limit) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, limit, [&] { return !events_.empty(); });
  std::vector<Event> out(events_.begin(), events_.end());
  events_.clear();
  return out;
}

}  // namespace shiqu::vcam
