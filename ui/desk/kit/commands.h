#pragma once

#include "storage/base/result.h"
#include "ui/desk/kit/keys.h"
#include "ui/desk/kit/ui.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace shiqu::desk {

/// One thing a person can do: one row feeds keyboard, menus, palette, help and tests.
struct Command {
  std::string id;                      ///< stable, "page.next": keymap and audit log use it
  std::function<std::string()> label;  ///< in the language of the interface
  Chord key;                           ///< default key, may be empty
  std::string context;                 ///< workspace in which it is offered; empty: everywhere
  std::function<bool()> enabled;       ///< empty: always
  std::function<void()> run;
  std::string search;  ///< further words the palette finds it by (pinyin initials)

  [[nodiscard]] bool is_enabled() const { return !enabled || enabled(); }
};

/// The table of commands. UI thread only.
class Commands {
 public:
  /// Errors: Exists (the id, or the key within the same or the common context), InvalidInput
  /// (no id, label or function).
  Status add(Command command);

  /// Runs by id, whatever the context. Errors: NotFound, Conflict (not enabled now).
  Status run(std::string_view id);

  /// Runs the command of each unused key of this frame; call before the views are drawn. While a
  /// text field has the keyboard, keys the field needs are left to it. Returns how many ran.
  int dispatch(Ui& ui);

  void set_context(std::string context) { context_ = std::move(context); }
  [[nodiscard]] const std::string& context() const noexcept { return context_; }

  /// Another key for a command; an empty chord takes its key away. Errors: NotFound, Exists.
  Status set_key(std::string_view id, const Chord& key);

  /// nullptr if there is none.
  [[nodiscard]] const Command* find(std::string_view id) const;
  /// Commands of the present context whose label, id or search words hold `query` (ASCII case is
  /// ignored; empty: all), in the order they were added.
  [[nodiscard]] std::vector<const Command*> matching(std::string_view query) const;

  /// Called before a command runs.
  void on_run(std::function<void(const Command&)> call) { on_run_ = std::move(call); }

 private:
  Command* find_mutable(std::string_view id);
  [[nodiscard]] const Command* holder_of(const Chord& key, std::string_view context) const;
  [[nodiscard]] bool offered(const Command& command) const {
    return command.context.empty() || command.context == context_;
  }

  std::vector<Command> commands_;
  std::string context_;
  std::function<void(const Command&)> on_run_;
};

/// True for keys that a focused text field acts on itself.
bool field_uses(const Chord& chord);

}  // namespace shiqu::desk
