#include "ui/desk/item_card.h"

#include "ui/app/export_words.h"
#include "ui/app/i18n.h"
#include "ui/desk/kit/overlay.h"

#include <imgui.h>

#include <algorithm>
#include <string>

namespace shiqu::desk {
namespace {

constexpr float kWidthEms = 30;
constexpr float kTop = 0.2F;  // of the window

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
  bool done = false;
  {
    const Overlay overlay(ui, "card", kWidthEms, kTop);
    done = draw_inside(ui, model, may, events);
  }
  const bool escape = !ui.focus().typing() && ui.input().take({Key::Escape, {}});
  if (done || escape || events.pages || (events.saved && *events.saved)) {
    close(ui);
  }
  return events;
}

/// True when it is to be closed.
bool ItemCard::draw_inside(Ui& ui, DeskModel& model, bool may, Events& events) {
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
  return cursor_.stop(ui, "card.close") || ends;
}

}  // namespace shiqu::desk
