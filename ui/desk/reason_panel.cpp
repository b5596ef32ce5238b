#include "ui/desk/reason_panel.h"

#include "ui/app/i18n.h"

#include <imgui.h>

#include <algorithm>

namespace shiqu::desk {
namespace {

constexpr float kReasonEms = 34;
constexpr ImGuiWindowFlags kSheet = ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoResize |
                                    ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                                    ImGuiWindowFlags_NoCollapse | ImGuiWindowFlags_AlwaysAutoResize;

}  // namespace

void ReasonPanel::open(Ui& ui) {
  open_ = true;
  words_.set_utf8("");
  ui.focus().give(words_.id());
  ui.request_frames();
}

void ReasonPanel::close(Ui& ui) {
  open_ = false;
  if (ui.focus().has(words_.id())) {
    ui.focus().clear();
  }
  ui.request_frames();
}

std::optional<std::string> ReasonPanel::draw(Ui& ui) {
  if (!open_) {
    return std::nullopt;
  }
  const ImVec2 display = ImGui::GetIO().DisplaySize;
  const float width = std::min(display.x * 0.9F, kReasonEms * ui.em());
  ImGui::SetNextWindowPos(ImVec2(display.x / 2, display.y * 0.2F), 0, ImVec2(0.5F, 0));
  ImGui::SetNextWindowSizeConstraints(ImVec2(width, 0), ImVec2(width, display.y * 0.8F));
  ImGui::SetNextWindowFocus();
  ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 1);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 6 * ui.scale());
  ImGui::Begin("###reason", nullptr, kSheet);
  const bool outside = ImGui::IsMouseClicked(0) && !ImGui::IsWindowHovered();
  ui.heading(_("Why does this text go back?"), 1.1F);
  const float inner = width - 2 * ImGui::GetStyle().WindowPadding.x;
  const FieldResult typed = words_.draw_line(ui, inner, _("what is to be done better"));
  const bool said = !words_.utf8().empty();
  const bool pressed = ui.button("reason.ok", _("Return it"), said, true);
  ImGui::SameLine();
  ui.faint_text(_("Whoever wrote it reads these words. Esc gives up."));
  const ImVec2 at = ImGui::GetWindowPos();
  const ImVec2 size = ImGui::GetWindowSize();
  ui.tag_rect("reason", at, ImVec2(at.x + size.x, at.y + size.y));
  ImGui::End();
  ImGui::PopStyleVar(2);
  if (said && (pressed || typed.accepted)) {
    close(ui);
    return words_.utf8();
  }
  if (typed.cancelled || outside) {
    close(ui);
  }
  return std::nullopt;
}

}  // namespace shiqu::desk
