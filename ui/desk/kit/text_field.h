#pragma once

#include "ui/desk/kit/text_edit.h"
#include "ui/desk/kit/ui.h"

#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace shiqu::desk {

/// What happened in a field during one frame.
struct FieldResult {
  bool changed = false;    ///< the text is another one now
  bool accepted = false;   ///< Enter
  bool cancelled = false;  ///< Esc; the field gives the keyboard back
  bool focused = false;    ///< has the keyboard
  int column_step = 0;     ///< vertical: +1 next column (Left), −1 previous column (Right)
};

/// How sure a character is. Drawn as a line beside the character whose shape doubles its colour.
enum class Doubt { None, Some, Much };

/// Where the cells of a vertical field stand.
struct ColumnLayout {
  float em_px = 28;               ///< size of the characters
  float pitch_px = 32;            ///< from cell to cell when `tops` is empty
  std::span<const float> tops;    ///< upper edge of each cell below the field's own, in px:
                                  ///< beside the ink; shorter than the text: pitch goes on
  std::span<const Doubt> doubts;  ///< per character, may be shorter than the text
};

/// Upper edge of cell `index` of a column, px below the upper edge of its box.
float cell_top(const ColumnLayout& layout, std::size_t index);
/// The place in a text of `length` characters that a click `y_px` below the upper edge means.
std::size_t cell_at(const ColumnLayout& layout, std::size_t length, float y_px);

/// Characters of a column in their cells with their doubts, in the box `from`…`to`, moved up by
/// `scroll_px`: what a column looks like that is not being edited.
void draw_cells(Ui& ui, ImDrawList& list, ImVec2 from, ImVec2 to, const ColumnLayout& layout,
                std::u32string_view text, ImU32 colour, float scroll_px = 0);

/// The one text field of the desk. It works on UTF-32, for Dear ImGui's own destroys characters
/// above U+FFFF. Keys: arrows, Home/End, Shift to select, Ctrl+A/C/X/V/Z/Y, Backspace/Delete, Tab;
/// mouse to place the caret and to select. Each field object belongs to one place on the screen.
class TextField {
 public:
  explicit TextField(std::string id) : id_(std::move(id)) {}

  [[nodiscard]] const std::string& id() const noexcept { return id_; }
  TextEdit& edit() noexcept { return edit_; }
  [[nodiscard]] const TextEdit& edit() const noexcept { return edit_; }
  [[nodiscard]] std::string utf8() const;
  void set_utf8(std::string_view text);
  /// Shows a dot for each character and leaves nothing on the clipboard: for PINs.
  void set_masked(bool masked) noexcept { masked_ = masked; }
  /// Called with the new text after each change.
  void on_change(std::function<void(const std::u32string&)> call) { changed_ = std::move(call); }

  /// One line from left to right, `width_px` wide; `hint` is shown while it is empty.
  FieldResult draw_line(Ui& ui, float width_px, std::string_view hint = {});

  /// One column from top to bottom in a box of `size`. Up/Down move in it, Left/Right leave it.
  FieldResult draw_column(Ui& ui, ImVec2 size, const ColumnLayout& layout);

 private:
  /// What is drawn in place of the text.
  [[nodiscard]] std::u32string shown() const;
  FieldResult handle_events(Ui& ui, bool vertical);
  bool handle_key(Ui& ui, const InputEvent& event, bool vertical, FieldResult& result);
  bool handle_movement(Key key, bool select, bool word, bool vertical, FieldResult& result);
  bool handle_control(Key key, FieldResult& result);
  void handle_mouse(Ui& ui, const std::function<std::size_t(ImVec2)>& position_at);
  void draw_line_text(Ui& ui, ImDrawList& list, ImVec2 from, ImVec2 to, std::string_view hint,
                      bool focused);
  void draw_column_text(Ui& ui, ImDrawList& list, ImVec2 from, ImVec2 to,
                        const ColumnLayout& layout, bool focused);

  std::string id_;
  TextEdit edit_;
  std::function<void(const std::u32string&)> changed_;
  float scroll_px_ = 0;
  bool selecting_ = false;
  bool masked_ = false;
};

}  // namespace shiqu::desk
