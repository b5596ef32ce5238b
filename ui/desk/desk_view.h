#pragma once

#include "ui/desk/column_panel.h"
#include "ui/desk/desk_model.h"
#include "ui/desk/export_view.h"
#include "ui/desk/item_card.h"
#include "ui/desk/jobs_panel.h"
#include "ui/desk/kit/command_views.h"
#include "ui/desk/kit/commands.h"
#include "ui/desk/kit/page_view.h"
#include "ui/desk/kit/text_field.h"
#include "ui/desk/kit/ui.h"
#include "ui/desk/live_capture.h"
#include "ui/desk/lock_screen.h"
#include "ui/desk/page_list.h"
#include "ui/desk/reason_panel.h"
#include "ui/desk/search_panel.h"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

namespace shiqu::desk {

/// Draws the desk: pages with thumbnails on the left, the page in the middle, its columns on the
/// right, the state of things at the bottom. UI thread only.
class DeskView {
 public:
  /// `jobs_added` is called, from another thread too, when the desk has put jobs into the queue.
  DeskView(Ui& ui, DeskModel& model, std::function<void()> jobs_added = {});
  void draw(Ui& ui);
  /// Shows entry `index` of the model.
  void show_page(std::size_t index);
  /// A job has ended: shows what it has made. What is being typed stays.
  void job_ended(Ui& ui, const store::JobRecord& job);
  /// Some program has changed the archive: shows how far the batches are.
  void jobs_changed(Ui& ui);
  /// True once a page is shown with all its tiles, or there is nothing to wait for.
  [[nodiscard]] bool ready() const noexcept {
    return export_.is_open() ? !export_.loading() : opened_.empty() || !page_.loading();
  }
  [[nodiscard]] const std::string& message() const noexcept { return message_; }
  /// What a person can do here; keys, palette, help and tests go through it.
  Commands& commands() noexcept { return commands_; }
  ExportView& exporting() noexcept { return export_; }
  LockScreen& lock() noexcept { return lock_; }

 private:
  struct LivePicture {
    TextureId texture = 0;
    SizePx size;
  };
  struct Place {
    std::size_t line = 0;
    std::size_t caret = 0;
  };
  void draw_panes(Ui& ui, float height);
  void draw_page(Ui& ui, ImVec2 size);
  void draw_marks(Ui& ui, ImDrawList& list, const PageTransform& at);
  void press_page(PointPx at);
  void draw_text(Ui& ui, ImVec2 size);
  void draw_columns(Ui& ui, ImVec2 size);
  void draw_capture(Ui& ui);
  void draw_live(Ui& ui, ImVec2 size);
  void draw_login(Ui& ui);
  void draw_editor(Ui& ui);
  void draw_editor_buttons(Ui& ui);
  void draw_reason(Ui& ui);
  void draw_status(Ui& ui);
  void draw_export(Ui& ui, ImVec2 size);
  void draw_card(Ui& ui);
  void take_news(Ui& ui);
  void take_question_mark(Ui& ui);
  void add_commands(Ui& ui);
  void add_text_commands(Ui& ui);
  void add_job_commands(Ui& ui);
  void add_export_commands(Ui& ui);
  void toggle_export(Ui& ui);
  void close_export(Ui& ui);
  void write_packages();
  void toggle_jobs(Ui& ui);
  void pause_batch(bool paused);
  void pause_all(bool paused);
  void cancel_batch();
  void recognise_item();
  void wake_jobs();
  /// Opens a page that some other view has named.
  void show_place(Ui& ui, const PageId& page);
  void add(const char* id, const char* chord, std::function<std::string()> label,
           std::function<bool()> enabled, std::function<void()> run);
  bool save();
  /// Stores the column and goes on to the next one.
  void save_and_step(Ui& ui);
  void drop();
  void undo();
  void submit();
  /// Accepts the page, or returns it, and shows the next that waits for review.
  void review(Ui& ui, bool accept, const std::string& reason);
  void recognise();
  [[nodiscard]] bool typing() const;
  /// Stores what was typed before another line or page is shown; false when that failed: stay.
  bool leave_line();
  void refill_line();
  void open_selected();
  /// Chooses a line with the caret before character `caret`.
  void choose_line(Ui& ui, std::size_t index, std::size_t caret);
  /// To the line `step` further on, if there is one; the caret keeps its height.
  void step_line(Ui& ui, int step);
  void step_page(int step);
  /// Opens the page of a hit with the place marked.
  void show_hit(Ui& ui, const store::SearchHit& hit);
  void say(const Status& status, const char* success);

  DeskModel& model_;
  std::function<void()> jobs_added_;
  PageView page_;
  PageList list_;
  ColumnPanel columns_;
  JobsPanel jobs_;
  Commands commands_;
  CommandPalette palette_;
  HelpOverlay help_;
  SearchPanel search_;
  ReasonPanel reason_;
  ExportView export_;
  ItemCard card_;
  TextField name_{"login.name"};
  TextField pin_{"login.pin"};
  TextField address_{"capture.address"};
  LiveCapture live_;
  LockScreen lock_;
  LivePicture live_picture_;
  int seen_kept_ = 0;
  std::optional<Place> pressed_;  ///< on the page, in this frame
  float page_px_ = 0;             ///< width of the page's pane; 0: not laid out yet
  std::string opened_;            ///< master whose pyramid the page view shows
  std::string message_;
  bool failed_ = false;
};

}  // namespace shiqu::desk
