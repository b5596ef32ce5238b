#pragma once

#include <imgui.h>

namespace shiqu::desk {

enum class ThemeKind { Dark, Light, HighContrast, Neutral };

/// The colours of the desk by meaning. Doubt is always shown by a shape as well (see text_field.h).
struct Theme {
  ThemeKind kind = ThemeKind::Dark;
  ImU32 ground = 0;  ///< behind everything
  ImU32 panel = 0;   ///< panels and popups
  ImU32 raised = 0;  ///< fields, buttons
  ImU32 hover = 0;   ///< a button under the pointer
  ImU32 line = 0;    ///< separators, borders
  ImU32 text = 0;
  ImU32 faint = 0;      ///< secondary text
  ImU32 active = 0;     ///< cinnabar: what is being worked on
  ImU32 on_active = 0;  ///< text upon it
  ImU32 doubt = 0;      ///< gold: please look
  ImU32 alarm = 0;      ///< surely wrong, must not leave
  ImU32 good = 0;       ///< checked
  ImU32 selection = 0;  ///< azure
};

/// UI em at 100 %, px.
inline constexpr float kEmPx = 18.0F;

Theme make_theme(ThemeKind kind);

/// Sets every colour and distance of ImGui's style; `scale` 1…2. Hit targets are ≥ 32 px.
void apply_theme(const Theme& theme, float scale, ImGuiStyle& style);

/// `colour` with its alpha replaced, 0…1.
ImU32 with_alpha(ImU32 colour, float alpha);

}  // namespace shiqu::desk
