#pragma once

#include "storage/base/ids.h"
#include "storage/base/result.h"
#include "storage/base/threads.h"
#include "storage/imaging/image.h"
#include "storage/store/session.h"

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace shiqu::desk {

/// Live view and shutter of one camera for the desk. Everything that may wait happens on a thread
/// of its own with its own archive connection; the device sits in its own process below that. The
/// methods are for the UI thread and return at once.
class LiveCapture {
 public:
  /// Called from the device thread: `wake` when there is something new, `jobs_added` when a page
  /// has been kept and its follow-up jobs are in the queue.
  LiveCapture(std::filesystem::path archive, std::function<void()> wake,
              std::function<void()> jobs_added);
  ~LiveCapture();
  LiveCapture(const LiveCapture&) = delete;
  LiveCapture& operator=(const LiveCapture&) = delete;

  /// Opens `address` ("ptpip:…", "usb:…") and shows live view until stop().
  void start(const std::string& address, const store::Session& by, const ItemId& item);
  void stop();
  [[nodiscard]] bool running() const noexcept { return running_; }
  /// Takes a page as soon as the present live view frame is through.
  void shoot() noexcept { shoot_ = true; }

  /// The newest frame since the last call; nullopt: nothing new.
  std::optional<imaging::Image> take_frame();
  /// The newest message since the last call: a kept page or an error, which ends live view.
  std::optional<std::string> take_message();
  /// Grows with every kept page.
  [[nodiscard]] int kept() const noexcept { return kept_; }

 private:
  Status run(const std::string& address, const store::Session& by, const ItemId& item,
             const std::stop_token& stop);
  void say(std::string message);

  std::filesystem::path archive_;
  std::function<void()> wake_;
  std::function<void()> jobs_added_;
  std::atomic<bool> running_{false};
  std::atomic<bool> shoot_{false};
  std::atomic<int> kept_{0};
  Mutex mutex_;
  std::optional<imaging::Image> frame_ SHIQU_GUARDED_BY(mutex_);
  std::optional<std::string> message_ SHIQU_GUARDED_BY(mutex_);
  std::unique_ptr<SerialThread> thread_;  // last: joined before the others die
};

}  // namespace shiqu::desk
