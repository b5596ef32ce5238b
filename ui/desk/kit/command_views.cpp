#include "ui/desk/kit/command_views.h"

#include "ui/desk/kit/overlay.h"

#include <algorithm>

namespace shiqu::desk {
namespace {

constexpr std::size_t kPaletteRows = 12;
constexpr float kPaletteEms = 34;
constexpr float kPaletteTop = 0.14F;  // of the window
constexpr ImGuiWindowFlags kOverlay = ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoResize |
                                      ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                                      ImGuiWindowFlags_NoCollapse |
                                      ImGuiWindowFlags_AlwaysAutoResize;

/// Key names stand at the right edge of the row just drawn.
void key_at_right(Ui& ui, const Chord& key, ImU32 colour) {
  if (key.empty()) {
    return;
  }
  const char* name = ui(shown_name_of(key));
  const ImVec2 max = ImGui::GetItemRectMax();
  const ImVec2 size = ImGui::CalcTextSize(name);
  const float y = (ImGui::GetItemRectMin().y + max.y - size.y) / 2;
  ImGui::GetWindowDrawList()->AddText(ImVec2(max.x - size.x - 8 * ui.scale(), y), colour, name);
}

}  // namespace

void command_button(Ui& ui, Commands& commands, std::string_view id, bool primary) {
  const Command* command = commands.find(id);
  if (command == nullptr) {
    return;
  }
  const std::string key = shown_name_of(command->key);
  const bool pressed =
      ui.button("button." + std::string(id), command->label(), command->is_enabled(), primary);
  if (!key.empty() && ImGui::IsItemHovered()) {
    ImGui::SetTooltip("%s", ui(key));
  }
  if (pressed) {
    static_cast<void>(commands.run(id));  // enabled a moment ago; the command reports itself
  }
}

void command_menu_item(Ui& ui, Commands& commands, std::string_view id) {
  const Command* command = commands.find(id);
  if (command == nullptr) {
    return;
  }
  const std::string tag = "menu." + std::string(id);
  const std::string label = std::string(ui(command->label())) + "###" + tag;
  const std::string key = shown_name_of(command->key);
  const bool pressed = ImGui::MenuItem(label.c_str(), ui(key), false, command->is_enabled());
  ui.tag(tag);
  if (pressed) {
    static_cast<void>(commands.run(id));
  }
}

void CommandPalette::open(Ui& ui) {
  open_ = true;
  selected_ = 0;
  query_.set_utf8("");
  ui.focus().give(query_.id());
  ui.request_frames();
}

void CommandPalette::close(Ui& ui) {
  open_ = false;
  if (ui.focus().has(query_.id())) {
    ui.focus().clear();
  }
  ui.request_frames();
}

std::string CommandPalette::draw_rows(Ui& ui, const std::vector<const Command*>& rows) {
  std::string chosen;
  const std::size_t first = selected_ < kPaletteRows ? 0 : selected_ - kPaletteRows + 1;
  for (std::size_t i = first; i < std::min(rows.size(), first + kPaletteRows); ++i) {
    const bool enabled = rows[i]->is_enabled();
    if (ui.row("palette." + rows[i]->id, rows[i]->label(), i == selected_, enabled)) {
      chosen = rows[i]->id;
    }
    key_at_right(ui, rows[i]->key, ui.theme().faint);
  }
  return chosen;
}

void CommandPalette::draw(Ui& ui, Commands& commands, const CommandTexts& texts) {
  if (!open_) {
    return;
  }
  std::string chosen;
  bool ended = false;
  {
    const Overlay overlay(ui, "palette", kPaletteEms, kPaletteTop);
    ended = Overlay::left();
    chosen = draw_inside(ui, commands, texts, overlay.inner_px(), ended);
  }
  if (ended || !chosen.empty()) {
    close(ui);
  }
  if (!chosen.empty()) {
    static_cast<void>(commands.run(chosen));  // a disabled row does nothing
  }
}

/// The command that was chosen; `ended` when the palette was given up.
std::string CommandPalette::draw_inside(Ui& ui, const Commands& commands, const CommandTexts& texts,
                                        float inner, bool& ended) {
  const bool down = ui.input().take({Key::Down, {}});
  const bool up = ui.input().take({Key::Up, {}});
  const FieldResult typed = query_.draw_line(ui, inner, texts.palette_hint);
  const auto rows = commands.matching(query_.utf8());
  selected_ = typed.changed ? 0 : selected_;
  selected_ += down ? 1U : 0U;
  selected_ -= up && selected_ > 0 ? 1U : 0U;
  selected_ = rows.empty() ? 0 : std::min(selected_, rows.size() - 1);
  std::string chosen = draw_rows(ui, rows);
  if (rows.empty()) {
    ui.faint_text(texts.nothing_found);
  } else if (typed.accepted) {
    chosen = rows[selected_]->id;
  }
  ended = ended || typed.cancelled;
  return chosen;
}

void HelpOverlay::draw(Ui& ui, const Commands& commands, const CommandTexts& texts) {
  if (!open_) {
    return;
  }
  const ImVec2 display = ImGui::GetIO().DisplaySize;
  ImGui::SetNextWindowPos(ImVec2(display.x / 2, display.y / 2), 0, ImVec2(0.5F, 0.5F));
  ImGui::SetNextWindowFocus();
  ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 1);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 6 * ui.scale());
  ImGui::Begin("###help", nullptr, kOverlay);
  ui.heading(texts.help_title);
  ImGui::Separator();
  auto rows = commands.matching("");
  std::erase_if(rows, [](const Command* c) { return c->key.empty(); });
  const std::size_t columns = rows.size() > 14 ? 2 : 1;
  if (ImGui::BeginTable("keys", static_cast<int>(columns * 2))) {
    for (const Command* command : rows) {
      ImGui::TableNextColumn();
      ImGui::PushStyleColor(ImGuiCol_Text, ui.theme().doubt);
      ui.text(shown_name_of(command->key));
      ImGui::PopStyleColor();
      ImGui::TableNextColumn();
      ui.text(command->label());
    }
    ImGui::EndTable();
  }
  const ImVec2 at = ImGui::GetWindowPos();
  const ImVec2 size = ImGui::GetWindowSize();
  ui.tag_rect("help", at, ImVec2(at.x + size.x, at.y + size.y));
  ImGui::End();
  ImGui::PopStyleVar(2);
  const bool clicked = ImGui::GetIO().MouseClicked[0];
  if (ui.input().take({Key::Escape, {}}) || clicked) {
    open_ = false;
    ui.request_frames();
  }
}

}  // namespace shiqu::desk
