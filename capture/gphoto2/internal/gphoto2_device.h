#pragma once

#include "capture/gphoto2/gphoto2_backend.h"
#include "capture/gphoto2/internal/camera.h"

#include <chrono>
#include <deque>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace shiqu::capture::gphoto2 {

/// One open camera. One thread.
class Gphoto2Device final : public Device, public CardReader {
 public:
  static Result<std::unique_ptr<Device>> open(const std::string& address,
                                              const Gphoto2Options& options);

  [[nodiscard]] const DeviceInfo& info() const override { return info_; }
  Result<std::vector<Setting>> settings() override;
  Status set(const std::string& name, const std::string& value) override;
  Result<Shot> capture(const std::filesystem::path& spool, const ProgressSink& progress) override;
  Result<std::optional<Shot>> poll(const std::filesystem::path& spool,
                                   std::chrono::milliseconds wait,
                                   const ProgressSink& progress) override;
  Result<std::vector<std::uint8_t>> preview() override;
  Status end_preview() override;
  Status clear(const Shot& shot) override;
  Status close() override;

  Result<std::vector<CardFile>> list_card() override;
  Result<Frame> fetch(const std::string& path, const std::filesystem::path& spool,
                      const ProgressSink& progress) override;

 private:
  enum class EventKind { None, Picture, Complete, CardFull };
  struct Event {
    EventKind kind = EventKind::None;
    std::string path;  ///< of a Picture, absolute on the card
  };

  Gphoto2Device(ContextHandle context, CameraHandle camera, Gphoto2Options options)
      : context_(std::move(context)), camera_(std::move(camera)), options_(std::move(options)) {}

  Status need_open() const;
  Status identify(const std::string& address);
  Status target_card();
  [[nodiscard]] std::size_t files_of_a_shot() const;
  Result<Event> next_event(std::chrono::milliseconds limit);
  Status drain_events();
  Status gather(std::vector<std::string>& paths, std::size_t expected,
                std::chrono::milliseconds limit, const ProgressSink& progress);
  std::vector<std::string> take_first_waiting();
  Result<Shot> shoot(const std::filesystem::path& spool, const ProgressSink& progress);
  Result<std::optional<Shot>> pick_up(const std::filesystem::path& spool,
                                      std::chrono::milliseconds wait, const ProgressSink& progress);
  Result<std::vector<std::uint8_t>> live_frame();
  Status erase_all(const Shot& shot);
  Result<Shot> download_all(const std::vector<std::string>& paths,
                            const std::filesystem::path& spool, const ProgressSink& progress);
  /// After an unclear failure: DeviceGone when the line is dead, NoSpace when the card is full,
  /// else `error` as it is.
  Error explain(Error error);
  /// `result` with its error explained.
  template <class T>
  Result<T> explained(Result<T> result) {
    return result ? std::move(result) : Result<T>(fail(explain(std::move(result).error())));
  }

  ContextHandle context_;  // before camera_: the camera is closed first
  CameraHandle camera_;
  Gphoto2Options options_;
  DeviceInfo info_;
  std::deque<std::string> waiting_;  ///< pictures of the camera's own button, not fetched yet
  bool previewing_ = false;
};

}  // namespace shiqu::capture::gphoto2
