#include "ui/desk/export_view.h"

#include "ui/app/builtin.h"
#include "ui/app/i18n.h"

#include <imgui.h>

#include <algorithm>
#include <utility>

namespace shiqu::desk {
namespace {

constexpr float kLeftEms = 23;
constexpr float kRightEms = 25;
constexpr float kGapEms = 1.4F;

/// A pane that scrolls by itself, with a line to its right.
template <class Draw>
void pane(const char* id, ImVec2 size, const Draw& draw) {
  ImGui::BeginChild(id, size);
  draw();
  ImGui::EndChild();
}

void divide(Ui& ui, float height) {
  const float gap = kGapEms * ui.em();
  ImGui::SameLine(0, gap);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImGui::GetWindowDrawList()->AddLine({at.x - gap / 2, at.y}, {at.x - gap / 2, at.y + height},
                                      ui.theme().line);
}

}  // namespace

ExportView::ExportView(Ui& ui, DeskModel& desk)
    : model_(desk, [&ui] { ui.poke(); }), exporters_(app::builtin_exporters()) {
  passphrase_.set_masked(true);
  seed_.set_utf8("1");
}

void ExportView::open(Ui& ui) {
  open_ = true;
  ui.focus().clear();  // the cursor walks by plain keys
  model_.refresh();
  ui.request_frames();
}

void ExportView::close(Ui& ui) {
  open_ = false;
  ui.focus().clear();
  ui.request_frames();
}

ExportEvents ExportView::draw(Ui& ui, Commands& commands, ImVec2 size, bool covered) {
  events_ = {};
  if (model_.take_news()) {
    ui.request_frames();
  }
  cursor_.begin(ui, covered);
  const float gap = kGapEms * ui.em();
  const float left = std::min(kLeftEms * ui.em(), size.x * 0.27F);
  const float right = std::min(kRightEms * ui.em(), size.x * 0.28F);
  pane("###export.left", {left, size.y}, [&] {
    draw_objects(ui, size.y * 0.34F);
    draw_settings(ui);
  });
  divide(ui, size.y);
  cursor_.part();
  pane("###export.plan", {size.x - left - right - 2 * gap, size.y},
       [&] { draw_plan(ui, commands); });
  divide(ui, size.y);
  cursor_.part();
  pane("###export.right", {right, size.y}, [&] {
    draw_write(ui, commands);
    draw_send(ui);
  });
  if (!covered && !ui.focus().typing() && ui.input().take({Key::Escape, {}})) {
    events_.close = true;
  }
  if (auto outcome = model_.take_outcome(events_.words)) {
    events_.outcome = std::move(outcome);
  }
  return std::exchange(events_, {});
}

void ExportView::part(Ui& ui, std::string_view number, std::string_view title) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float r = 0.72F * ui.em();
  const ImVec2 centre(at.x + r, at.y + 0.82F * ui.em());
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddCircleFilled(centre, r, ui.theme().active);
  const char* shown = ui(number);
  const ImVec2 extent = ImGui::CalcTextSize(shown);
  list.AddText({centre.x - extent.x / 2, centre.y - extent.y / 2}, ui.theme().on_active, shown);
  ImGui::SetCursorPosX(ImGui::GetCursorPosX() + 2.6F * r);
  ui.heading(title, 1.25F);
}

void ExportView::coloured(Ui& ui, ImU32 colour, std::string_view words) {
  ImGui::PushStyleColor(ImGuiCol_Text, colour);
  ui.wrapped_text(words);
  ImGui::PopStyleColor();
}

bool ExportView::button(Ui& ui, std::string_view id, std::string_view label, bool enabled,
                        bool primary) {
  const bool pressed = ui.button(id, label, enabled, primary);
  return cursor_.stop(ui, id, enabled) || pressed;
}

bool ExportView::check(Ui& ui, std::string_view id, std::string_view label, bool value,
                       bool enabled) {
  ImGui::BeginDisabled(!enabled);
  ImGui::PushStyleVar(ImGuiStyleVar_FrameBorderSize, 1);  // an empty box is to be seen
  const bool pressed = ui.check_box(id, label, value);
  ImGui::PopStyleVar();
  ImGui::EndDisabled();
  return cursor_.stop(ui, id, enabled) || pressed;
}

bool ExportView::chip(Ui& ui, std::string_view id, std::string_view label, bool chosen,
                      bool enabled) {
  const float width = ImGui::CalcTextSize(ui(label)).x + 2 * ImGui::GetStyle().FramePadding.x;
  const float end = ImGui::GetWindowPos().x + ImGui::GetWindowContentRegionMax().x;
  const float next = ImGui::GetItemRectMax().x + ImGui::GetStyle().ItemSpacing.x / 2 + width;
  if (chips_on_line_ && next < end) {
    ImGui::SameLine(0, ImGui::GetStyle().ItemSpacing.x / 2);
  }
  chips_on_line_ = true;
  if (chosen) {
    ImGui::PushStyleColor(ImGuiCol_Button, with_alpha(ui.theme().selection, 0.35F));
  }
  const bool pressed = button(ui, id, label, enabled);
  if (chosen) {
    ImGui::PopStyleColor();
  }
  return pressed && !chosen;
}

FieldResult ExportView::field(Ui& ui, TextField& field, float width, std::string_view hint) {
  const FieldResult typed = field.draw_line(ui, width, hint);
  if (cursor_.stop(ui, field.id())) {
    ui.focus().give(field.id());
  }
  return typed;
}

bool ExportView::row(Ui& ui, std::string_view id, std::string_view label, bool selected) {
  const bool pressed = ui.row(id, label, selected);
  return cursor_.stop(ui, id) || pressed;
}

}  // namespace shiqu::desk
