#pragma once

#include "storage/model/text.h"
#include "ui/desk/kit/text_field.h"
#include "ui/desk/kit/ui.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace shiqu::desk {

/// What a person did with the columns in one frame.
struct ColumnEvents {
  FieldResult field;                  ///< of the selected line
  std::optional<std::size_t> chosen;  ///< another line was pressed …
  std::size_t caret = 0;              ///< … before this character
  int step = 0;                       ///< +1: on to the next line, −1: back to the one before
};

/// The text of a page as it stands on the leaf: columns from right to left, each from top to
/// bottom, and lines that run from left to right below them. The selected one is edited in its
/// place. Tags: "column.N" (N counts from 1 in reading order), "field.column". UI thread only.
class ColumnPanel {
 public:
  /// Another text, line or stored state is shown: takes `line` into the field; nullptr: none.
  void show(const model::Line* line);
  /// The stored line has become `line`; what was typed stays.
  void rebase(const model::Line& line);
  /// Brings the selected column into sight in the next frames.
  void reveal() noexcept { reveal_frames_ = 3; }

  /// Without `editable` columns can be chosen but nothing typed.
  ColumnEvents draw(Ui& ui, const std::vector<model::Line>& lines,
                    std::optional<std::size_t> selected, bool editable, ImVec2 size);

  TextField& field() noexcept { return field_; }
  [[nodiscard]] std::string utf8() const { return field_.utf8(); }
  /// The line as typed, each character with its place on the page; nullptr: none is selected.
  [[nodiscard]] const model::Line* typed();
  /// Where the character at the caret, or else the last one, stands on the page.
  [[nodiscard]] std::optional<model::Box> caret_box();

 private:
  struct Measures {
    ColumnLayout layout;
    float strip_px = 0;
    float header_px = 0;
    float height_px = 0;  ///< of a strip without its header
  };
  [[nodiscard]] Measures measure(const Ui& ui, const std::vector<model::Line>& lines,
                                 std::size_t columns, ImVec2 room) const;
  void draw_columns(Ui& ui, const std::vector<model::Line>& lines,
                    std::optional<std::size_t> selected, bool editable, ImVec2 size,
                    ColumnEvents& events);
  void draw_strip(Ui& ui, const model::Line& line, std::size_t index, bool is_selected,
                  bool editable, const Measures& measures, ImVec2 from, ColumnEvents& events);
  void draw_rows(Ui& ui, const std::vector<model::Line>& lines, std::optional<std::size_t> selected,
                 bool editable, ColumnEvents& events);
  void scroll_to(ImVec2 least, ImVec2 most);

  TextField field_{"field.column"};
  std::optional<model::Line> line_;   ///< as stored
  std::optional<model::Line> typed_;  ///< as typed
  std::size_t seen_caret_ = 0;
  int reveal_frames_ = 0;
};

}  // namespace shiqu::desk
