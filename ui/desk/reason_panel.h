#pragma once

#include "ui/desk/kit/text_field.h"
#include "ui/desk/kit/ui.h"

#include <optional>
#include <string>

namespace shiqu::desk {

/// Asks for a few words over the desk: why a text goes back to whoever wrote it. Enter gives them,
/// Esc or a press outside gives up. Tags: "reason", "reason.words", "reason.ok". UI thread only.
class ReasonPanel {
 public:
  void open(Ui& ui);
  [[nodiscard]] bool is_open() const noexcept { return open_; }
  /// The words that were given in this frame; the panel has closed itself then. Call each frame.
  std::optional<std::string> draw(Ui& ui);

 private:
  void close(Ui& ui);

  TextField words_{"reason.words"};
  bool open_ = false;
};

}  // namespace shiqu::desk
