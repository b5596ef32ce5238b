#include "ui/desk/desk_view.h"

#include "ui/app/i18n.h"
#include "ui/app/job_words.h"
#include "ui/desk/words.h"

#include <fmt/format.h>
#include <imgui.h>

#include <algorithm>
#include <utility>

namespace shiqu::desk {
namespace {

constexpr float kPagesEms = 14.5F;
constexpr float kLeastPaneEms = 14;
constexpr float kPageShare = 0.45F;  // of what the list of pages leaves
constexpr float kLoginFieldEms = 9;

bool lies_in(const PointPx& point, const RectPx& box) {
  return point.x >= box.x && point.x < box.right() && point.y >= box.y && point.y < box.bottom();
}

/// Window px around `box` of the page.
std::pair<ImVec2, ImVec2> corners(const RectPx& box, const PageTransform& at) {
  return {at.to_screen({static_cast<double>(box.x), static_cast<double>(box.y)}),
          at.to_screen({static_cast<double>(box.right()), static_cast<double>(box.bottom())})};
}

float button_width(Ui& ui, const char* label) {
  return ImGui::CalcTextSize(ui(label)).x + 2 * ImGui::GetStyle().FramePadding.x;
}

}  // namespace

DeskView::DeskView(Ui& ui, DeskModel& model, std::function<void()> jobs_added)
    : model_(model),
      jobs_added_(std::move(jobs_added)),
      page_(ui),
      export_(ui, model),
      live_(
          model.store().folder(), [&ui] { ui.poke(); }, jobs_added_),
      lock_(std::int64_t{60'000} * model.settings().lock_after_min) {
  pin_.set_masked(true);
  add_commands(ui);
  add_text_commands(ui);
  add_job_commands(ui);
  add_export_commands(ui);
  commands_.set_context("pages");
}

void DeskView::draw(Ui& ui) {
  take_news(ui);
  if (lock_.covers(ui, model_)) {
    lock_.draw(ui, model_, typing());
    return;
  }
  take_question_mark(ui);
  commands_.dispatch(ui);
  ImGui::SetNextWindowPos({0, 0});
  ImGui::SetNextWindowSize(ImGui::GetIO().DisplaySize);
  ImGui::Begin("###desk", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                   ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoBringToFrontOnFocus);
  const float height = ImGui::GetContentRegionAvail().y - ui.em() * 1.8F;
  if (export_.is_open()) {
    draw_export(ui, {ImGui::GetContentRegionAvail().x, height});
  } else {
    draw_panes(ui, height);
  }
  draw_status(ui);
  ImGui::End();
  const CommandTexts texts{_("Find a command"), _("Nothing found."), _("Keys")};
  jobs_.draw(ui, commands_, model_);
  draw_card(ui);
  if (const auto hit = search_.draw(ui, model_)) {
    show_hit(ui, *hit);
  }
  draw_reason(ui);
  palette_.draw(ui, commands_, texts);
  help_.draw(ui, commands_, texts);
}

void DeskView::draw_panes(Ui& ui, float height) {
  const float left = kPagesEms * ui.em();
  if (const auto pressed = list_.draw(ui, model_, {left, height})) {
    show_page(*pressed);
  }
  if (const auto filtered = list_.take_filter_outcome()) {
    say(*filtered, "");
  }
  ImGui::SameLine();
  const float room = ImGui::GetContentRegionAvail().x;
  const float least = kLeastPaneEms * ui.em();
  const float most = std::max(least, room - least);
  page_px_ = std::clamp(page_px_ > 0 ? page_px_ : room * kPageShare, least, most);
  draw_page(ui, {page_px_, height});
  ui.splitter("desk.splitter", height, page_px_, least, most);
  ImGui::SetCursorPosX(ImGui::GetCursorPosX() + ImGui::GetStyle().ItemSpacing.x);
  draw_text(ui, {ImGui::GetContentRegionAvail().x, height});
  if (const auto pressed = std::exchange(pressed_, std::nullopt)) {
    choose_line(ui, pressed->line, pressed->caret);
  }
}

void DeskView::draw_status(Ui& ui) {
  const std::string who =
      model_.session() ? model_.session()->user().name : std::string(_("nobody is logged in"));
  std::string words = message_.empty() ? who : message_ + "   ·   " + who;
  if (const DeskModel::Batch* batch = model_.open_batch()) {
    words += "   ·   " + app::progress_words(batch->label, batch->progress);
  }
  const float y = ImGui::GetCursorPosY();
  const auto& state = model_.archive_state();
  words += "   ·   " +
           (state ? app::line_of(*state) : std::string(_("NOT KNOWN how the archive stands")));
  if (failed_ || !state || state->red()) {
    ImGui::PushStyleColor(ImGuiCol_Text, ui.theme().alarm);
    ui.text(words);
    ImGui::PopStyleColor();
  } else {
    ui.faint_text(words);
  }
  ui.tag("status");
  const char* hint = ui(_("? keys   Ctrl+K commands"));
  ImGui::SetCursorPos(ImVec2(
      ImGui::GetWindowWidth() - ImGui::CalcTextSize(hint).x - ImGui::GetStyle().WindowPadding.x,
      y));
  ui.faint_text(_("? keys   Ctrl+K commands"));
}

void DeskView::draw_page(Ui& ui, ImVec2 size) {
  ImGui::BeginChild("###page", size, false, ImGuiWindowFlags_NoBackground);
  if (const DeskModel::Entry* entry = model_.entry()) {
    ui.heading(title_words(*entry), 1.1F);
    ui.tag("page.title");
  }
  const ImVec2 room = ImGui::GetContentRegionAvail();
  if (live_.running()) {
    draw_live(ui, room);
  } else if (opened_.empty()) {
    ui.faint_text(model_.entry() != nullptr ? _("The screen image of this page is not ready yet.")
                                            : _("Choose a page on the left."));
  } else {
    const PageViewResult pointer =
        page_.draw("page.view", room,
                   [&](ImDrawList& list, const PageTransform& at) { draw_marks(ui, list, at); });
    if (pointer.pressed) {
      press_page(pointer.pointer);
    }
  }
  ImGui::EndChild();
}

/// Boxes of all columns, the selected one, and the character at the caret.
void DeskView::draw_marks(Ui& ui, ImDrawList& list, const PageTransform& at) {
  const std::vector<model::Line>& lines = model_.text().lines;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto [from, to] = corners(lines[i].box, at);
    if (model_.line() != i) {
      list.AddRect(from, to, with_alpha(ui.theme().selection, 0.45F));
      continue;
    }
    list.AddRectFilled(from, to, with_alpha(ui.theme().doubt, 0.12F));
    list.AddRect(from, to, ui.theme().doubt, 0, 0, 3.0F);
    ui.tag_rect("view.column", from, to);
  }
  for (const model::Box& box : model_.found()) {
    const auto [from, to] = corners(box, at);
    list.AddRectFilled(from, to, with_alpha(ui.theme().active, 0.35F));
    list.AddRect(from, to, ui.theme().active, 0, 0, 2.0F);
    ui.tag_rect("view.found", from, to);
  }
  if (const auto box = model_.line() ? columns_.caret_box() : std::nullopt) {
    const auto [from, to] = corners(*box, at);
    list.AddRectFilled(from, to, with_alpha(ui.theme().selection, 0.25F));
    list.AddRect(from, to, ui.theme().selection, 0, 0, 2.0F);
    ui.tag_rect("view.character", from, to);
  }
}

/// Acted on when all panes are drawn: a press outside the field takes the keyboard from it first.
void DeskView::press_page(PointPx at) {
  const std::vector<model::Line>& lines = model_.text().lines;
  const auto line = std::find_if(lines.begin(), lines.end(),
                                 [&](const model::Line& one) { return lies_in(at, one.box); });
  if (line == lines.end()) {
    return;
  }
  const auto glyph = std::find_if(line->glyphs.begin(), line->glyphs.end(),
                                  [&](const model::Glyph& one) { return lies_in(at, one.box); });
  const auto caret = static_cast<std::size_t>(glyph - line->glyphs.begin());
  pressed_ = {static_cast<std::size_t>(line - lines.begin()),
              glyph == line->glyphs.end() ? 0 : caret};
}

void DeskView::draw_text(Ui& ui, ImVec2 size) {
  ImGui::BeginChild("###text", size);
  if (model_.session()) {
    draw_editor(ui);
  } else {
    draw_login(ui);
  }
  const float capture =
      model_.session() ? ImGui::GetFrameHeightWithSpacing() + ImGui::GetStyle().ItemSpacing.y : 0;
  ImVec2 room = ImGui::GetContentRegionAvail();
  room.y -= capture;
  draw_columns(ui, room);
  if (model_.session()) {
    draw_capture(ui);
  }
  ImGui::EndChild();
}

void DeskView::draw_login(Ui& ui) {
  const float width = kLoginFieldEms * ui.em();
  const FieldResult name = name_.draw_line(ui, width, _("account"));
  ImGui::SameLine();
  const FieldResult pin = pin_.draw_line(ui, width, _("PIN"));
  ImGui::SameLine();
  if (name.accepted) {
    ui.focus().give(pin_.id());
  }
  if (ui.button("login.ok", _("Log in"), true, true) || pin.accepted) {
    say(model_.login(name_.utf8(), pin_.utf8()), _("Logged in."));
    pin_.set_utf8("");
  }
}

void DeskView::draw_editor(Ui& ui) {
  const bool line = model_.line().has_value();
  const float right = ImGui::GetCursorPosX() + ImGui::GetContentRegionAvail().x;
  ui.heading(line ? fmt::format(fmt::runtime(_("Column {}")), *model_.line() + 1)
                  : std::string(_("Choose a column")),
             1.1F);
  const float spacing = ImGui::GetStyle().ItemSpacing.x;
  const float decide = model_.may_review() ? button_width(ui, _("Return …")) + spacing +
                                                 button_width(ui, _("Accept"))
                                           : button_width(ui, _("Submit"));
  const float buttons =
      button_width(ui, _("Save")) + button_width(ui, _("Undo")) + decide + 2 * spacing;
  ImGui::SameLine(right - buttons);
  draw_editor_buttons(ui);
  if (const auto& returned = model_.returned()) {
    ImGui::PushStyleColor(ImGuiCol_Text, ui.theme().alarm);
    ui.wrapped_text(
        fmt::format(fmt::runtime(_("Returned by {}: {}")), returned->reviewer, returned->reason));
    ImGui::PopStyleColor();
    ui.tag("returned");
  }
}

void DeskView::draw_editor_buttons(Ui& ui) {
  if (ui.button("button.save", _("Save"), model_.line().has_value(), true)) {
    save_and_step(ui);
  }
  ImGui::SameLine();
  if (ui.button("button.undo", _("Undo"), (model_.entry() != nullptr))) {
    undo();
  }
  ImGui::SameLine();
  if (!model_.may_review()) {
    if (ui.button("button.submit", _("Submit"), model_.revision() > 0)) {
      submit();
    }
    return;
  }
  if (ui.button("button.return", _("Return …"))) {
    reason_.open(ui);
  }
  ImGui::SameLine();
  if (ui.button("button.accept", _("Accept"), true, true)) {
    review(ui, true, {});
  }
}

void DeskView::draw_reason(Ui& ui) {
  if (const auto reason = reason_.draw(ui)) {
    review(ui, false, *reason);
  }
}

void DeskView::draw_columns(Ui& ui, ImVec2 size) {
  if (model_.text().lines.empty()) {
    ImGui::BeginChild("###none", size);
    ui.faint_text(model_.entry() != nullptr ? _("This page has no text yet.") : "");
    if (commands_.find("text.recognise")->is_enabled()) {
      command_button(ui, commands_, "text.recognise");
    }
    ImGui::EndChild();
    return;
  }
  const ColumnEvents events =
      columns_.draw(ui, model_.text().lines, model_.line(), model_.session().has_value(), size);
  if (events.field.changed && typing()) {
    say({}, _("Not saved yet."));
  }
  if (events.chosen) {
    choose_line(ui, *events.chosen, events.caret);
  } else if (events.field.cancelled) {
    drop();
  } else if (events.field.accepted) {
    save_and_step(ui);
  } else if (events.step != 0) {
    step_line(ui, events.step);
  }
}

/// The camera: pages go to the item of the page that is chosen.
void DeskView::draw_capture(Ui& ui) {
  ImGui::Separator();
  if (!live_.running()) {
    const float width = ImGui::GetContentRegionAvail().x - button_width(ui, _("Live view")) -
                        ImGui::GetStyle().ItemSpacing.x;
    const FieldResult address = address_.draw_line(ui, width, _("address of a camera: ptpip:…"));
    ImGui::SameLine();
    const bool can = (model_.entry() != nullptr) && !address_.utf8().empty();
    if (ui.button("capture.start", _("Live view"), can) || (address.accepted && can)) {
      live_.start(address_.utf8(), *model_.session(), model_.entry()->item.id);
    }
    return;
  }
  if (ui.button("capture.shoot", _("Take page"), true, true)) {
    live_.shoot();
  }
  ImGui::SameLine();
  if (ui.button("capture.stop", _("End live view"))) {
    live_.stop();
  }
}

void DeskView::draw_live(Ui& ui, ImVec2 size) {
  if (live_picture_.texture == 0) {
    ui.faint_text(_("Waiting for the camera …"));
    return;
  }
  const float scale = std::min(size.x / static_cast<float>(live_picture_.size.width),
                               size.y / static_cast<float>(live_picture_.size.height));
  ImGui::Image(im_texture(live_picture_.texture),
               {static_cast<float>(live_picture_.size.width) * scale,
                static_cast<float>(live_picture_.size.height) * scale});
  ui.tag("capture.live");
}

/// What the device thread has left: a frame, a message, a kept page.
void DeskView::take_news(Ui& ui) {
  if (const auto frame = live_.take_frame()) {
    if (live_picture_.texture != 0) {
      ui.textures().destroy(live_picture_.texture);
    }
    live_picture_ = {ui.textures().create(*frame), frame->size()};
  }
  if (auto message = live_.take_message()) {
    message_ = std::move(*message);
    failed_ = !live_.running();
  }
  if (seen_kept_ != live_.kept()) {
    seen_kept_ = live_.kept();
    if (const Status read = model_.reload(); !read) {
      say(read, "");
    }
  }
}

/// Help by "?", wherever the keyboard has that character.
void DeskView::take_question_mark(Ui& ui) {
  for (InputEvent& event : ui.input().events()) {
    if (event.kind == InputKind::Character && event.character == U'?' && !event.consumed &&
        !ui.focus().typing()) {
      event.consumed = true;
      help_.toggle();
      ui.request_frames();
    }
  }
}

}  // namespace shiqu::desk
