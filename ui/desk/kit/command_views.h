#pragma once

#include "ui/desk/kit/commands.h"
#include "ui/desk/kit/text_field.h"
#include "ui/desk/kit/ui.h"

#include <string>
#include <string_view>

namespace shiqu::desk {

/// Texts of the views below, in the language of the interface.
struct CommandTexts {
  std::string palette_hint;  ///< in the empty search field
  std::string nothing_found;
  std::string help_title;
};

/// A button that runs command `id`, grey while it is not enabled, its key in the tooltip.
/// Tagged "button.<id>".
void command_button(Ui& ui, Commands& commands, std::string_view id, bool primary = false);

/// The same as a menu entry with its key beside it, inside an open ImGui menu. Tagged "menu.<id>".
void command_menu_item(Ui& ui, Commands& commands, std::string_view id);

/// Search field over all commands of the context. Rows are tagged "palette.<id>".
class CommandPalette {
 public:
  void open(Ui& ui);
  void close(Ui& ui);
  [[nodiscard]] bool is_open() const noexcept { return open_; }
  /// Call each frame, after all other windows.
  void draw(Ui& ui, Commands& commands, const CommandTexts& texts);

 private:
  std::string draw_inside(Ui& ui, const Commands& commands, const CommandTexts& texts, float inner,
                          bool& ended);
  std::string draw_rows(Ui& ui, const std::vector<const Command*>& rows);

  TextField query_{"palette.query"};
  std::size_t selected_ = 0;
  bool open_ = false;
};

/// All keys of the context on one sheet.
class HelpOverlay {
 public:
  void toggle() noexcept { open_ = !open_; }
  [[nodiscard]] bool is_open() const noexcept { return open_; }
  /// Esc or a click closes it. Tagged "help".
  void draw(Ui& ui, const Commands& commands, const CommandTexts& texts);

 private:
  bool open_ = false;
};

}  // namespace shiqu::desk
