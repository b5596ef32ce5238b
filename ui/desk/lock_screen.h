#pragma once

#include "ui/desk/desk_model.h"
#include "ui/desk/kit/text_field.h"
#include "ui/desk/kit/ui.h"

#include <cstdint>
#include <functional>
#include <string>

namespace shiqu::desk {

/// Covers the desk when whoever is logged in has gone, until the PIN is given. Nothing of the
/// archive is drawn meanwhile and no command runs; what was typed and not stored is kept. UI thread
/// only.
class LockScreen {
 public:
  explicit LockScreen(std::int64_t idle_limit_ms);

  /// Call at the start of each frame: locks when nobody has touched keyboard or pointer for the
  /// limit, and has the shell woken when that is due. True: draw() and nothing else.
  bool covers(Ui& ui, const DeskModel& model);
  /// At once, if somebody is logged in.
  void lock(Ui& ui, const DeskModel& model);
  /// `unsaved`: whether typed text waits behind it.
  void draw(Ui& ui, DeskModel& model, bool unsaved);
  [[nodiscard]] bool locked() const noexcept { return locked_; }
  /// Another monotonic clock in ms, for tests.
  void set_clock(std::function<std::int64_t()> clock) { clock_ = std::move(clock); }

 private:
  void unlock(Ui& ui, DeskModel& model);
  void draw_card(Ui& ui, DeskModel& model, bool unsaved);

  std::int64_t limit_ms_;
  std::function<std::int64_t()> clock_;
  std::int64_t touched_ms_ = 0;
  bool locked_ = false;
  TextField pin_{"lock.pin"};
  std::string refusal_;
};

}  // namespace shiqu::desk
