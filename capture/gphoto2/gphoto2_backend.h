#pragma once

#include "capture/device.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace shiqu::capture {

/// Limits of the camera backend and cameras that cannot be found by themselves.
struct Gphoto2Options {
  /// From the release of the shutter until the last file is announced; then Timeout.
  std::chrono::milliseconds capture_limit{20000};
  /// How long the second file of a raw + JPEG pair may come after the first.
  std::chrono::milliseconds pair_limit{3000};
  /// Network cameras as "ptpip:ADDRESS:PORT:PORT": PTP/IP has no discovery, so they are announced
  /// to list() here. Both ports have to be written when they are not 15740.
  std::vector<std::string> announced;

  /// Reads SHIQU_VCAM (addresses, comma-separated) and SHIQU_CAMERA_LIMIT_MS from the environment.
  static Gphoto2Options from_environment();
};

/// Cameras through libgphoto2: "usb:BUS,DEVICE" and "ptpip:ADDRESS[:PORT:PORT]".
///
/// Use it in a process of its own, one camera each, with standard input from /dev/null and HOME
/// in a private folder: libgphoto2 can hang in a call, closes descriptor 0 and keeps settings in
/// HOME for all cameras. Opening a camera makes the process ignore SIGPIPE where it had the
/// default, as libgphoto2 writes to dropped lines. The camera is told to write to its card;
/// Frame::name is the file's full path there, by which clear() finds it again even after a
/// reconnect.
std::unique_ptr<Backend> make_gphoto2_backend();
std::unique_ptr<Backend> make_gphoto2_backend(const Gphoto2Options& options);

/// A file on a camera's card.
struct CardFile {
  std::string path;  ///< "/store_00010001/DCIM/100SHIQU/SHQ_0001.JPG"
  std::uint64_t size_bytes = 0;
};

/// What a device of this backend offers besides Device, for picking up pictures that were left on
/// the card when the line dropped: `dynamic_cast<CardReader*>(device.get())`. Same thread rule.
class CardReader {
 public:
  virtual ~CardReader() = default;
  CardReader() = default;
  CardReader(const CardReader&) = delete;
  CardReader& operator=(const CardReader&) = delete;

  /// All pictures of the card. Slow on a full card: never between two shots.
  virtual Result<std::vector<CardFile>> list_card() = 0;
  /// Fetches one of them as capture() does. Errors: NotFound and those of Device::capture().
  virtual Result<Frame> fetch(const std::string& path, const std::filesystem::path& spool,
                              const ProgressSink& progress) = 0;
};

}  // namespace shiqu::capture
