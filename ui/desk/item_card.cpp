#include "ui/desk/item_card.h"

#include "ui/app/export_words.h"
#include "ui/app/i18n.h"

#include <imgui.h>

#include <algorithm>
#include <string>

namespace shiqu::desk {
namespace {

constexpr float kWidthEms = 30;
constexpr ImGuiWindowFlags kCard = ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoResize |
                                   ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                                   ImGuiWindowFlags_NoCollapse | ImGuiWindowFlags_AlwaysAutoResize;

}  // namespace

Status ItemCard::open(Ui& ui, DeskModel& model, const ItemId& id) {
  SHIQU_TRY_ASSIGN(item_, model.store().item(id));
  rights_.set_utf8(item_->rights);
  ui.focus().clear();
  cursor_.give("card.grade.public");
  ui.request_frames();
  return {};
}

void ItemCard::close(Ui& ui) {
  item_.reset();
  ui.focus().clear();
  ui.request_frames();
}

void ItemCard::draw_fields(Ui& ui, bool may) {
  ui.faint_text(_("Grade"));
  for (const model::Grade grade : {model::Grade::Public, model::Grade::Internal,
                                   model::Grade::Sensitive, model::Grade::Restricted}) {
    const std::string id = "card.grade." + std::string(model::name_of(grade));
    const bool chosen = item_->grade == grade;
    if (chosen) {
      ImGui::PushStyleColor(ImGuiCol_Button, with_alpha(ui.theme().selection, 0.35F));
    }
    const bool pressed = ui.button(id, app::grade_words(grade), may);
    if (chosen) {
      ImGui::PopStyleColor();
    }
    if (cursor_.stop(ui, id, may) || pressed) {
      item_->grade = grade;
    }
    ImGui::SameLine();
  }
  ImGui::NewLine();
  ui.faint_text(_("Rights: a licence or a statement"));
  rights_.draw_line(ui, ImGui::GetContentRegionAvail().x, "CC0-1.0");
  if (cursor_.stop(ui, rights_.id(), may)) {
    ui.focus().give(rights_.id());
  }
}

ItemCard::Events ItemCard::draw(Ui& ui, DeskModel& model) {
  Events events;
  if (!item_) {
    return events;
  }
  const bool may = model.session() && model.session()->may(model::Role::Lead);
  const ImVec2 display = ImGui::GetIO().DisplaySize;
  const float width = std::min(display.x * 0.9F, kWidthEms * ui.em());
  ImGui::SetNextWindowPos(ImVec2(display.x / 2, display.y * 0.2F), 0, ImVec2(0.5F, 0));
  ImGui::SetNextWindowSizeConstraints(ImVec2(width, 0), ImVec2(width, display.y * 0.8F));
  ImGui::SetNextWindowFocus();
  ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 1);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 6 * ui.scale());
  ImGui::Begin("###card", nullptr, kCard);
  cursor_.begin(ui);
  ui.heading(item_->identifier, 1.3F);
  ui.text(item_->title);
  draw_fields(ui, may);
  if (!may) {
    ui.wrapped_text(_("Grade and rights are a lead's to decide."));
  }
  ImGui::Separator();
  const bool save = ui.button("card.save", _("Save"), may, true);
  if (cursor_.stop(ui, "card.save", may) || save) {
    item_->rights = rights_.utf8();
    events.saved = model.store().update_item(*model.session(), *item_);
  }
  ImGui::SameLine();
  const bool pages = ui.button("card.pages", _("Show its pages"));
  if (cursor_.stop(ui, "card.pages") || pages) {
    events.pages = item_->id;
  }
  ImGui::SameLine();
  const bool ends = ui.button("card.close", _("Close"));
  const bool done = cursor_.stop(ui, "card.close") || ends;
  const ImVec2 at = ImGui::GetWindowPos();
  const ImVec2 size = ImGui::GetWindowSize();
  ui.tag_rect("card", at, ImVec2(at.x + size.x, at.y + size.y));
  ImGui::End();
  ImGui::PopStyleVar(2);
  const bool escape = !ui.focus().typing() && ui.input().take({Key::Escape, {}});
  if (done || escape || events.pages || (events.saved && *events.saved)) {
    close(ui);
  }
  return events;
}

}  // namespace shiqu::desk
