#pragma once

#include "storage/base/channel.h"
#include "storage/base/result.h"
#include "storage/model/catalogue.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace shiqu::capture {

/// How a device is found again. Identify by serial: bus and port change at each reconnect.
struct DeviceInfo {
  std::string backend;  ///< "gphoto2", "sane", "folder"
  std::string address;  ///< what Backend::open takes: "ptpip:127.0.0.1", "test:0"
  model::CaptureSource kind = model::CaptureSource::Camera;
  std::string make;
  std::string model;
  std::string serial;  ///< empty when the device does not tell

  /// "Nikon D850 (SN 1234)".
  [[nodiscard]] std::string title() const;
};

/// One thing that can be set on a device.
struct Setting {
  std::string name;   ///< the backend's own key: "iso", "resolution"
  std::string label;  ///< as the device calls it
  std::string value;
  std::vector<std::string> choices;  ///< empty: free text or number
  bool writable = true;
};

enum class FrameRole { Image, Raw };
std::string_view name_of(FrameRole role) noexcept;  ///< "image" "raw"

/// One file from a device, whole and fsynced in the spool.
struct Frame {
  FrameRole role = FrameRole::Image;
  std::filesystem::path file;  ///< in the spool
  std::string name;            ///< as the device or folder calls it
  std::uint64_t size_bytes = 0;
  double dpi = 0;  ///< as the device says; 0: unknown
};

/// What one release of the shutter or one scanned sheet gave: an Image, sometimes a Raw beside it.
struct Shot {
  std::vector<Frame> frames;
};

/// Sends a {"stage": "exposing"|"transfer"|"reading", "done", "total"} state; each call also tells
/// the watchdog that the device still makes progress.
using ProgressSink = std::function<void(const Json&)>;

/// One open camera, scanner or folder. All calls from one thread. Blocking; limits are those of
/// the backend, and above them stands the watchdog of the parent process (capture/device_client.h).
class Device {
 public:
  virtual ~Device() = default;
  Device() = default;
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

  [[nodiscard]] virtual const DeviceInfo& info() const = 0;

  virtual Result<std::vector<Setting>> settings() = 0;
  /// Errors: NotFound (no such setting), InvalidInput (value), Unsupported, DeviceError.
  virtual Status set(const std::string& name, const std::string& value) = 0;

  /// Takes one shot into `spool` (an existing folder); files are whole and fsynced on success. The
  /// device's own copy stays until clear(). A sheet feeder that is empty gives NotFound.
  /// Errors: Timeout, DeviceGone, DeviceBusy, DeviceError, NoSpace, Io.
  virtual Result<Shot> capture(const std::filesystem::path& spool,
                               const ProgressSink& progress) = 0;

  /// A shot that the device took by itself (its own button, next file of a folder) since the last
  /// call; nullopt after `wait` without one. Unsupported where a device cannot.
  virtual Result<std::optional<Shot>> poll(const std::filesystem::path& spool,
                                           std::chrono::milliseconds wait,
                                           const ProgressSink& progress) = 0;

  /// One live view frame as JPEG bytes. Unsupported where a device has none.
  virtual Result<std::vector<std::uint8_t>> preview() = 0;
  /// Ends live view; capture() does it by itself.
  virtual Status end_preview() = 0;

  /// Removes the device's own copy of a shot. Only after the shot has been kept by the store.
  virtual Status clear(const Shot& shot) = 0;

  /// Closes and reports; the destructor closes silently.
  virtual Status close() = 0;
};

/// One way to reach devices: a library and its protocols.
class Backend {
 public:
  virtual ~Backend() = default;
  Backend() = default;
  Backend(const Backend&) = delete;
  Backend& operator=(const Backend&) = delete;

  [[nodiscard]] virtual std::string_view name() const = 0;
  /// What its devices are: a front end offers cameras, scanners and folders apart.
  [[nodiscard]] virtual model::CaptureSource kind() const { return model::CaptureSource::Camera; }
  /// Devices that can be seen without being told an address. May take seconds.
  virtual Result<std::vector<DeviceInfo>> list() = 0;
  /// Errors: NotFound, DeviceBusy, DeviceGone, DeviceError, Unsupported.
  virtual Result<std::unique_ptr<Device>> open(const std::string& address) = 0;
};

Json to_json(const DeviceInfo& info);
DeviceInfo device_info_from_json(const Json& json);
Json to_json(const Setting& setting);
Setting setting_from_json(const Json& json);
Json to_json(const Shot& shot);
Result<Shot> shot_from_json(const Json& json);

}  // namespace shiqu::capture
