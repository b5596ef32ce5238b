#pragma once

#include "storage/base/result.h"
#include "ui/desk/kit/ui.h"

#include <functional>
#include <memory>
#include <string_view>

namespace shiqu::desk {

/// A person without eyes: drives views through tags, with the same input queue that a window
/// feeds, and no window. Every step runs whole frames, so nothing has to be waited for in time.
/// UI thread only.
class Robot {
 public:
  /// `draw` builds one frame between begin_frame() and end_frame(). Errors: those of Ui::create.
  static Result<std::unique_ptr<Robot>> create(const UiOptions& options,
                                               std::function<void(Ui&)> draw);
  ~Robot();
  Robot(const Robot&) = delete;
  Robot& operator=(const Robot&) = delete;

  Ui& ui() noexcept { return *ui_; }
  MemoryTextures& textures() noexcept { return textures_; }

  /// Draws `count` frames of 1/60 s.
  void frames(int count = 1);
  /// Frames until nothing is left to show, at most `limit`. Errors: Timeout.
  Status settle(int limit = 200);

  /// Errors of the following: NotFound (not drawn in the last frame, or scrolled away), Denied
  /// (disabled). They name the tag.
  Status click(std::string_view tag, int button = 0);
  Status double_click(std::string_view tag);
  Status hover(std::string_view tag);
  Status drag(std::string_view from, std::string_view to);
  Status drag(std::string_view from, ImVec2 by_px, int button = 0);
  Status wheel(std::string_view tag, float steps);
  /// Where `tag` was drawn in the last frame.
  Result<Tagged> find(std::string_view tag) const;

  /// Presses and releases a chord such as "Ctrl+K". Errors: InvalidInput (no such chord).
  Status key(std::string_view chord);
  /// Types characters as an input method commits them.
  void type(std::string_view utf8);
  void set_clipboard(std::string_view utf8);
  std::string clipboard();

  /// Frames until `done`, at most `limit`, 1 ms apart: for work of other threads. Errors: Timeout.
  Status wait_until(const std::function<bool()>& done, int limit = 5000);
  /// Plays a recorded log of events, frame by frame.
  void play(const std::vector<LoggedEvent>& log);

  /// The last frame as a picture.
  imaging::Image screenshot();

 private:
  Robot(UiOptions options, std::function<void(Ui&)> draw);
  Status drag_between(ImVec2 from, ImVec2 to, int which);
  void move(ImVec2 to);
  void button(int which, KeyAction action);

  MemoryTextures textures_;
  UiOptions options_;
  std::function<void(Ui&)> draw_;
  std::unique_ptr<Ui> ui_;
  const ImDrawData* last_ = nullptr;
};

}  // namespace shiqu::desk
