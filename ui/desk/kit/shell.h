#pragma once

#include "storage/base/result.h"
#include "storage/base/threads.h"
#include "ui/desk/kit/ui.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace shiqu::desk {

struct ShellOptions {
  std::string title = "Shiqu";
  SizePx size{1440, 900};
  bool fullscreen = false;
  float scale = 0;  ///< 1…2; 0: as the monitor says
  ThemeKind theme = ThemeKind::Dark;
  /// Write a picture of the window here once `ready` holds (or after 10 s), then end.
  std::filesystem::path screenshot;
  std::function<bool()> ready;
};

/// The window: GLFW 3.3, OpenGL 3.3, at most 30 frames a second, and none while nothing changes.
/// Lives on the main thread; only queue().post() may be called from others.
class Shell {
 public:
  /// Errors: DeviceError (no display, no OpenGL 3.3), those of Ui::create.
  static Result<std::unique_ptr<Shell>> create(ShellOptions options);
  Shell(const Shell&) = delete;
  Shell& operator=(const Shell&) = delete;
  ~Shell();

  Ui& ui() noexcept;
  /// Work for the UI thread; posting wakes a sleeping window.
  MainQueue& queue() noexcept;

  /// Until the window is closed. `draw` builds one frame. Errors: those of write_png.
  Status run(const std::function<void(Ui&)>& draw);
  void close();
  void set_fullscreen(bool fullscreen);
  /// The next frame is written as PNG; the result goes to `done`.
  void take_screenshot(std::filesystem::path file, std::function<void(Status)> done);
  /// Frames drawn so far.
  [[nodiscard]] std::uint64_t frames() const noexcept;

 private:
  struct State;
  explicit Shell(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace shiqu::desk
