#pragma once

#include "capture/device.h"
#include "storage/base/process.h"
#include "storage/imaging/image.h"

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace shiqu::capture {

/// How long a device may stay silent, per kind of request, before its process is killed.
struct DeviceLimits {
  std::chrono::milliseconds open{20000};
  std::chrono::milliseconds command{10000};
  std::chrono::milliseconds capture{30000};  ///< without any progress, not in all
};

/// Parent side of one device, with one process of its own (DESIGN §3). libgphoto2 can hang for
/// ever, SANE can spin for ever: the watchdog kills the process, the call ends with Timeout, and
/// the next call starts a fresh process, opens the device again and sets what had been set (the
/// locked profile). One thread at a time; calls block.
class DeviceClient {
 public:
  /// `worker`: how to start `shiqu-worker device`. `spool`: existing folder; the client makes a
  /// folder of its own inside for the frames, and a HOME for the libraries' settings.
  DeviceClient(ProcessSpec worker, const std::filesystem::path& spool, std::string backend, std::string address,
               DeviceLimits limits = {});

  /// Devices a backend sees, asked in a process of its own.
  static Result<std::vector<DeviceInfo>> list(ProcessSpec worker, const std::string& backend,
                                              const DeviceLimits& limits = {});

  /// Opens if it is not open. Errors: as Backend::open, Timeout, Crashed.
  Result<DeviceInfo> open(const std::stop_token& stop = {});
  Result<std::vector<Setting>> settings();
  /// Remembered and set again after each reconnect.
  Status set(const std::string& name, const std::string& value);
  Result<Shot> capture(const ProgressSink& progress = {}, const std::stop_token& stop = {});
  Result<std::optional<Shot>> poll(std::chrono::milliseconds wait, const std::stop_token& stop = {});
  /// One live view frame, Rgb8.
  Result<imaging::Image> preview();
  Status end_preview();
  Status clear(const Shot& shot);
  Status close();

  /// How many processes this device has needed so far; for tests and the status line.
  [[nodiscard]] int starts() const noexcept { return worker_.starts(); }
  [[nodiscard]] const std::filesystem::path& folder() const noexcept { return folder_; }

 private:
  Result<Json> ask(Json request, std::chrono::milliseconds limit, const ProgressSink& progress,
                   const std::stop_token& stop);

  std::filesystem::path folder_;
  std::string backend_;
  std::string address_;
  DeviceLimits limits_;
  WorkerProcess worker_;
  std::map<std::string, std::string> profile_;
  std::optional<DeviceInfo> info_;
  int opened_in_ = 0;  ///< number of the process that has the device open; 0: none
};

}  // namespace shiqu::capture
