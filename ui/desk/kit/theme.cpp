#include "ui/desk/kit/theme.h"

namespace shiqu::desk {
namespace {

constexpr ImU32 rgb(unsigned hex) {
  return IM_COL32((hex >> 16U) & 0xFFU, (hex >> 8U) & 0xFFU, hex & 0xFFU, 0xFFU);
}

Theme colours(ThemeKind kind) {
  switch (kind) {
    case ThemeKind::Light:
      return {kind,          rgb(0xEFE9DC), rgb(0xF7F3EA), rgb(0xE4DCCB), rgb(0xD8CDB6),
              rgb(0xC9BEA8), rgb(0x26231E), rgb(0x6B6455), rgb(0x9C3F30), rgb(0xFFFBF2),
              rgb(0x9A6A10), rgb(0xB3261E), rgb(0x3F7A45), rgb(0x1F78AD)};
    case ThemeKind::HighContrast:
      return {kind,          rgb(0x000000), rgb(0x0C0C0C), rgb(0x1C1C1C), rgb(0x3A3A3A),
              rgb(0x9A9A9A), rgb(0xFFFFFF), rgb(0xD8D8D8), rgb(0xE2583F), rgb(0x000000),
              rgb(0xFFC93C), rgb(0xFF5A4F), rgb(0x7FE08A), rgb(0x6CC4FF)};
    case ThemeKind::Neutral:
      return {kind,          rgb(0x303030), rgb(0x383838), rgb(0x464646), rgb(0x545454),
              rgb(0x5C5C5C), rgb(0xE6E6E6), rgb(0xA8A8A8), rgb(0x8A8A8A), rgb(0x101010),
              rgb(0xC8C8C8), rgb(0xD08A80), rgb(0xA8B8A8), rgb(0x9FB4C4)};
    case ThemeKind::Dark:
      break;
  }
  return {ThemeKind::Dark, rgb(0x1E1D1B), rgb(0x242320), rgb(0x302E2A), rgb(0x3D3A34),
          rgb(0x45413A),   rgb(0xEDE6D6), rgb(0xA39B8B), rgb(0x8C3B2E), rgb(0xF6F0E2),
          rgb(0xD9A441),   rgb(0xD9594C), rgb(0x7FA870), rgb(0x4FA3D1)};
}

void set(ImGuiStyle& style, ImGuiCol which, ImU32 colour) {
  style.Colors[which] = ImGui::ColorConvertU32ToFloat4(colour);
}

void set_colours(const Theme& t, ImGuiStyle& style) {
  set(style, ImGuiCol_Text, t.text);
  set(style, ImGuiCol_TextDisabled, t.faint);
  set(style, ImGuiCol_WindowBg, t.panel);
  set(style, ImGuiCol_ChildBg, with_alpha(t.panel, 0));
  set(style, ImGuiCol_PopupBg, t.panel);
  set(style, ImGuiCol_Border, t.line);
  set(style, ImGuiCol_FrameBg, t.raised);
  set(style, ImGuiCol_FrameBgHovered, t.hover);
  set(style, ImGuiCol_FrameBgActive, t.hover);
  set(style, ImGuiCol_TitleBg, t.ground);
  set(style, ImGuiCol_TitleBgActive, t.ground);
  set(style, ImGuiCol_MenuBarBg, t.ground);
  set(style, ImGuiCol_ScrollbarBg, with_alpha(t.ground, 0.4F));
  set(style, ImGuiCol_ScrollbarGrab, t.line);
  set(style, ImGuiCol_ScrollbarGrabHovered, t.faint);
  set(style, ImGuiCol_ScrollbarGrabActive, t.faint);
  set(style, ImGuiCol_CheckMark, t.doubt);
  set(style, ImGuiCol_SliderGrab, t.faint);
  set(style, ImGuiCol_SliderGrabActive, t.text);
  set(style, ImGuiCol_Button, t.raised);
  set(style, ImGuiCol_ButtonHovered, t.hover);
  set(style, ImGuiCol_ButtonActive, t.active);
  set(style, ImGuiCol_Header, with_alpha(t.active, 0.55F));
  set(style, ImGuiCol_HeaderHovered, t.hover);
  set(style, ImGuiCol_HeaderActive, t.active);
  set(style, ImGuiCol_Separator, t.line);
  set(style, ImGuiCol_SeparatorHovered, t.faint);
  set(style, ImGuiCol_SeparatorActive, t.selection);
  set(style, ImGuiCol_ResizeGrip, with_alpha(t.line, 0));
  set(style, ImGuiCol_Tab, t.ground);
  set(style, ImGuiCol_TabHovered, t.hover);
  set(style, ImGuiCol_TabActive, t.active);
  set(style, ImGuiCol_TabUnfocused, t.ground);
  set(style, ImGuiCol_TabUnfocusedActive, t.raised);
  set(style, ImGuiCol_PlotLines, t.text);
  set(style, ImGuiCol_PlotHistogram, t.doubt);
  set(style, ImGuiCol_TableHeaderBg, t.ground);
  set(style, ImGuiCol_TableBorderStrong, t.line);
  set(style, ImGuiCol_TableBorderLight, with_alpha(t.line, 0.5F));
  set(style, ImGuiCol_TableRowBgAlt, with_alpha(t.raised, 0.35F));
  set(style, ImGuiCol_TextSelectedBg, with_alpha(t.selection, 0.4F));
  set(style, ImGuiCol_DragDropTarget, t.doubt);
  set(style, ImGuiCol_NavHighlight, t.selection);
  set(style, ImGuiCol_ModalWindowDimBg, with_alpha(t.ground, 0.6F));
}

}  // namespace

Theme make_theme(ThemeKind kind) {
  return colours(kind);
}

ImU32 with_alpha(ImU32 colour, float alpha) {
  const auto value = static_cast<ImU32>(alpha * 255.0F + 0.5F);
  return (colour & ~IM_COL32_A_MASK) | (value << IM_COL32_A_SHIFT);
}

void apply_theme(const Theme& theme, float scale, ImGuiStyle& style) {
  style = ImGuiStyle();
  style.WindowPadding = ImVec2(12, 10);
  style.FramePadding = ImVec2(10, 4);  // line of 26 px + 2 × 4 = 34 px: an easy target
  style.ItemSpacing = ImVec2(8, 6);
  style.ItemInnerSpacing = ImVec2(6, 4);
  style.CellPadding = ImVec2(8, 3);
  style.ScrollbarSize = 14;
  style.GrabMinSize = 14;
  style.WindowRounding = 0;
  style.FrameRounding = 4;
  style.PopupRounding = 6;
  style.ScrollbarRounding = 7;
  style.GrabRounding = 4;
  style.TabRounding = 4;
  style.WindowBorderSize = 0;
  style.PopupBorderSize = 1;
  style.ScaleAllSizes(scale);
  set_colours(theme, style);
}

}  // namespace shiqu::desk
