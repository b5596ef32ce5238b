#include "ui/desk/kit/overlay.h"

#include <imgui.h>

#include <algorithm>
#include <utility>

namespace shiqu::desk {
namespace {

constexpr float kWidest = 0.9F;  // of the window
constexpr float kHighest = 0.8F;
constexpr float kRoundPx = 6;
constexpr ImGuiWindowFlags kFlags = ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoResize |
                                    ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                                    ImGuiWindowFlags_NoCollapse | ImGuiWindowFlags_AlwaysAutoResize;

}  // namespace

Overlay::Overlay(Ui& ui, std::string id, float width_ems, float top, bool takes_focus)
    : ui_(ui), id_(std::move(id)) {
  const ImVec2 display = ImGui::GetIO().DisplaySize;
  width_px_ = std::min(display.x * kWidest, width_ems * ui.em());
  ImGui::SetNextWindowPos(ImVec2(display.x / 2, display.y * top), 0, ImVec2(0.5F, 0));
  ImGui::SetNextWindowSizeConstraints(ImVec2(width_px_, 0),
                                      ImVec2(width_px_, display.y * kHighest));
  if (takes_focus) {
    ImGui::SetNextWindowFocus();
  }
  ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 1);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, kRoundPx * ui.scale());
  ImGui::Begin(("###" + id_).c_str(), nullptr, kFlags);
}

Overlay::~Overlay() {
  const ImVec2 at = ImGui::GetWindowPos();
  const ImVec2 size = ImGui::GetWindowSize();
  ui_.tag_rect(id_, at, ImVec2(at.x + size.x, at.y + size.y));
  ImGui::End();
  ImGui::PopStyleVar(2);
}

float Overlay::inner_px() const noexcept {
  return width_px_ - 2 * ImGui::GetStyle().WindowPadding.x;
}

bool Overlay::left() noexcept {
  return ImGui::IsMouseClicked(0) && !ImGui::IsWindowHovered();
}

}  // namespace shiqu::desk
