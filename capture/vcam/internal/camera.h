#pragma once

#include "capture/vcam/internal/encoding.h"
#include "capture/vcam/internal/faults.h"
#include "capture/vcam/internal/pages.h"
#include "capture/vcam/internal/properties.h"
#include "capture/vcam/virtual_camera.h"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace shiqu::vcam {

/// One file or folder of the card.
struct Object {
  std::uint32_t parent = 0;
  std::uint16_t format = 0;
  std::string name;
  std::string date;                        ///< "20261125T040102"
  std::shared_ptr<const Picture> picture;  ///< shared with transfers that run; null for folders
  bool in_memory = false;                  ///< not on the card: never listed

  [[nodiscard]] const Bytes& bytes() const;
};

/// Something the host is to be told.
struct Event {
  std::uint16_t code = 0;
  std::uint32_t parameter = 0;
};

/// Body of the camera: card, settings, shutter, events. Any thread; one lock over the state. An
/// own thread exposes, so that the host can ask for readiness meanwhile.
class Camera {
 public:
  Camera(const VirtualCameraOptions& options, std::unique_ptr<PageFolder> pages);
  ~Camera();
  Camera(const Camera&) = delete;
  Camera& operator=(const Camera&) = delete;

  [[nodiscard]] const VirtualCameraOptions& options() const noexcept { return options_; }
  [[nodiscard]] Faults& faults() noexcept { return faults_; }
  [[nodiscard]] const Faults& faults() const noexcept { return faults_; }
  [[nodiscard]] PageFolder& pages() noexcept { return *pages_; }

  /// Opens the shutter. Returns a PTP response code; the pictures follow after the exposure.
  std::uint16_t release(bool to_memory);
  /// False while exposing.
  [[nodiscard]] bool ready() const;

  [[nodiscard]] std::vector<std::uint32_t> handles(std::uint16_t format,
                                                   std::uint32_t parent) const;
  [[nodiscard]] std::optional<Object> object(std::uint32_t handle) const;
  /// Returns a PTP response code.
  std::uint16_t remove(std::uint32_t handle);
  [[nodiscard]] std::uint64_t used_bytes() const;

  [[nodiscard]] std::vector<std::uint16_t> property_codes() const;
  [[nodiscard]] std::optional<Property> property(std::uint16_t code);
  std::uint16_t set_property(std::uint16_t code, std::span<const std::uint8_t> data);
  /// By the camera's own dial: the host is told by an event. False for an unknown code.
  bool turn_dial(std::uint16_t code, std::int64_t value);
  void set_live_view(bool on);

  /// Events since the last call.
  std::vector<Event> take_events();
  /// The same, waiting up to `limit` for the first.
  std::vector<Event> wait_events(std::chrono::milliseconds limit);

 private:
  void run(const std::stop_token& stop);
  void expose(bool to_memory);
  void add_pictures(const std::shared_ptr<const Picture>& picture, bool to_memory);
  void add_object(std::uint16_t format, const std::shared_ptr<const Picture>& picture,
                  const std::string& name, bool to_memory);
  void tell(std::uint16_t code, std::uint32_t parameter);

  const VirtualCameraOptions options_;
  const std::unique_ptr<PageFolder> pages_;
  Faults faults_;

  // Plain mutex: std::condition_variable_any works with it and a stop token. It guards all below.
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  Properties properties_;
  std::map<std::uint32_t, Object> objects_;
  std::deque<Event> events_;
  std::optional<bool> exposing_;  ///< value: to memory
  std::uint32_t next_handle_ = 100;
  std::uint32_t next_memory_handle_ = 0xFFFF0001;  ///< where Nikon bodies put such pictures
  int shots_ = 0;
  std::jthread thread_;  // last member: joined before the others die
};

}  // namespace shiqu::vcam
