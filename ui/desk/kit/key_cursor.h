#pragma once

#include "ui/desk/kit/ui.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace shiqu::desk {

/// Walks through everything that can be pressed in a view, without a mouse: Up and Down step,
/// Left and Right (or Tab) go to the next part, Home and End to the first and last stop, Enter and
/// Space press. Stops register while they are drawn; the order of drawing is the way. While a text
/// field has the keyboard the cursor rests. UI thread only.
class KeyCursor {
 public:
  /// Before the first stop of a frame; takes its keys, unless something lies over the view.
  void begin(Ui& ui, bool covered = false);
  /// The stops that follow belong to another part of the view.
  void part() { ++part_; }
  /// The item drawn last is a stop. True when it is pressed by key. Where the cursor stands it gets
  /// a ring, and comes into sight when the cursor has just come.
  bool stop(Ui& ui, std::string_view id, bool enabled = true);
  /// Puts the cursor there.
  void give(std::string_view id);
  [[nodiscard]] const std::string& at() const noexcept { return at_; }

 private:
  struct Stop {
    std::string id;
    int part = 0;
  };
  void step(std::ptrdiff_t by);
  void go_to_part(int by);

  std::vector<Stop> stops_;  ///< of this frame so far
  std::vector<Stop> last_;   ///< of the frame before
  std::string at_;
  int part_ = 0;
  bool pressed_ = false;
  bool moved_ = false;
};

}  // namespace shiqu::desk
