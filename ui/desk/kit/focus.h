#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace shiqu::desk {

/// Which text field has the keyboard. Fields register while they are drawn; Tab and Shift+Tab walk
/// through them in that order. A field that is no longer drawn loses the keyboard.
class Focus {
 public:
  void give(std::string_view field) {
    field_ = field;
    fresh_ = true;
  }
  void clear() { field_.clear(); }
  [[nodiscard]] bool has(std::string_view field) const {
    return !field_.empty() && field_ == field;
  }
  [[nodiscard]] bool typing() const noexcept { return !field_.empty(); }
  [[nodiscard]] const std::string& field() const noexcept { return field_; }

  void drawn(std::string_view field) { order_.emplace_back(field); }
  /// Moves by `step` (+1 or −1) at the end of the frame.
  void move(int step) noexcept { step_ = step; }
  void end_frame();

 private:
  std::string field_;
  std::vector<std::string> order_;
  int step_ = 0;
  bool fresh_ = false;  // given in this frame, perhaps to a field that is drawn from the next on
};

}  // namespace shiqu::desk
