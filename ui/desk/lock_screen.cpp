#include "ui/desk/lock_screen.h"

#include "storage/base/clock.h"
#include "ui/app/i18n.h"
#include "ui/app/messages.h"

#include <fmt/format.h>
#include <imgui.h>

#include <algorithm>

namespace shiqu::desk {
namespace {

constexpr float kCardEms = 24;
constexpr float kPadEms = 2;
constexpr ImGuiWindowFlags kCover =
    ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings;

/// True if a person has done anything in this frame; a pointer that lies still gives no events.
bool touched(Ui& ui) {
  const auto& events = ui.input().events();
  return std::any_of(events.begin(), events.end(),
                     [](const InputEvent& event) { return event.kind != InputKind::Focus; });
}

}  // namespace

LockScreen::LockScreen(std::int64_t idle_limit_ms)
    : limit_ms_(idle_limit_ms), clock_(now_monotonic_ms) {
  pin_.set_masked(true);
}

bool LockScreen::covers(Ui& ui, const DeskModel& model) {
  if (locked_) {
    return true;
  }
  const std::int64_t now = clock_();
  if (touched_ms_ == 0 || !model.session() || touched(ui)) {
    // What ends too long an absence comes too late: it is not let through to the desk.
    const bool late = touched_ms_ != 0 && model.session() && now - touched_ms_ >= limit_ms_;
    touched_ms_ = late ? touched_ms_ : now;
  }
  if (model.session() && now - touched_ms_ >= limit_ms_) {
    lock(ui, model);
  } else if (model.session()) {
    ui.wake_in(touched_ms_ + limit_ms_ - now);
  }
  return locked_;
}

void LockScreen::lock(Ui& ui, const DeskModel& model) {
  if (!model.session() || locked_) {
    return;
  }
  locked_ = true;
  refusal_.clear();
  pin_.set_utf8("");
  ui.focus().give(pin_.id());
  ui.request_frames();
}

void LockScreen::unlock(Ui& ui, DeskModel& model) {
  const Status opened = model.unlock(pin_.utf8());
  pin_.set_utf8("");
  ui.request_frames();
  if (!opened) {
    refusal_ = app::message(opened.error());
    ui.focus().give(pin_.id());
    return;
  }
  locked_ = false;
  touched_ms_ = clock_();
  ui.focus().clear();
}

void LockScreen::draw(Ui& ui, DeskModel& model, bool unsaved) {
  const ImVec2 display = ImGui::GetIO().DisplaySize;
  ImGui::SetNextWindowPos({0, 0});
  ImGui::SetNextWindowSize(display);
  ImGui::SetNextWindowFocus();
  ImGui::PushStyleColor(ImGuiCol_WindowBg, ui.theme().ground);
  ImGui::Begin("###lock", nullptr, kCover);
  ui.tag_rect("lock", {0, 0}, display);
  const float width = std::min(kCardEms * ui.em(), display.x * 0.9F);
  ImGui::SetCursorPos({(display.x - width) / 2, display.y * 0.28F});
  ImGui::PushStyleColor(ImGuiCol_ChildBg, ui.theme().panel);
  ImGui::PushStyleVar(ImGuiStyleVar_ChildRounding, 6 * ui.scale());
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {kPadEms * ui.em(), kPadEms * ui.em()});
  ImGui::BeginChild("###card", {width, 15 * ui.em()}, true, ImGuiWindowFlags_NoScrollbar);
  draw_card(ui, model, unsaved);
  ImGui::EndChild();
  ImGui::PopStyleVar(2);
  ImGui::PopStyleColor();
  ImGui::End();
  ImGui::PopStyleColor();
}

void LockScreen::draw_card(Ui& ui, DeskModel& model, bool unsaved) {
  const model::User& user = model.session()->user();
  ui.heading("石渠", 2.6F);
  ui.heading(fmt::format(fmt::runtime(_("Locked · {}")),
                         user.display_name.empty() ? user.name : user.display_name),
             1.2F);
  ui.tag("lock.who");
  ImGui::Dummy({0, 0.4F * ui.em()});
  const float button =
      ImGui::CalcTextSize(ui(_("Unlock"))).x + 2 * ImGui::GetStyle().FramePadding.x;
  const float field = ImGui::GetContentRegionAvail().x - button - ImGui::GetStyle().ItemSpacing.x;
  const FieldResult typed = pin_.draw_line(ui, field, _("PIN"));
  ImGui::SameLine();
  const bool pressed = ui.button("lock.open", _("Unlock"), true, true);
  if (pressed || typed.accepted) {
    unlock(ui, model);
  } else if (!ui.focus().typing()) {
    ui.focus().give(pin_.id());  // there is nothing else to type into
  }
  ImGui::Dummy({0, 0.2F * ui.em()});
  if (!refusal_.empty()) {
    ImGui::PushStyleColor(ImGuiCol_Text, ui.theme().alarm);
    ui.wrapped_text(refusal_);
    ImGui::PopStyleColor();
    ui.tag("lock.refusal");
  } else if (unsaved) {
    ui.faint_text(_("What you typed is kept."));
    ui.tag("lock.unsaved");
  }
}

}  // namespace shiqu::desk
