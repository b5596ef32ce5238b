#include "ui/desk/reason_panel.h"

#include "ui/app/i18n.h"
#include "ui/desk/kit/overlay.h"

#include <imgui.h>

namespace shiqu::desk {
namespace {

constexpr float kReasonEms = 34;
constexpr float kTop = 0.2F;  // of the window

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
  bool given = false;
  bool ended = false;
  {
    const Overlay overlay(ui, "reason", kReasonEms, kTop);
    ui.heading(_("Why does this text go back?"), 1.1F);
    const FieldResult typed =
        words_.draw_line(ui, overlay.inner_px(), _("what is to be done better"));
    const bool said = !words_.utf8().empty();
    const bool pressed = ui.button("reason.ok", _("Return it"), said, true);
    ImGui::SameLine();
    ui.faint_text(_("Whoever wrote it reads these words. Esc gives up."));
    given = said && (pressed || typed.accepted);
    ended = typed.cancelled || Overlay::left();
  }
  if (given || ended) {
    close(ui);
  }
  return given ? std::optional(words_.utf8()) : std::nullopt;
}

}  // namespace shiqu::desk
