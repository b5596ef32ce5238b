#pragma once

#include "storage/base/result.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace shiqu::vcam {

/// Which real family of cameras is imitated.
enum class Persona {
  Nikon,   ///< live view, focus drive, events on request, capture to card or memory
  Generic  ///< plain PTP (ISO 15740): events on their own connection, no live view
};

struct VirtualCameraOptions {
  std::string address = "127.0.0.1";  ///< IPv4 address to listen on
  std::uint16_t port = 15740;         ///< 0: a free one
  bool with_control = false;
  std::uint16_t control_port = 0;  ///< 0: a free one
  Persona persona = Persona::Nikon;
  std::string model = "Shiqu Virtual Camera";
  std::string serial = "SQ000001";
  std::filesystem::path pages;  ///< folder of JPEG, PNG and TIFF files, shot in the order of names
  int exposure_ms = 50;
  std::uint64_t bytes_per_second = 0;  ///< of picture transfers; 0: as fast as the line
  double dpi = 300;                    ///< for pages that do not tell their own
  std::string faults;                  ///< comma-separated names, see fault_names()
  std::function<void()> on_quit;       ///< control line `quit`; from the control thread
};

/// A camera made of software that speaks PTP/IP on TCP, so that unmodified tethering programs can
/// work with it: for tests, demonstration and staff training.
///
/// It "photographs" the files of a folder, one per release of the shutter, beginning again at the
/// end. Its card lives in memory. One host at a time. Own threads; the methods may be called from
/// any thread. The destructor closes all connections and joins.
class VirtualCamera {
 public:
  /// Errors: InvalidInput (option), NotFound (no page), Corrupt (first page), Io (port in use).
  static Result<std::unique_ptr<VirtualCamera>> start(const VirtualCameraOptions& options);
  VirtualCamera(const VirtualCamera&) = delete;
  VirtualCamera& operator=(const VirtualCamera&) = delete;
  ~VirtualCamera();

  /// "ptpip:127.0.0.1:40001:40001", as a host has to open it.
  [[nodiscard]] std::string host_address() const;
  /// "127.0.0.1:40002"; empty without a control port.
  [[nodiscard]] std::string control_address() const;

  /// Runs one control line and returns the answer, several lines perhaps; the last is "ok" or
  /// "error REASON". See `shiqu-vcam --help` for the lines.
  std::string control(const std::string& line);

 private:
  struct State;
  explicit VirtualCamera(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// "busy, caperr, …" for help texts.
std::string fault_names();

}  // namespace shiqu::vcam
