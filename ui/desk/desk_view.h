#pragma once

#include "ui/desk/desk_model.h"
#include "ui/desk/kit/command_views.h"
#include "ui/desk/kit/commands.h"
#include "ui/desk/kit/page_view.h"
#include "ui/desk/kit/text_field.h"
#include "ui/desk/kit/ui.h"
#include "ui/desk/live_capture.h"

#include <functional>
#include <map>
#include <string>

namespace shiqu::desk {

/// Draws the desk: pages with thumbnails on the left, the page in the middle, its columns and the
/// selected one's text on the right, the state of things at the bottom. UI thread only.
class DeskView {
 public:
  DeskView(Ui& ui, DeskModel& model);
  void draw(Ui& ui);
  /// Shows entry `index` of the model.
  void show_page(std::size_t index);
  /// True once a page is shown with all its tiles, or there is nothing to wait for.
  [[nodiscard]] bool ready() const noexcept { return opened_.empty() || !page_.loading(); }
  [[nodiscard]] const std::string& message() const noexcept { return message_; }
  /// What a person can do here; keys, palette, help and tests go through it.
  Commands& commands() noexcept { return commands_; }

 private:
  struct Thumbnail {
    TextureId texture = 0;
    SizePx size;
  };
  void draw_pages(Ui& ui, ImVec2 size);
  void draw_page(Ui& ui, ImVec2 size);
  void draw_text(Ui& ui, ImVec2 size);
  void draw_capture(Ui& ui, float width);
  void draw_live(Ui& ui, ImVec2 size);
  void take_news(Ui& ui);
  void draw_login(Ui& ui, float width);
  void draw_editor(Ui& ui, float width);
  void draw_lines(Ui& ui);
  void add_commands(Ui& ui);
  void add(const char* id, const char* chord, std::function<std::string()> label,
           std::function<bool()> enabled, std::function<void()> run);
  bool save();
  void undo();
  void submit();
  /// Stores what was typed before another line or page is shown; false when that failed: stay.
  bool leave_line();
  void refill_line();
  void open_selected();
  void choose_line(std::size_t index);
  void step_page(int step);
  void say(const Status& status, const char* success);
  TextureId thumbnail(Ui& ui, const std::string& master, SizePx& size);

  DeskModel& model_;
  PageView page_;
  Commands commands_;
  CommandPalette palette_;
  HelpOverlay help_;
  TextField name_{"login.name"};
  TextField pin_{"login.pin"};
  TextField line_{"field.line"};
  TextField address_{"capture.address"};
  LiveCapture live_;
  Thumbnail live_picture_;
  int seen_kept_ = 0;
  std::map<std::string, Thumbnail> thumbnails_;
  std::string opened_;  ///< master whose pyramid the page view shows
  std::string message_;
  bool failed_ = false;
};

}  // namespace shiqu::desk
