#pragma once

#include "storage/base/result.h"
#include "ui/desk/kit/focus.h"
#include "ui/desk/kit/glyph_service.h"
#include "ui/desk/kit/input_queue.h"
#include "ui/desk/kit/page_glyphs.h"
#include "ui/desk/kit/tags.h"
#include "ui/desk/kit/textures.h"
#include "ui/desk/kit/theme.h"

#include <imgui.h>

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

namespace shiqu::desk {

struct UiOptions {
  SizePx display{1280, 800};
  float scale = 1;  ///< 1…2
  ThemeKind theme = ThemeKind::Dark;
};

/// Everything a view needs to draw: one ImGui context with its input, glyphs, tags and theme. Knows
/// no window: Shell gives it one, Robot does without. UI thread only, but for poke().
class Ui {
 public:
  /// `textures` is borrowed and must live longer. Errors: those of GlyphService::build.
  static Result<std::unique_ptr<Ui>> create(TextureStore& textures, const UiOptions& options);
  Ui(const Ui&) = delete;
  Ui& operator=(const Ui&) = delete;
  ~Ui();

  /// Takes what the input queue may give and opens an ImGui frame.
  void begin_frame(SizePx display, float seconds);
  /// Closes the frame; what is to be drawn stays valid until the next begin_frame().
  const ImDrawData& end_frame();

  /// False when nothing has happened for three frames: the shell then sleeps.
  [[nodiscard]] bool needs_frame() const;
  /// Something changed: draw at least `count` more frames (layout settles in up to three).
  void request_frames(int count = 3) { dirty_ = dirty_ > count ? dirty_ : count; }
  /// request_frames() from any thread; also wakes a sleeping shell.
  void poke() noexcept;
  /// A frame is to be drawn in `ms` at the latest, even when nothing happens; asked for anew in
  /// each frame that wants it.
  void wake_in(std::int64_t ms);
  /// How long the shell may sleep, in ms; nullopt: until something happens.
  [[nodiscard]] std::optional<std::int64_t> sleep_ms() const;
  void set_wake(std::function<void()> wake) { wake_ = std::move(wake); }

  [[nodiscard]] std::uint64_t frame() const noexcept { return frame_; }
  InputQueue& input() noexcept { return input_; }
  GlyphService& glyphs() noexcept { return *glyphs_; }
  PageGlyphs& page_glyphs() noexcept { return *page_glyphs_; }
  TextureStore& textures() noexcept { return textures_; }
  Tags& tags() noexcept { return tags_; }
  Focus& focus() noexcept { return focus_; }
  [[nodiscard]] const Theme& theme() const noexcept { return theme_; }
  [[nodiscard]] float scale() const noexcept { return scale_; }
  /// UI em in px at the present scale.
  [[nodiscard]] float em() const noexcept { return kEmPx * scale_; }
  /// Both take effect at the next frame, so that views may call them anywhere. Scale: 1…2.
  void set_theme(ThemeKind kind);
  void set_scale(float scale);

  /// `utf8` for an ImGui call, with its glyphs made; valid for this frame.
  const char* operator()(std::string_view utf8) { return glyphs_->prepare(utf8); }

  /// Names ImGui's last item for tests.
  void tag(std::string_view id) { tags_.mark_item(id, frame_); }
  void tag_rect(std::string_view id, ImVec2 min, ImVec2 max, bool enabled = true) {
    tags_.mark(id, min, max, frame_, enabled);
  }

  void text(std::string_view utf8);
  void faint_text(std::string_view utf8);
  void wrapped_text(std::string_view utf8);
  /// Serif line of `ems` UI em: headings, titles of books.
  void heading(std::string_view utf8, float ems = 1.4F);
  /// A tagged button; `primary` is the one in cinnabar. True when pressed.
  bool button(std::string_view id, std::string_view label, bool enabled = true,
              bool primary = false);
  /// A tagged row of a list. True when pressed.
  bool row(std::string_view id, std::string_view label, bool selected, bool enabled = true);
  bool check_box(std::string_view id, std::string_view label, bool& value);
  /// A tagged bar between two panes side by side; dragging it changes `left_px` within the limits.
  /// Call between the panes, without SameLine. True while it moves.
  bool splitter(std::string_view id, float height_px, float& left_px, float least_px,
                float most_px);

 private:
  Ui(TextureStore& textures, const UiOptions& options);
  Status start();
  void apply_look();

  TextureStore& textures_;
  ImGuiContext* context_ = nullptr;
  InputQueue input_;
  Tags tags_;
  Focus focus_;
  Theme theme_;
  ThemeKind wanted_theme_;
  float scale_;
  float wanted_scale_;
  std::unique_ptr<GlyphService> glyphs_;
  std::unique_ptr<PageGlyphs> page_glyphs_;
  std::function<void()> wake_;
  std::atomic<bool> poked_{false};
  std::uint64_t frame_ = 0;
  std::optional<std::int64_t> wake_at_ms_;  // monotonic
  int dirty_ = 3;
};

}  // namespace shiqu::desk
