#pragma once

#include <imgui.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace shiqu::desk {

/// Where an item was last drawn.
struct Tagged {
  ImVec2 min;
  ImVec2 max;
  bool enabled = true;
  bool visible = true;  ///< false: scrolled or clipped away
  std::uint64_t frame = 0;

  [[nodiscard]] ImVec2 centre() const noexcept {
    return {(min.x + max.x) / 2, (min.y + max.y) / 2};
  }
};

/// Names of the items on the screen, for tests and for the field robot: views say
/// `ui.tag("undo")` after each item a person can use.
class Tags {
 public:
  /// Records ImGui's last item under `id`.
  void mark_item(std::string_view id, std::uint64_t frame);
  /// Records a place that is no ImGui item.
  void mark(std::string_view id, ImVec2 min, ImVec2 max, std::uint64_t frame, bool enabled = true);
  /// nullptr if it was never drawn.
  [[nodiscard]] const Tagged* find(std::string_view id) const;
  /// Forgets what has not been drawn for many frames.
  void begin_frame(std::uint64_t frame);

 private:
  std::unordered_map<std::string, Tagged> tags_;
};

}  // namespace shiqu::desk
