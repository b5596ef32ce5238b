#pragma once

#include "ui/desk/kit/ui.h"

#include <string>

namespace shiqu::desk {

/// A window over the desk, as wide as it is told and as high as what is in it, from its making to
/// its end: while it stands, widgets go into it. Its tag is its id. UI thread only.
class Overlay {
 public:
  /// `top`: its upper edge, as a share of the window's height. `takes_focus`: it comes before
  /// overlays that do not.
  Overlay(Ui& ui, std::string id, float width_ems, float top, bool takes_focus = true);
  Overlay(const Overlay&) = delete;
  Overlay& operator=(const Overlay&) = delete;
  ~Overlay();

  /// Width of what is in it, px.
  [[nodiscard]] float inner_px() const noexcept;
  /// True if the mouse was pressed elsewhere in this frame.
  [[nodiscard]] static bool left() noexcept;

 private:
  Ui& ui_;
  std::string id_;
  float width_px_ = 0;
};

}  // namespace shiqu::desk
